// What a device's half holds in memory, and what goes in and out of it.

import type { Domain, Refusal, View } from '../domain.ts';
import type { JsonObject } from '../json.ts';
import type { Moment } from '../ports/clock.ts';
import type { DeviceChange, JournalEntry } from '../ports/device-storage.ts';
import type { Ids } from '../ports/ids.ts';
import type { Signer } from '../ports/signature.ts';
import type { Challenge } from '../protocol/down/challenge.ts';
import type { Deny } from '../protocol/down/deny.ts';
import type { KeptOut, Welcome } from '../protocol/down/welcome.ts';
import type { Answered } from '../protocol/outcome.ts';
import type { At } from '../protocol/scalar.ts';
import type { Vouch } from '../protocol/up/hello.ts';
import type { Deferred } from '../rows/deferred.ts';
import type { HeldRow } from '../rows/held-row.ts';
import type { Layer } from '../rows/layer.ts';
import type { RowSet } from '../rows/row-set.ts';
import type { Link } from './link.ts';
import type { Stranded } from './stranded.ts';

export interface ReplicaConfig {
  readonly domain: Domain;
  readonly ids: Ids;
  readonly signer: Signer;
  readonly build: string;
  readonly store: string;
  readonly device: string;
  readonly letter: string;
  readonly role: string;
  /** Name of the view this role has, and the view. */
  readonly viewName: string;
  readonly view: View;
  /** What the device is called: said with its key to a hub that does not know it. */
  readonly name?: string | undefined;
  /** Said with every hello by a device that was a copy of another. */
  readonly vouch?: Vouch | undefined;
  /** How long a safe journal entry is kept; `journalKeptMs` where nothing is said. */
  readonly journalKeptMs?: number;
}

/** The view that rows are of, and its projection, in one text: `name projection`. */
export function viewText(welcome: Pick<Welcome, 'view' | 'projection'> | undefined): string {
  return welcome === undefined ? '' : `${welcome.view} ${welcome.projection}`;
}

/** What the journal is read for: to offer it again, to let go of it, to compare it with a row. */
export type JournalUse = 'offer' | 'prune' | 'compare';

export type ReplicaInput =
  | { readonly type: 'mutate'; readonly command: NewCommand }
  | { readonly type: 'appended'; readonly ns: readonly number[] }
  /** The storage refused: nothing of that append was saved. */
  | { readonly type: 'notAppended'; readonly message: string }
  | {
      readonly type: 'journalRead';
      readonly entries: readonly JournalEntry[];
      readonly after: number;
      readonly why: JournalUse;
    }
  | { readonly type: 'saved' }
  | { readonly type: 'notSaved'; readonly message: string }
  | { readonly type: 'opened' }
  | { readonly type: 'received'; readonly text: string }
  | { readonly type: 'closed' }
  | { readonly type: 'tick' }
  | { readonly type: 'nudged' }
  /** Everything up to the confirmed seq is drawn on a visible page. */
  | { readonly type: 'drawn'; readonly stations: readonly string[] }
  /** A person has dealt with a row that the hub no longer knows. */
  | { readonly type: 'letGo'; readonly key: string }
  | { readonly type: 'stop' };

export interface NewCommand {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
}

export type ReplicaEffect =
  | { readonly type: 'append'; readonly commands: readonly { id: string; text: string }[] }
  | { readonly type: 'save'; readonly change: DeviceChange }
  /** Comes back as `journalRead`: entries with `n > after`, at most `limit`. */
  | {
      readonly type: 'readJournal';
      readonly after: number;
      readonly limit: number;
      readonly why: JournalUse;
    }
  | { readonly type: 'connect' }
  | { readonly type: 'disconnect' }
  | { readonly type: 'send'; readonly text: string }
  | { readonly type: 'timer'; readonly atMonoMs: number }
  /** Rows under these keys look different now. */
  | { readonly type: 'changed'; readonly keys: ReadonlySet<string> }
  /** One command's status moved on. */
  | { readonly type: 'moved'; readonly id: string; readonly status: CommandStatus }
  | { readonly type: 'link'; readonly link: Link }
  | { readonly type: 'denied'; readonly deny: Deny };

