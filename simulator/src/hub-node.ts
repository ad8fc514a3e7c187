// The box: the real hub on a simulated disk and network. It dies between any two steps when it is
// told to, and starts again from what its disk holds.

import {
  type Domain,
  Hub,
  type HubEffect,
  type HubInput,
  StoreFault,
  type StoreTransaction,
  type Witnessed,
  genesis,
  openingOf,
} from '@pos-sync/sync';
import type { Agenda } from './agenda.ts';
import { SimDisk } from './disk.ts';
import { type HubRecord, type HubStore, openHubStore } from './hub-store.ts';
import type { Network } from './network.ts';
import { Broken } from './invariants.ts';
import type { Oracle } from './oracle.ts';
import { simHash, simIds, simVerifier } from './ports.ts';
import type { Random } from './random.ts';
import type { Counters } from './counters.ts';

/** Where the hub dies. */
export type CrashPoint = 'now' | 'beforeCommit' | 'beforeSync' | 'afterCommit' | 'amongEffects';

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
const copyAgainMs = 5;

export class HubNode {
  readonly disk = new SimDisk<HubRecord>();
  readonly #options: HubNodeOptions;
  #hub: Hub | undefined;
  #store: HubStore | undefined;
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
  /** The next read of the store fails. */
  failsNextFind = false;
  /** The next command of a device that is committed turns out not to fit into the store. */
  refusesNext = false;
  /** Commands that do not fit. */
  readonly #unfit = new Set<string>();
  /** Reads that wait until the write under way is through. */
  #held: (() => void)[] | undefined;
  /** How many records of the disk the oracle was told of. */
  #told = 1;
  #whenStopped: (() => void) | undefined;

  constructor(options: HubNodeOptions, domain: Domain) {
    this.#options = options;
    this.domain = domain;
  }

  get hub(): Hub | undefined {
    return this.#hub;
  }

  get store(): HubStore {
    return this.#store ?? openHubStore(this.disk);
  }

