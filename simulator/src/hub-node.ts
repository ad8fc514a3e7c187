// The box: the real hub on a simulated disk and network. It dies between any two steps when it is
// told to, and starts again from what its disk holds.

import {
  type Domain,
  Hub,
  type HubEffect,
  type HubInput,
  type Store,
  StoreFault,
  type Witnessed,
  genesis,
  openingOf,
} from '@pos-sync/sync';
import type { Agenda } from './agenda.ts';
import { SimDisk } from './disk.ts';
import { type HubRecord, openHubStore } from './hub-store.ts';
import type { Network } from './network.ts';
import { Broken, type Oracle } from './oracle.ts';
import { simHash, simIds, simVerifier } from './ports.ts';
import type { Random } from './random.ts';
import type { Counters } from './counters.ts';

/** Where the hub dies. */
export type CrashPoint = 'now' | 'beforeCommit' | 'afterCommit' | 'amongEffects';

export interface HubNodeOptions {
  readonly agenda: Agenda;
  readonly network: Network;
  readonly oracle: Oracle;
  readonly random: Random;
  readonly counters: Counters;
  readonly trace: (line: string) => void;
  /** Mean time of a commit, in ms. */
  readonly commitMs: number;
}

interface Copy {
  readonly epoch: string;
  readonly lastN: ReadonlyMap<string, number>;
  readonly records: number;
}

const wallStartMs = Date.UTC(2026, 10, 22, 9);
const restartMs = 300;

export class HubNode {
  readonly disk = new SimDisk<HubRecord>();
  readonly #options: HubNodeOptions;
  #hub: Hub | undefined;
  #store: Store | undefined;
  #life = 0;
  #crash: { point: CrashPoint; skip: number; power: boolean } | undefined;
  #tickAtMs = Infinity;
  domain: Domain;
  /** Nobody goes back further than the newest. */
  readonly #copies: Copy[] = [];
  /** Records that every copy has: the store's beginning and the pairing. */
  keptAtLeast = 1;
  /** What lies beside the database. */
  sidecar: Witnessed | undefined;
  /** How far the box's calendar is off. */
  wallOffsetMs = 0;

  constructor(options: HubNodeOptions, domain: Domain) {
    this.#options = options;
    this.domain = domain;
  }

  get hub(): Hub | undefined {
    return this.#hub;
  }

  get store(): Store {
    return this.#store ?? openHubStore(this.disk);
  }

