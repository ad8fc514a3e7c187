// What a corner of every screen tells: connected, or working alone with so many orders waiting, and
// where the hub refused this device, its sentence.

import type { Clock, Down, Link, Replica } from '@pos-sync/sync';
import { checkCode } from './check-code.ts';

type Deny = Extract<Down, { type: 'deny' }>;
type KeptOut = NonNullable<Extract<Down, { type: 'welcome' }>['keptOut']>;

export interface ConnectionStatus {
  /**
   * `alone` goes on trying by itself; `denied` does too, but a person has to act first. In
   * `asksToBeLetIn` that is a manager, who finds this device in the hub's list by its `checkCode`.
   */
  readonly state: 'connected' | 'alone' | 'asksToBeLetIn' | 'denied' | 'closed';
  /** Connected, and everything up to now is in the rows. */
  readonly isLive: boolean;
  /** Commands of this device without an outcome. */
  readonly waiting: number;
  /** This device's clock when the hub last said anything; undefined before that. */
  readonly lastHeardMs: number | undefined;
  /**
   * Why the hub refused: a code for programs, a sentence for a person. A device that a manager put away
   * or shut out (`RETIRED`, `REVOKED`) still delivers what it holds.
   */
  readonly denial?: { readonly code: Deny['code'] | KeptOut['code']; readonly message: string };
  /** `K7Q2-M9XD`, to be compared with what the manager sees; there while this device asks. */
  readonly checkCode?: string;
  /** Something a person may like to know; nothing has to be done. */
  readonly note?: { readonly code: 'WAS_A_COPY'; readonly message: string };
}

export class ConnectionWatch {
  readonly #clock: Clock;
  #link: Link = 'waiting';
  #denial: ConnectionStatus['denial'];
  #checkCode: string | undefined;
  #note: ConnectionStatus['note'];
  #lastHeardMs: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  heard(): void {
    this.#lastHeardMs = this.#clock.now().wallMs;
  }

  link(link: Link): void {
    this.#link = link;
    if (link === 'open') this.#forgetDenial();
  }

  /** `publicKey` is this device's own. */
  denied({ code, message }: Deny, publicKey: string): void {
    this.#denial = { code, message };
    this.#checkCode = code === 'UNKNOWN_DEVICE' ? checkCode(publicKey) : undefined;
  }

  became(): void {
    const message =
      'This device was a copy of another one. It is a device of its own now, with a letter of its own. Nothing was lost.';
    this.#note = { code: 'WAS_A_COPY', message };
    this.#forgetDenial();
  }

  status({ live, unanswered, keptOut }: Replica['status']): ConnectionStatus {
    const denial = this.#denial ?? keptOut;
    return {
      state: this.#state(denial !== undefined),
      isLive: this.#link === 'open' && live,
      waiting: unanswered,
      lastHeardMs: this.#lastHeardMs,
      ...(denial === undefined ? {} : { denial }),
      ...(this.#checkCode === undefined ? {} : { checkCode: this.#checkCode }),
      ...(this.#note === undefined ? {} : { note: this.#note }),
    };
  }

  #state(isDenied: boolean): ConnectionStatus['state'] {
    if (this.#link === 'stopped') return 'closed';
    if (!isDenied) return this.#link === 'open' ? 'connected' : 'alone';
    return this.#checkCode === undefined ? 'denied' : 'asksToBeLetIn';
  }

  #forgetDenial(): void {
    this.#denial = undefined;
    this.#checkCode = undefined;
  }
}
