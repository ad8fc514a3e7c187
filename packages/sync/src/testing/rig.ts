// One hub on one table, moved by hand: every message is text in a queue until somebody lets it
// through, a commit can be held back, and time passes only when it is told to.

import type { Domain } from '../domain.ts';
import { Hub, genesis } from '../hub/hub.ts';
import type { Opening } from '../hub/epoch.ts';
import type { CommandRate } from '../hub/pace.ts';
import type { HubConfig, HubEffect, HubInput } from '../hub/state.ts';
import type { JsonObject } from '../json.ts';
import { StoreFault, type FaultKind, type LogEntry } from '../ports/store.ts';
import type { Witnessed } from '../ports/witness.ts';
import { decodeDown } from '../protocol/decode.ts';
import type { Decided } from '../protocol/outcome.ts';
import { MemoryStore } from './memory-store.ts';
import { notesDomain } from './notes-domain.ts';
import { rigHash, rigIds, rigSigner, rigVerifier } from './rig-ports.ts';

/** The device's end of one socket. */
export interface WireEnd {
  received(text: string): void;
  closed(): void;
}

/** One socket: two queues, emptied by hand or by `Rig.flush`. */
export interface Wire {
  readonly socket: string;
  readonly up: string[];
  readonly down: string[];
  readonly end: WireEnd;
  /** The hub has closed it; what was written before still arrives. */
  closing: string | undefined;
}

export class Rig {
  monoMs = 1_000;
  wallMs = 20 * 86_400_000;
  store = new MemoryStore();
  hub: Hub;
  domain: Domain;
  /** What happened at the hub, in order: `commit`, `committed`, `send outcomes s1`, … */
  readonly events: string[] = [];
  readonly done = new Map<string, Decided>();
  readonly wires = new Map<string, Wire>();
  /** The next commits that the store refuses. */
  readonly faults: FaultKind[] = [];
  /** What the sidecar holds. */
  witnessed: Witnessed | undefined;
  /** The next question to the store is answered by `answerFind()`, after what comes later. */
  holdNextFind = false;
  #heldFind: HubInput | undefined;
  /** While true a commit waits for `commit()`. */
  holdCommits = false;
  /** How fast each device may give commands, from the next restart on. */
  commandRate: CommandRate | undefined;
  exited: string | undefined;
  isStopped = false;
  #held: (() => void) | undefined;
  #inputs: HubInput[] = [];
  #sockets = 0;
  #lives = 0;
  #timerMs = Infinity;

  readonly #shop: string;
  /** The key beside the store; another one is what a hub finds that lost it. */
  stampKey = 'stamp key';

  /** Two rigs are two shops when `shop` is another: the ids they make begin with it. */
  constructor(domain: Domain = notesDomain(), shop = 'h') {
    this.#shop = shop;
    this.domain = domain;
    this.store.begin(genesis(this.#config()));
    this.#lives = 0;
    this.hub = this.#start();
    this.own('turn:start', 'day.turn', { day: domain.dayOf(this.wallMs) });
    this.events.length = 0;
  }

  get now() {
    return { monoMs: this.monoMs, wallMs: this.wallMs };
  }

  get log(): readonly LogEntry[] {
    return this.store.history(0, Infinity);
  }

  #config(): HubConfig {
    this.#lives += 1;
    return {
      domain: this.domain,
      hash: rigHash,
      ids: rigIds(`${this.#shop}${this.#lives}`),
      verifier: rigVerifier,
      hub: `hub${this.#lives}`,
      stampKey: this.stampKey,
      addresses: () => ['10.0.0.1:8080'],
      commandRate: this.commandRate,
    };
  }

  #start(opening: Opening = {}): Hub {
    return new Hub(this.#config(), this.store.load()!, this.now, opening);
  }

  /** Another hub process over what is committed; every socket is gone. */
  restart(domain: Domain = this.domain, opening: Opening = {}): void {
    this.domain = domain;
    this.store = this.store.clone();
    this.#held = undefined;
    this.#inputs = [];
    for (const wire of this.wires.values()) this.#drop(wire);
    this.hub = this.#start(opening);
    this.step({ type: 'work' });
  }

  /** Another hub process over an old copy. The sidecar remembers more, unless it is gone as well. */
  restore(copy: MemoryStore, hasSidecar: boolean): void {
    this.store = copy;
    const { witnessed } = this;
    const seq = witnessed?.at.seq ?? 0;
    const chainThere = copy.find({ chains: [seq] }).chains.get(seq);
    this.restart(this.domain, hasSidecar ? { witnessed, chainThere } : {});
  }

  /** A command of the hub's own, decided before this returns. */
  own(id: string, name: string, args: JsonObject): Decided | undefined {
    this.step({ type: 'own', id, name, args });
    return this.done.get(id);
  }

  pair(device: string, role: string): void {
    const { publicKey } = rigSigner(device);
    const args = { device, publicKey, name: `Tablet ${device}`, role };
    this.own(`pair:${device}`, 'device.pair', args);
  }

  /** Takes an input and everything that follows from it, down to a held commit. */
  step(input: HubInput): void {
    this.#inputs.push(input);
    while (this.#inputs.length > 0) {
      const next = this.#inputs.shift()!;
      for (const effect of this.hub.step(next, this.now)) this.#carryOut(effect);
    }
  }

  #carryOut(effect: HubEffect): void {
    switch (effect.type) {
      case 'send':
        return this.#send(effect.sockets, effect.text);
      case 'close': {
        const wire = this.wires.get(effect.socket);
        if (wire !== undefined) wire.closing = `${effect.code} ${effect.reason}`;
        return undefined;
      }
      case 'find': {
        const { ask, question } = effect;
        const found: HubInput = { type: 'found', ask, answer: this.store.find(question) };
        if (this.holdNextFind) this.#heldFind = found;
        else this.#inputs.push(found);
        this.holdNextFind = false;
        return undefined;
      }
      case 'commit':
        return this.#commit(effect);
      case 'wake':
        this.#inputs.push({ type: 'work' });
        return undefined;
      case 'timer':
        this.#timerMs = Math.min(this.#timerMs, effect.atMonoMs);
        return undefined;
      case 'done':
        this.done.set(effect.decided.id, effect.decided);
        return undefined;
      case 'exit':
        this.exited = effect.message;
        return undefined;
      case 'recovery':
        return undefined;
      case 'witness':
        this.witnessed = effect.witnessed;
        return undefined;
      case 'stopped':
        this.isStopped = true;
        return undefined;
      default:
    }
  }

