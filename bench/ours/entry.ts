// One device that places orders. It is told every change like all others, and besides numbers its
// commands, sends what is waiting in one frame, and keeps each until it has an outcome.

import { newId } from '@pos-sync/client';
import type { Decided, Down } from '@pos-sync/sync';

import type { BenchDevice } from '../hub/pairing.ts';
import type { Link } from './link.ts';
import { placeOrder } from './order.ts';
import type { Tellings } from './tellings.ts';
import { type Watcher, watch } from './watcher.ts';

/** One command from submit to its outcome. */
export interface Sample {
  readonly seq: number;
  readonly sentMs: number;
  readonly answeredMs: number;
}

interface Unanswered {
  readonly text: string;
  readonly sentMs: number;
  readonly settle: (decided: Decided) => void;
}

export class Entry {
  readonly watcher: Watcher;
  readonly link: Link;
  readonly samples: Sample[] = [];
  readonly orders: string[] = [];
  /** Outcomes that were not `ok`. */
  readonly refused: Decided[] = [];
  busy = 0;
  sentBytes = 0;
  #n: number;
  #count = 0;
  #base = 0;
  #waiting: string[] = [];
  readonly #unanswered = new Map<number, Unanswered>();

  constructor(watcher: Watcher, link: Link) {
    this.watcher = watcher;
    this.link = link;
    this.#n = link.welcome.lastN;
    watcher.onOther = (message) => this.#hear(message);
  }

  readonly give = (name: string, args: object): Promise<Decided> => {
    this.#n += 1;
    const n = this.#n;
    const madeAt = Date.now();
    const text = JSON.stringify({ n, id: newId(), name, v: 1, args, madeAt, base: this.#base });
    this.sentBytes += text.length;
    return new Promise((settle) => {
      this.#unanswered.set(n, { text, sentMs: performance.now(), settle });
      this.#push(text);
    });
  };

  /** Places one order of a number of its own; settles with the tenth outcome. */
  async place(): Promise<void> {
    this.#count += 1;
    const order = newId();
    const { letter } = this.link.device;
    await placeOrder(this.give, order, { letter, count: this.#count });
    this.orders.push(order);
  }

  /**
   * All that is given before the next turn of the loop goes out in one frame, like the
   * baseline's.
   */
  #push(text: string): void {
    if (this.#waiting.push(text) > 1) return;
    setImmediate(() => {
      this.link.send(`{"type":"push","commands":[${this.#waiting.join(',')}]}`);
      this.#waiting = [];
    });
  }

  #hear(message: Down): void {
    switch (message.type) {
      case 'outcomes':
        this.#base = message.at.seq;
        for (const decided of message.outcomes) this.#answered(decided);
        return;
      case 'busy':
        this.busy += 1;
        setTimeout(() => this.#resend(0), message.retryMs);
        return;
      case 'gap':
        this.#resend(message.from);
        return;
      case 'deny':
      case 'bye':
        throw new Error(`${this.link.device.device} was sent away: ${message.message}`);
      case 'challenge':
      case 'welcome':
      case 'changes':
      case 'catchUpBegin':
      case 'catchUpPart':
      case 'catchUpEnd':
      case 'heartbeat':
      case 'pong':
    }
  }

  #answered(decided: Decided): void {
    const found = this.#unanswered.get(decided.n);
    if (found === undefined) return;
    this.#unanswered.delete(decided.n);
    if (decided.outcome !== 'ok') this.refused.push(decided);
    const { sentMs, settle } = found;
    this.samples.push({ seq: decided.seq, sentMs, answeredMs: performance.now() });
    settle(decided);
  }

  #resend(from: number): void {
    for (const [n, { text }] of this.#unanswered) {
      if (n >= from && !this.#waiting.includes(text)) this.#push(text);
    }
  }
}

/** Connects a device that places orders; settles when it is live. */
export async function enter(port: number, device: BenchDevice, tellings: Tellings): Promise<Entry> {
  const { watcher, link } = await watch(port, device, tellings);
  return new Entry(watcher, link);
}
