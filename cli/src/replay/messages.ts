// What the replay and its devices, each in a process of its own, say to each other. The replay
// believes none of it in its verdict: that looks at rows.

/** The hidden command under which this program is a device process. */
export const deviceCommand = 'replay-device';

/** What a device process is told to be, in a file whose path is its only argument. */
export interface DeviceSettings {
  readonly kind: 'entry' | 'kitchen' | 'display';
  readonly devices: readonly DeviceWanted[];
  /** Where devices are let in, without the bad network in between. */
  readonly door: string;
  /** Where they connect. */
  readonly hub: string;
  /** Holds storage, traces and what a device shows at the end. */
  readonly folder: string;
  /** What stands before the names of the replay's own stations; the kitchen serves no others. */
  readonly prefix: string;
  /** Orders an entry device has under way at once. */
  readonly window: number;
  /** Of an entry device: the file with its orders. */
  readonly plan?: string;
}

export interface DeviceWanted {
  readonly name: string;
  readonly role: string;
}

/** Every question carries a number, and its answer the same one. */
export type Question =
  /** How many commands saved before then had no outcome when the connection was lost? */
  | { readonly type: 'unanswered'; readonly savedBeforeMs: number }
  | { readonly type: 'standings' }
  /** Write down what each device holds, confirmed rows only. */
  | { readonly type: 'holdings' }
  | { readonly type: 'stop' };

export type Told =
  | { readonly type: 'question'; readonly ask: number; readonly question: Question }
  | { readonly type: 'code'; readonly name: string; readonly code: string }
  /** How many orders of its plan an entry device may have begun by now. */
  | { readonly type: 'allow'; readonly orders: number };

export type Said =
  /** A device was let in now and needs the code of an open window. */
  | { readonly type: 'needsCode'; readonly name: string; readonly role: string }
  /** `resumed`: commands without an outcome that lay in its storage when it started. */
  | { readonly type: 'ready'; readonly resumed: number }
  | { readonly type: 'progress'; readonly finished: number; readonly unanswered: number }
  | { readonly type: 'trouble'; readonly message: string }
  | { readonly type: 'answer'; readonly ask: number; readonly answer: unknown };

/** What one device holds, in the file it wrote. */
export interface Holdings {
  readonly name: string;
  readonly role: string;
  readonly epoch: string | undefined;
  readonly seq: number;
  readonly rows: readonly HeldRow[];
}

export interface HeldRow {
  readonly key: string;
  readonly subject: string;
  readonly seq: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The machine's one clock, so that moments in different processes can be compared. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}