  /** Every frame is checked against the protocol on its way. */
  #send(sockets: readonly string[], text: string): void {
    const { message, problem } = decodeDown(text);
    if (message === undefined) throw new Error(`The hub sends what it must not: ${problem}`);
    for (const socket of sockets) {
      this.events.push(`send ${message.type} ${socket}`);
      this.wires.get(socket)?.down.push(text);
    }
  }

  #commit({ transaction }: Extract<HubEffect, { type: 'commit' }>): void {
    const run = (): void => {
      try {
        const kind = this.faults.shift();
        if (kind !== undefined) throw new StoreFault(kind, `The store is ${kind}.`);
        this.store.commit(transaction);
        this.events.push('committed');
        this.#inputs.push({ type: 'committed' });
      } catch (error) {
        if (!(error instanceof StoreFault)) throw error;
        this.#inputs.push({ type: 'refused', fault: error.kind, message: error.message });
      }
    };
    this.events.push('commit');
    if (this.holdCommits) this.#held = run;
    else run();
  }

  /** Lets the held commit through. */
  commit(): void {
    const run = this.#held;
    this.#held = undefined;
    run?.();
    this.step({ type: 'work' });
  }

  answerFind(): void {
    if (this.#heldFind !== undefined) this.step(this.#heldFind);
    this.#heldFind = undefined;
  }

  connect(end: WireEnd, origin?: string): Wire {
    this.#sockets += 1;
    const socket = `s${this.#sockets}`;
    const wire: Wire = { socket, up: [], down: [], end, closing: undefined };
    this.wires.set(socket, wire);
    this.step({ type: 'connected', socket, origin });
    return wire;
  }

  /** The link dies with everything on it. `isNoticed` says whether the hub hears of it. */
  cut(wire: Wire, isNoticed = true): void {
    this.wires.delete(wire.socket);
    wire.up.length = 0;
    wire.down.length = 0;
    if (isNoticed) this.step({ type: 'closed', socket: wire.socket });
  }

  #drop(wire: Wire): void {
    this.wires.delete(wire.socket);
    wire.end.closed();
  }

  /** Lets through everything that waits, and what it leads to. */
  flush(): void {
    for (let moved = true; moved;) {
      moved = false;
      for (const wire of this.wires.values()) moved = this.flushWire(wire) || moved;
    }
  }

  flushWire(wire: Wire): boolean {
    const before = wire.up.length + wire.down.length;
    for (const text of wire.up.splice(0)) {
      this.step({ type: 'received', socket: wire.socket, text });
    }
    for (const text of wire.down.splice(0)) wire.end.received(text);
    if (wire.closing !== undefined && this.wires.has(wire.socket)) {
      this.step({ type: 'closed', socket: wire.socket });
      this.#drop(wire);
    }
    return before > 0;
  }

  /** Long enough for every telling to have been sent and to arrive. */
  settle(ms = 10): void {
    this.flush();
    this.advance(ms);
    this.flush();
  }

  /** Time passes, the hub's timer going off on the way as often as it asked to. */
  advance(ms: number): void {
    const untilMs = this.monoMs + ms;
    for (;;) {
      const nextMs = Math.max(this.monoMs, this.#timerMs);
      if (nextMs > untilMs) break;
      this.#pass(nextMs - this.monoMs);
      this.#timerMs = Infinity;
      this.step({ type: 'tick' });
    }
    this.#pass(untilMs - this.monoMs);
  }

  /** Time passes, and every device that is named stays connected or comes back. */
  live(ms: number, ...devices: readonly { tick(): void }[]): void {
    for (let left = ms; left > 0; left -= 1_000) {
      for (const device of devices) device.tick();
      this.settle(Math.min(left, 1_000));
    }
  }

  #pass(ms: number): void {
    this.monoMs += ms;
    this.wallMs += ms;
  }
}
