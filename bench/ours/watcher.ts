// One device that watches: takes its frames, notes when each seq arrived, and can say which rows it
// holds in the end.

import type { At, Down } from '@pos-sync/sync';

import type { BenchDevice } from '../hub/pairing.ts';
import { type Copy, type Frame, hashOf } from './copy.ts';
import { connect, type Link, type LinkOptions, typeOf } from './link.ts';
import { isEmpty, type Tellings } from './tellings.ts';

export interface Arrival {
  readonly seq: number;
  readonly atMs: number;
}

export class Watcher {
  readonly arrivals: Arrival[] = [];
  /** Catch-ups that came to this device alone. */
  catchUps = 0;
  /** Frames that are neither tellings nor catch-up. */
  onOther: (message: Down) => void = () => undefined;
  readonly #tellings: Tellings;
  /** How many of the tellings it holds, while it holds what all hold. */
  #position: number | undefined = 0;
  #own: Copy | undefined;
  readonly #live = Promise.withResolvers<void>();

  constructor(tellings: Tellings) {
    this.#tellings = tellings;
  }

  /** Settles when the first catch-up is through. */
  get live(): Promise<void> {
    return this.#live.promise;
  }

  get seq(): number {
    return this.arrivals.at(-1)?.seq ?? 0;
  }

  take(data: Buffer): void {
    const type = typeOf(data);
    if (type === 'changes' || type.startsWith('catchUp')) this.#rows(data);
    else this.onOther(JSON.parse(data.toString()) as Down);
  }

  /** The rows it holds; not to be changed. */
  copy(): Copy {
    return this.#own ?? this.#tellings.copyAt(this.#position ?? 0);
  }

  get at(): At | undefined {
    return this.#own === undefined ? this.#tellings.atOf(this.#position ?? 0) : this.#own.at;
  }

  hash(): string {
    return this.#own === undefined ? this.#tellings.hashAt(this.#position ?? 0) : hashOf(this.#own);
  }

  #rows(data: Buffer): void {
    if (this.#position !== undefined) {
      const known = this.#tellings.match(this.#position, data);
      if (known !== undefined) {
        this.#position += 1;
        if (known.type === 'changes' || known.type === 'catchUpEnd') this.#arrived(known.at.seq);
        return;
      }
    }
    const frame = JSON.parse(data.toString()) as Frame;
    if (isEmpty(frame)) return;
    const copy = this.#fork();
    if (!copy.take(frame)) return;
    if (frame.type === 'catchUpEnd' && this.arrivals.length > 0) this.catchUps += 1;
    this.#arrived(copy.seq);
  }

  #fork(): Copy {
    this.#own ??= this.#tellings.copyAt(this.#position ?? 0);
    this.#position = undefined;
    return this.#own;
  }

  #arrived(seq: number): void {
    this.arrivals.push({ seq, atMs: performance.now() });
    this.#live.resolve();
  }
}

export interface Watching {
  readonly watcher: Watcher;
  readonly link: Link;
}

/** Connects a device without rows of its own; settles when it is live. */
export async function watch(
  port: number,
  device: BenchDevice,
  tellings: Tellings,
  options: Omit<LinkOptions, 'onFrame'> = {},
): Promise<Watching> {
  const watcher = new Watcher(tellings);
  const link = await connect(port, device, {
    ...options,
    onFrame: (data) => watcher.take(data),
  });
  await watcher.live;
  return { watcher, link };
}