/** How far a command has come; `accepted` is final but for a deferred one, which is settled later. */
export type CommandStatus =
  | { readonly at: 'saving' }
  | { readonly at: 'notSaved'; readonly message: string }
  | { readonly at: 'saved' }
  | { readonly at: 'answered'; readonly answered: Answered };

/** A command of this device that is not part of the confirmed rows yet. */
export interface Pending {
  readonly id: string;
  readonly name: string;
  readonly v: number;
  readonly args: JsonObject;
  readonly madeAt: number;
  readonly base: number;
  readonly text: string;
  n: number | undefined;
  answered: Answered | undefined;
  /** Why it has no effect here, if it has none. */
  refusal: Refusal | undefined;
}

export interface ReplicaState {
  readonly config: ReplicaConfig;
  readonly run: string;
  now: Moment;
  /** Hub time is the monotonic clock plus this, as last heard. */
  hubOffsetMs: number;
  readonly confirmed: RowSet;
  /** What this device was told and the hub lost. No command is carried out over these rows. */
  stranded: Stranded;
  overlay: Layer;
  at: At | undefined;
  lastN: number;
  proof: At | undefined;
  view: string;
  answered: number;
  lowest: number;
  /** In the order they were made. */
  readonly pending: Map<string, Pending>;
  /** Answered `deferred`; settled later by a row or an outcome. */
  readonly deferred: Map<string, JournalEntry>;
  link: Link;
  linkUntilMs: number;
  attempts: number;
  challenge: Challenge | undefined;
  signature: string;
  welcome: Welcome | undefined;
  /** As paired, until a welcome says what they are by the hub's table. */
  role: string;
  name: string | undefined;
  letter: string;
  /** Why this device may deliver and is told nothing, as the hub said last. */
  keptOut: KeptOut | undefined;
  /** The hub does not know this device: every hello asks a manager to let it in. */
  isUnknown: boolean;
  /** Everything of the view through `at` was applied, and more is told as it comes. */
  live: boolean;
  /** A catch-up was asked for and has not come. */
  askedAtMs: number | undefined;
  catchUp: CatchUp | undefined;
  /** The hub lost history: the journal is being offered again, and has come to this `n`. */
  offeredTo: number | undefined;
  /** The journal is being read to let go of what lies at or below this. */
  pruneThrough: number | undefined;
  /** Own commands whose rows say how they ended, until the journal has been read about them. */
  readonly doubted: Map<string, Deferred>;
  pruneAtMs: number;
  /** Entries offered again, until their new outcome has come. */
  readonly offered: Map<string, JournalEntry>;
  /** The highest `n` sent on this connection. */
  sent: number;
  progressAtMs: number;
  pausedUntilMs: number;
  heardAtMs: number;
  spokeAtMs: number;
  pingAtMs: number | undefined;
  drawnStations: readonly string[] | undefined;
  appending: readonly Pending[];
  unappended: Pending[];
  saving: boolean;
  /** After a save that failed, the next is not tried before this. */
  saveAtMs: number;
  /** The save under way, or the last one. */
  change: DeviceChange | undefined;
  unsaved: Unsaved;
  effects: ReplicaEffect[];
}

export interface CatchUp {
  readonly id: number;
  readonly kind: 'delta' | 'snapshot';
  readonly from: number;
  readonly parts: number;
  readonly puts: HeldRow[];
  readonly removed: string[];
  readonly got: Set<number>;
}

/** What has to be saved next. */
export interface Unsaved {
  any: boolean;
  replace: boolean;
  readonly rows: Map<string, HeldRow | null>;
  readonly answered: Map<string, JournalEntry>;
  readonly dropped: number[];
}

export function emptyUnsaved(): Unsaved {
  return { any: false, replace: false, rows: new Map(), answered: new Map(), dropped: [] };
}