  start(): void {
    if (this.#hub !== undefined) return;
    const { random, network, oracle } = this.#options;
    this.#life += 1;
    oracle.hubStarts();
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
    const store = openHubStore(this.disk, this.#unfit);
    this.#held = undefined;
    if (store.load() === undefined) store.begin(genesis(config));
    this.#store = store;
    const opening = openingOf(store, this.sidecar, false);
    this.#hub = new Hub(config, store.load()!, this.#now(), opening);
    this.#tickAtMs = Infinity;
    const life = this.#life;
    const alive = (input: HubInput) => (this.#life === life ? this.step(input) : undefined);
    network.hub = {
      connected: (socket) => alive({ type: 'connected', socket }),
      received: (socket, text) => {
        if (this.#life === life) this.#countLate(text);
        alive({ type: 'received', socket, text });
      },
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
    const { random, agenda, counters, trace } = this.#options;
    if (this.#hub === undefined) return;
    trace(`hub dies (${this.#crash?.point ?? 'fault'})`);
    if (this.#crash?.power === true) counters.writesLost += this.disk.cutPower(random).lost;
    else this.disk.kill();
    this.#tellDurable();
    this.#leave();
    counters.hubKills += 1;
    agenda.in(restartMs, () => this.start());
  }

  #leave(): void {
    const { network } = this.#options;
    this.#crash = undefined;
    this.#whenStopped = undefined;
    this.#hub = undefined;
    this.#store = undefined;
    this.#life += 1;
    network.hub = undefined;
    network.cut();
  }

  /** Somebody stops it as one should, and starts it again later. */
  stop(forMs: number): void {
    if (this.#hub === undefined || this.#whenStopped !== undefined) return;
    const { agenda, counters, trace } = this.#options;
    this.#whenStopped = () => {
      trace('hub stopped');
      counters.stops += 1;
      agenda.in(forMs, () => this.start());
    };
    this.step({ type: 'stop' });
  }

  /** From here on nothing is unfit, and nothing fails. */
  heal(): void {
    this.disk.isFull = false;
    this.disk.failsNext = false;
    this.failsNextFind = false;
    this.refusesNext = false;
    this.#unfit.clear();
  }

  /** Only the disk knows what is durable. */
  #tellDurable(): void {
    for (; this.#told < this.disk.length; this.#told += 1) {
      const record = this.disk.at(this.#told);
      if ('transaction' in record) this.#options.oracle.durable(record.transaction);
    }
  }

  /** A device offers what was lost after the recovery was over. */
  #countLate(text: string): void {
    if (!text.includes('"answered":{')) return;
    const { at, rows } = this.#hub!.status;
    if (rows.find(`epoch/${at.epoch.id}`) !== undefined) this.#options.counters.lateOffers += 1;
  }

  /** A copy is verified on another medium. */
  copy(): void {
    if (this.#hub === undefined) return;
    if (this.#held !== undefined) return this.#options.agenda.in(copyAgainMs, () => this.copy());
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
    this.#told = kept;
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
        const { ask, question } = effect;
        const read = (): void => {
          if (this.#life !== life) return;
          if (this.failsNextFind) {
            this.failsNextFind = false;
            counters.readsFailed += 1;
            return later(0, { type: 'refused', fault: 'broken', message: 'input/output error' });
          }
          const answer = this.#store!.find(question);
          later(0, { type: 'found', ask, answer });
        };
        if (this.#held === undefined) return read();
        this.#held.push(read);
        return undefined;
      }
      case 'commit':
        return this.#commit(effect, later);
      case 'recovery':
        return undefined;
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
      case 'stopped': {
        const whenStopped = this.#whenStopped;
        this.#whenStopped = undefined;
        this.#leave();
        return whenStopped?.();
      }
      case 'done':
    }
  }

  #commit(
    effect: Extract<HubEffect, { type: 'commit' }>,
    later: (delayMs: number, input: HubInput) => void,
  ): void {
    if (this.#crash?.point === 'beforeCommit') return this.#die();
    const { agenda, random, commitMs } = this.#options;
    const life = this.#life;
    this.#options.oracle.asked(effect.transaction);
    agenda.in(random.around(commitMs), () => {
      if (this.#life === life) this.#write(effect, later);
    });
  }

  #write(
    effect: Extract<HubEffect, { type: 'commit' }>,
    later: (delayMs: number, input: HubInput) => void,
  ): void {
    const { transaction } = effect;
    this.#chooseUnfit(transaction);
    const life = this.#life;
    const { agenda, random, commitMs } = this.#options;
    if (!this.#attempt(() => this.#store!.write(transaction), later)) return;
    this.#held = [];
    if (this.#crash?.point === 'beforeSync') return this.#die();
    agenda.in(random.around(commitMs), () => {
      if (this.#life === life) this.#sync(transaction, later);
    });
  }

  #sync(
    { entries, head }: StoreTransaction,
    later: (delayMs: number, input: HubInput) => void,
  ): void {
    const { random, commitMs, trace } = this.#options;
    const reads = this.#held ?? [];
    this.#held = undefined;
    if (!this.#attempt(() => this.#store!.sync(), later)) {
      // After a failed sync the write may be on the disk or not; only the disk knows.
      if (random.chance(0.5)) this.disk.kill();
      else this.disk.drop();
      return;
    }
    trace(`commit ${entries.length} to ${head.seq}`);
    this.#tellDurable();
    if (this.#crash?.point === 'afterCommit') return this.#die();
    later(random.around(commitMs), { type: 'committed' });
    for (const read of reads) read();
  }

  #attempt(run: () => void, later: (delayMs: number, input: HubInput) => void): boolean {
    const { random, commitMs, trace, counters } = this.#options;
    try {
      run();
      return true;
    } catch (error) {
      if (!(error instanceof StoreFault)) throw error;
      const { kind, message } = error;
      trace(`commit refused: ${kind}`);
      if (kind === 'value') counters.valuesRefused += 1;
      later(random.around(commitMs), { type: 'refused', fault: kind, message });
      return false;
    }
  }

  #chooseUnfit({ entries }: StoreTransaction): void {
    if (!this.refusesNext) return;
    const given = entries.filter(({ device }) => !device.startsWith('hub-'));
    if (given.length === 0) return;
    this.refusesNext = false;
    this.#unfit.add(this.#options.random.pick(given).id);
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