  start(): void {
    if (this.#hub !== undefined) return;
    const { random, network } = this.#options;
    this.#life += 1;
    const ids = simIds(random.fork());
    const config = {
      domain: this.domain,
      hash: simHash,
      ids,
      verifier: simVerifier,
      hub: `hub-${ids.next()}`,
      stampKey: 'stamp',
      addresses: () => ['10.0.0.1:8080'],
    };
    const store = openHubStore(this.disk);
    if (store.load() === undefined) store.begin(genesis(config));
    this.#store = store;
    const opening = openingOf(store, this.sidecar, false);
    this.#hub = new Hub(config, store.load()!, this.#now(), opening);
    this.#tickAtMs = Infinity;
    const life = this.#life;
    const alive = (input: HubInput) => (this.#life === life ? this.step(input) : undefined);
    network.hub = {
      connected: (socket) => alive({ type: 'connected', socket }),
      received: (socket, text) => alive({ type: 'received', socket, text }),
      closed: (socket) => alive({ type: 'closed', socket }),
    };
    this.#options.trace('hub starts');
    this.step({ type: 'tick' });
    this.#announceCopy();
  }

  #now() {
    const { nowMs } = this.#options.agenda;
    return { monoMs: nowMs, wallMs: wallStartMs + nowMs + this.wallOffsetMs };
  }

  /** Dies at the next such point. After a power cut unsynced writes are damaged. */
  crash(point: CrashPoint, skip: number, power: boolean): void {
    if (this.#hub === undefined) return;
    this.#crash = { point, skip, power };
    if (point === 'now') this.#die();
  }

  #die(): void {
    const { network, random, agenda, counters, trace } = this.#options;
    if (this.#hub === undefined) return;
    trace(`hub dies (${this.#crash?.point ?? 'fault'})`);
    if (this.#crash?.power === true) this.disk.cutPower(random);
    else this.disk.kill();
    this.#crash = undefined;
    this.#hub = undefined;
    this.#store = undefined;
    this.#life += 1;
    network.hub = undefined;
    network.cut();
    counters.hubKills += 1;
    agenda.in(restartMs, () => this.start());
  }

  /** A copy is verified on another medium. */
  copy(): void {
    if (this.#hub === undefined) return;
    const { lastN, epochs } = this.store.load()!;
    const copy = { epoch: epochs.at(-1)!.id, lastN, records: this.disk.length };
    this.#copies.push(copy);
    this.#options.oracle.copied(copy.epoch, lastN);
    this.#announceCopy();
  }

  /** The newest copy is told to the hub when it is made, and whenever the hub starts. */
  #announceCopy(): void {
    const newest = this.#copies.at(-1);
    if (newest !== undefined) this.step({ type: 'copied', ...newest });
  }

  /** Somebody puts an old copy of the database back, with the sidecar or without. */
  restore(back: number, hasSidecar: boolean): void {
    if (this.#hub === undefined) return;
    const { oracle, counters } = this.#options;
    this.crash('now', 0, false);
    const copied = this.#copies.map(({ records }) => records);
    const kept = Math.max(this.keptAtLeast, ...copied, this.disk.length - back);
    if (kept >= this.disk.length) return;
    this.disk.rewind(kept);
    oracle.rewind(kept - 1);
    if (!hasSidecar) this.sidecar = undefined;
    counters.restores += 1;
  }

  step(input: HubInput): void {
    const hub = this.#hub;
    if (hub === undefined) return;
    const life = this.#life;
    const effects = hub.step(input, this.#now());
    for (const effect of effects) {
      if (this.#life !== life) return;
      if (this.#crash?.point === 'amongEffects') {
        this.#crash.skip -= 1;
        if (this.#crash.skip < 0) return this.#die();
      }
      this.#carryOut(effect);
    }
    const { queued, sockets } = hub.status;
    if (queued > 50_000 || sockets > 1_000) throw new Broken('I10', 'the hub holds too much');
  }

  #carryOut(effect: HubEffect): void {
    const { network, agenda, counters } = this.#options;
    const life = this.#life;
    const later = (delayMs: number, input: HubInput): void =>
      agenda.in(delayMs, () => {
        if (this.#life === life) this.step(input);
      });
    switch (effect.type) {
      case 'send':
        count(counters, effect.text);
        for (const socket of effect.sockets) network.down(socket, effect.text);
        return;
      case 'close':
        return network.close(effect.socket, 'hub');
      case 'find': {
        const answer = this.#store!.find(effect.question);
        return later(0, { type: 'found', ask: effect.ask, answer });
      }
      case 'commit':
        return this.#commit(effect, later);
      case 'witness':
        this.sidecar = effect.witnessed;
        return undefined;
      case 'wake':
        return later(0, { type: 'work' });
      case 'timer':
        return this.#tickAt(effect.atMonoMs);
      case 'exit':
        counters.exits += 1;
        return this.#die();
      case 'done':
      case 'stopped':
    }
  }

  #commit(
    effect: Extract<HubEffect, { type: 'commit' }>,
    later: (delayMs: number, input: HubInput) => void,
  ): void {
    if (this.#crash?.point === 'beforeCommit') return this.#die();
    const { agenda, random, commitMs } = this.#options;
    const life = this.#life;
    agenda.in(random.around(commitMs), () => {
      if (this.#life === life) this.#commitNow(effect, later);
    });
  }

  #commitNow(
    effect: Extract<HubEffect, { type: 'commit' }>,
    later: (delayMs: number, input: HubInput) => void,
  ): void {
    const { oracle, random, commitMs, trace } = this.#options;
    const tookMs = random.around(commitMs);
    try {
      this.#store!.commit(effect.transaction);
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      trace(`commit refused: ${error.kind}`);
      if (error.kind === 'broken') this.#settleUncertain(effect);
      return later(tookMs, { type: 'refused', fault: error.kind, message: error.message });
    }
    trace(`commit ${effect.transaction.entries.length} to ${effect.transaction.head.seq}`);
    oracle.durable(effect.transaction);
    if (this.#crash?.point === 'afterCommit') return this.#die();
    return later(tookMs, { type: 'committed' });
  }

  /** After a failed sync the write may be on the disk or not; only the disk knows. */
  #settleUncertain(effect: Extract<HubEffect, { type: 'commit' }>): void {
    const kept = this.#options.random.chance(0.5);
    if (kept) {
      this.disk.kill();
      this.#options.oracle.durable(effect.transaction);
    } else this.disk.drop();
  }

  #tickAt(atMs: number): void {
    if (atMs >= this.#tickAtMs) return;
    this.#tickAtMs = atMs;
    const life = this.#life;
    this.#options.agenda.at(atMs, () => {
      if (this.#life !== life || this.#tickAtMs !== atMs) return;
      this.#tickAtMs = Infinity;
      this.step({ type: 'tick' });
    });
  }
}

function count(counters: Counters, text: string): void {
  const end = text.indexOf('"', 9);
  const type = text.slice(9, end);
  if (type === 'gap') counters.gaps += 1;
  else if (type === 'busy') counters.busies += 1;
  else if (type === 'catchUpBegin') {
    if (text.includes('"snapshot"')) counters.snapshots += 1;
    else counters.deltas += 1;
  }
}
