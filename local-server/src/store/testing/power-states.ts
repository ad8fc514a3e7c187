// The states a power cut may leave of one folder, out of a recording of everything that was done to
// it. What was synced is there. Of the rest anything may be: nothing, all, some of it, the later
// without the earlier, and of one write only some sectors. Names come in order, as journals of file
// systems keep them, and survive when the folder was synced.

import type { Random } from './random.ts';

export interface Step {
  readonly kind: 'create' | 'write' | 'truncate' | 'rename' | 'remove' | 'sync' | 'say';
  /** Within the folder; empty for the folder itself. */
  readonly file: string;
  readonly offset: number;
  /** What was written or said, or the new name. */
  readonly data: Buffer;
}

export const cuts = ['nothing', 'everything', 'some', 'torn', 'shuffled', 'beginning'] as const;
export type Cut = (typeof cuts)[number];

const sectorBytes = 512;
const headBytes = 19;
const kinds: Readonly<Record<string, Step['kind']>> = {
  C: 'create',
  W: 'write',
  T: 'truncate',
  R: 'rename',
  U: 'remove',
  S: 'sync',
  A: 'say',
};

/** @param log what recorder.c wrote about `folder` */
export function readSteps(log: Buffer, folder: string): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < log.length;) {
    const letter = String.fromCharCode(log[at] ?? 0);
    const kind = kinds[letter];
    if (kind === undefined) throw new Error(`the recording is damaged at byte ${at}`);
    const nameLength = log.readUInt16LE(at + 1);
    const offset = Number(log.readBigUInt64LE(at + 3));
    const length = 'WAR'.includes(letter) ? Number(log.readBigUInt64LE(at + 11)) : 0;
    at += headBytes;
    const name = log.toString('utf8', at, at + nameLength);
    at += nameLength;
    steps.push({ kind, file: within(name, folder), offset, data: log.subarray(at, at + length) });
    at += length;
  }
  return steps;
}

function within(name: string, folder: string): string {
  return name.startsWith(folder) ? name.slice(folder.length).replace(/^\//, '') : name;
}

interface Held {
  content: Buffer;
  /** Writes and truncations that were not synced. */
  readonly pending: Step[];
}

/** The disk as the recording goes on. */
export class CutDisk {
  readonly #folder: string;
  readonly #names = new Map<string, Held>();
  #safeNames = new Map<string, Held>();
  readonly #pendingNames: ((names: Map<string, Held>) => void)[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether a power cut could leave more than one state now. */
  get isOpen(): boolean {
    if (this.#pendingNames.length > 0) return true;
    return [...this.#names.values()].some(({ pending }) => pending.length > 0);
  }

  take(step: Step): void {
    const { kind, file, data } = step;
    switch (kind) {
      case 'say':
        return undefined;
      case 'create': {
        const held: Held = { content: Buffer.alloc(0), pending: [] };
        return this.#rename((names) => names.set(file, held));
      }
      case 'write':
      case 'truncate':
        return void this.#held(file).pending.push(step);
      case 'rename': {
        const to = within(data.toString(), this.#folder);
        const held = this.#held(file);
        return this.#rename((names) => {
          names.delete(file);
          names.set(to, held);
        });
      }
      case 'remove':
        return this.#rename((names) => names.delete(file));
      case 'sync':
        return this.#sync(file);
    }
  }

  #rename(change: (names: Map<string, Held>) => unknown): void {
    change(this.#names);
    this.#pendingNames.push(change);
  }

  #sync(file: string): void {
    if (file === '') {
      for (const change of this.#pendingNames.splice(0)) change(this.#safeNames);
      return;
    }
    const held = this.#held(file);
    held.content = carriedOut(held.content, held.pending.splice(0));
  }

  #held(file: string): Held {
    const held = this.#names.get(file);
    if (held === undefined) throw new Error(`${file} was never created`);
    return held;
  }

  /** What lies in the folder when the power is cut now. */
  cut(how: Cut, random: Random): Map<string, Buffer> {
    const names = new Map(this.#safeNames);
    const all = this.#pendingNames.length;
    const kept = how === 'nothing' ? 0 : how === 'everything' ? all : random.below(all + 1);
    for (const change of this.#pendingNames.slice(0, kept)) change(names);
    const left = new Map<string, Buffer>();
    for (const [name, { content, pending }] of names) {
      left.set(name, carriedOut(Buffer.from(content), survivors(pending, how, random)));
    }
    return left;
  }
}

/** What of the writes that were not synced has reached the disk, in the order it did. */
function survivors(pending: readonly Step[], how: Cut, random: Random): Step[] {
  const half = (): boolean => random.below(2) === 0;
  switch (how) {
    case 'nothing':
      return [];
    case 'everything':
      return [...pending];
    case 'some':
      return pending.filter(half);
    case 'shuffled':
      return pending
        .filter(half)
        .map((step) => ({ step, place: random.below(2 ** 30) }))
        .toSorted((one, other) => one.place - other.place)
        .map(({ step }) => step);
    case 'torn':
      return pending.flatMap((step) => sectorsOf(step).filter(half));
    case 'beginning': {
      const whole = random.below(pending.length + 1);
      const next = pending[whole];
      const torn = next === undefined ? [] : sectorsOf(next).filter(half);
      return [...pending.slice(0, whole), ...torn];
    }
  }
}

/** A write as the disk does it: in sectors, at their places on the disk. */
function sectorsOf(step: Step): Step[] {
  if (step.kind !== 'write') return [step];
  const sectors: Step[] = [];
  for (let from = 0; from < step.data.length;) {
    const place = step.offset + from;
    const room = sectorBytes - (place % sectorBytes);
    const data = step.data.subarray(from, from + room);
    sectors.push({ ...step, offset: place, data });
    from += data.length;
  }
  return sectors;
}

/** Changes `content` where it is large enough. */
function carriedOut(content: Buffer, steps: readonly Step[]): Buffer {
  const end = steps.reduce((most, { offset, data }) => Math.max(most, offset + data.length), 0);
  let size = content.length;
  let bytes = content;
  if (end > size) {
    bytes = Buffer.alloc(end);
    content.copy(bytes);
  }
  for (const { kind, offset, data } of steps) {
    if (kind === 'truncate') {
      if (offset < size) bytes.fill(0, offset, size);
      size = offset;
    } else {
      data.copy(bytes, offset);
      size = Math.max(size, offset + data.length);
    }
  }
  return bytes.subarray(0, size);
}
