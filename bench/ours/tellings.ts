// Devices of a view that connect at the same seq are sent the same bytes from then on. So each
// frame is read once, and a device whose next frame is the same bytes holds the same rows: two
// hundred displays are checked for the price of a comparison. One that is sent anything else
// goes on with a copy of its own.

import type { At } from '@pos-sync/sync';

import { Copy, type Frame, hashOf } from './copy.ts';

export class Tellings {
  readonly #frames: { readonly bytes: Buffer; readonly message: Frame }[] = [];
  /** The rows after the first `#madeOf` frames. */
  #made = new Copy();
  #madeOf = -1;
  #hash: string | undefined;

  /** Tellings after the first catch-up, and those among them that were too long for one frame. */
  get counts(): { readonly tellings: number; readonly long: number; readonly bytes: number } {
    const of = (type: Frame['type']): number =>
      this.#frames.filter(({ message }) => message.type === type).length;
    const long = Math.max(0, of('catchUpEnd') - 1);
    const bytes = this.#frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    return { tellings: of('changes') + long, long, bytes };
  }

  /** The frame at `index`, if it is these bytes; the first to bring a new one appends it. */
  match(index: number, bytes: Buffer): Frame | undefined {
    const known = this.#frames[index];
    if (known !== undefined) return known.bytes.equals(bytes) ? known.message : undefined;
    const message = JSON.parse(bytes.toString()) as Frame;
    if (isEmpty(message)) return undefined;
    this.#frames.push({ bytes: Buffer.from(bytes), message });
    return message;
  }

  /** The rows after the first `count` frames. The copy is the caller's. */
  copyAt(count: number): Copy {
    this.#makeAt(count);
    return this.#made.duplicate();
  }

  atOf(count: number): At | undefined {
    this.#makeAt(count);
    return this.#made.at;
  }

  hashAt(count: number): string {
    this.#makeAt(count);
    this.#hash ??= hashOf(this.#made);
    return this.#hash;
  }

  #makeAt(count: number): void {
    if (this.#madeOf === count) return;
    this.#made = new Copy();
    for (const { message } of this.#frames.slice(0, count)) this.#made.take(message);
    this.#madeOf = count;
    this.#hash = undefined;
  }
}

/** Only tells a device that its own commands changed nothing it sees. */
export function isEmpty(message: Frame): boolean {
  if (message.type !== 'changes') return false;
  return message.puts.length === 0 && message.removed.length === 0;
}
