// A tablet: the real replica on a simulated storage and network. It dies between any two steps when
// it is told to, and starts again from what its storage holds.

import {
  type Domain,
  type NewCommand,
  Replica,
  type ReplicaConfig,
  type ReplicaEffect,
  type ReplicaInput,
  type Vouch,
  vouchText,
} from '@pos-sync/sync';
import type { Agenda } from './agenda.ts';
import type { Counters } from './counters.ts';
import { DeviceDisk } from './device-disk.ts';
import { type DeviceEnd, type Network, welcomedIn } from './network.ts';
import type { Oracle } from './oracle.ts';
import { simIds, simSigner } from './ports.ts';
import type { Random } from './random.ts';

export type DeviceCrashPoint =
  | 'now'
  | 'beforeAppend'
  | 'afterAppend'
  | 'afterSend'
  | 'amongEffects';

export interface DeviceNodeOptions {
  readonly agenda: Agenda;
  readonly network: Network;
  readonly oracle: Oracle;
  readonly random: Random;
  readonly counters: Counters;
  readonly trace: (line: string) => void;
  readonly storageMs: number;
}

/** Who a device is, as pairing made it. */
export interface Paired {
  readonly store: string;
  readonly device: string;
  readonly letter: string;
  readonly role: string;
}

const restartMs = 500;
/** The one command that a device gives by itself. */
const reportName = 'device.stranded';
const wallStartMs = Date.UTC(2026, 10, 22, 9);

export class DeviceNode {
  /** Tells this tablet from a copy of it. */
  readonly label: string;
  #paired: Paired;
  #key: string;
  #vouch: Vouch | undefined;
  readonly #options: DeviceNodeOptions;
  readonly #random: Random;
  #disk = new DeviceDisk();
  #replica: Replica | undefined;
  /** Numbers of its own commands, as its storage gave them. */
  #numbers = new Map<string, number>();
  #rowsView = '';
  #life = 0;
  #socket: string | undefined;
  /** The epoch of the hub that welcomed it last. */
  #welcomedIn = '';
  /** How often it connected: events of an earlier socket are not its business. */
  #dials = 0;
  #tickAtMs = Infinity;
  #crash: { point: DeviceCrashPoint; skip: number; power: boolean } | undefined;
  domain: Domain;
  /** How far its calendar is off: a label, which must change nothing. */
  wallOffsetMs = 0;
  /** When it last reported, by itself, that it shows what the hub lost. */
  reportedAtMs = -Infinity;

  constructor(
    options: DeviceNodeOptions,
    paired: Paired,
    domain: Domain,
    label: string = paired.device,
  ) {
    this.#options = options;
    this.#random = options.random;
    this.#paired = paired;
    this.#key = `key-${paired.device}`;
    this.domain = domain;
    this.label = label;
  }

  get paired(): Paired {
    return this.#paired;
  }

  get name(): string {
    return this.label;
  }

  /** Another tablet made from an image of this one. */
  cloned(options: DeviceNodeOptions, label: string): DeviceNode {
    const copy = new DeviceNode(options, this.#paired, this.domain, label);
    copy.#key = this.#key;
    copy.#vouch = this.#vouch;
    copy.#numbers = new Map(this.#numbers);
    copy.#disk = new DeviceDisk(this.#disk.disk.copy());
    return copy;
  }

  /** It was a copy: it makes a key of its own, and takes its unanswered commands along. */
  #becomeItself(device: string, letter: string): void {
    const { counters, trace } = this.#options;
    const former = this.#paired;
    const publicKey = `key-${device}`;
    const text = vouchText(former.store, former.device, device, publicKey);
    const signature = simSigner(this.#key).sign(text);
    const image = this.#disk.load();
    const journal = this.#disk.journal(0, Infinity);
    this.#vouch = { former: former.device, publicKey, signature };
    this.#key = publicKey;
    this.#paired = { ...former, device, letter };
    this.#disk = new DeviceDisk();
    this.#numbers = this.#disk.begin(image, journal);
    counters.clones += 1;
    trace(`${this.label} becomes ${device}`);
    this.#restart();
  }

  #restart(): void {
    this.#replica = undefined;
    this.#life += 1;
    if (this.#socket !== undefined) this.#options.network.close(this.#socket, 'device');
    this.#socket = undefined;
    this.#options.agenda.in(restartMs, () => this.start());
  }

  get replica(): Replica | undefined {
    return this.#replica;
  }

  /** Hub time as this device reckons it. */
  get hubTimeMs(): number {
    return this.#options.agenda.nowMs + (this.#replica?.status.hubOffsetMs ?? 0);
  }

  /** The view that its confirmed rows are of. */
  get viewName(): string {
    return this.#rowsView === '' ? this.domain.viewOf(this.paired.role)! : this.#rowsView;
  }

  /** Its role may be another by now; its rows are of the view of that once it is live. */
  #heedRole(): void {
    const { role, live } = this.#replica!.status;
    if (!live) return;
    if (role !== this.#paired.role) this.#paired = { ...this.#paired, role };
    this.#rowsView = this.domain.viewOf(role)!;
  }

  start(): void {
    if (this.#replica !== undefined) return;
    this.#life += 1;
    const image = this.#disk.load();
    this.#rowsView = image.view.split(' ')[0] ?? '';
    const viewName = this.domain.viewOf(this.paired.role)!;
    const config: ReplicaConfig = {
      ...this.paired,
      vouch: this.#vouch,
      domain: this.domain,
      ids: simIds(this.#random.fork()),
      signer: simSigner(this.#key),
      build: 'sim',
      journalKeptMs: 3_000,
      viewName,
      view: this.domain.views.get(viewName)!,
    };
    this.#replica = new Replica(config, image, this.#now());
    this.#tickAtMs = Infinity;
    this.#options.oracle.deviceStarts(this.name);
    for (const { id, answered } of this.#disk.journal(0, Infinity)) {
      this.#options.oracle.remembers(id, answered.outcome);
    }
    this.#options.trace(`${this.name} starts`);
    this.#check();
    this.step({ type: 'tick' });
  }

  #now() {
    const { nowMs } = this.#options.agenda;
    return { monoMs: nowMs, wallMs: wallStartMs + nowMs + this.wallOffsetMs };
  }

  /** Gives a command as its user would; what the device refuses outright was never promised. */
  mutate(command: NewCommand): void {
    const replica = this.#replica;
    if (replica === undefined || replica.check(command) !== undefined) return;
    this.#options.counters.commands += 1;
    this.#options.trace(`${this.name} ${command.name} ${JSON.stringify(command.args)}`);
    this.step({ type: 'mutate', command });
  }

  crash(point: DeviceCrashPoint, skip: number, power: boolean): void {
    if (this.#replica === undefined) return;
    this.#crash = { point, skip, power };
    if (point === 'now') this.#die();
  }

  switchOff(forMs: number): void {
    if (this.#replica === undefined) return;
    this.#crash = { point: 'now', skip: 0, power: true };
    this.#die(forMs);
  }

  #die(offMs = restartMs): void {
    const { network, agenda, counters, trace } = this.#options;
    trace(`${this.name} dies (${this.#crash?.point})`);
    if (this.#crash?.power === true) this.#disk.disk.cutPower(this.#random);
    else this.#disk.disk.kill();
    this.#crash = undefined;
    this.#replica = undefined;
    this.#life += 1;
    if (this.#socket !== undefined) network.close(this.#socket, 'device');
    this.#socket = undefined;
    counters.deviceKills += 1;
    agenda.in(offMs, () => this.start());
  }

  setStorageFull(isFull: boolean): void {
    this.#disk.disk.isFull = isFull;
  }

  step(input: ReplicaInput): void {
    const replica = this.#replica;
    if (replica === undefined) return;
    const life = this.#life;
    const effects = replica.step(input, this.#now());
    let changed = false;
    for (const effect of effects) {
      if (this.#life !== life) return;
      if (this.#crash?.point === 'amongEffects') {
        this.#crash.skip -= 1;
        if (this.#crash.skip < 0) return this.#die();
      }
      changed ||= effect.type === 'changed' || effect.type === 'save';
      this.#carryOut(effect);
    }
    if (this.#life !== life) return;
    this.#heedRole();
    if (changed) this.#check();
  }

  /** What the device holds and shows, held against what the hub had. */
  #check(): void {
    const replica = this.#replica!;
    const { oracle } = this.#options;
    const { at, lastN } = replica.status;
    if (at === undefined) return;
    const screen = {
      name: this.name,
      seq: at.seq,
      find: (key: string) => replica.find(key),
      confirmed: (key: string) => replica.confirmed.find(key),
      isUnknownToHub: (key: string) => replica.isUnknownToHub(key),
      hasPassed: (id: string) => (this.#numbers.get(id) ?? Infinity) <= lastN,
    };
    oracle.shows(screen, this.viewName, at, replica.confirmed.values());
  }

  #carryOut(effect: ReplicaEffect): void {
    const { network, oracle } = this.#options;
    switch (effect.type) {
      case 'append':
        return this.#append(effect.commands);
      case 'save': {
        const { dropped } = effect.change;
        this.#options.counters.journalLetGo += dropped.length;
        for (const n of dropped) oracle.letGo(this.paired.device, n, this.#welcomedIn);
        const problem = this.#disk.save(effect.change);
        const input: ReplicaInput =
          problem === undefined ? { type: 'saved' } : { type: 'notSaved', message: problem };
        return this.#later(input);
      }
      case 'readJournal': {
        const { after, limit, why } = effect;
        const entries = this.#disk.journal(after, limit);
        return this.#later({ type: 'journalRead', entries, after, why });
      }
      case 'connect':
        this.#socket = network.connect(this.name, this.#end());
        return undefined;
      case 'disconnect':
        if (this.#socket !== undefined) network.close(this.#socket, 'device');
        this.#socket = undefined;
        return undefined;
      case 'send':
        this.#noteDrawn(effect.text);
        if (this.#socket !== undefined) network.up(this.#socket, effect.text);
        if (effect.text.includes('"answered":{')) this.#options.counters.offered += 1;
        if (this.#crash?.point === 'afterSend' && effect.text.startsWith('{"type":"push"')) {
          this.#die();
        }
        return undefined;
      case 'timer':
        return this.#tickAt(effect.atMonoMs);
      case 'moved':
        if (effect.status.at === 'answered') {
          const { outcome, receipt } = effect.status.answered;
          oracle.answered(effect.id, outcome, receipt);
        }
        return undefined;
      case 'denied': {
        const { code, identity } = effect.deny;
        if (code === 'CLONE' && identity !== undefined) {
          this.#becomeItself(identity.device, identity.letter);
        }
        return undefined;
      }
      case 'changed':
      case 'link':
    }
  }

  #append(commands: readonly { readonly id: string; readonly text: string }[]): void {
    if (this.#crash?.point === 'beforeAppend') return this.#die();
    const ns = this.#disk.append(commands);
    if (typeof ns === 'string') return this.#later({ type: 'notAppended', message: ns });
    for (const [index, { id, text }] of commands.entries()) {
      this.#numbers.set(id, ns[index]!);
      this.#promise(id, text);
    }
    if (this.#crash?.point === 'afterAppend') return this.#die();
    return this.#later({ type: 'appended', ns });
  }

  #promise(id: string, text: string): void {
    const { name, args } = JSON.parse(text) as { name: string; args: Record<string, string> };
    if (name === reportName) this.reportedAtMs = this.#options.agenda.nowMs;
    this.#options.oracle.promise(id, this.name, name, args);
  }

  /** It says that what its rows show now is on the screen. */
  #noteDrawn(text: string): void {
    if (!text.startsWith('{"type":"seen"')) return;
    const { stations } = JSON.parse(text) as { stations: readonly string[] };
    const rows = this.#replica!.confirmed.values();
    this.#options.oracle.drawn(this.#paired.device, stations, rows);
  }

  #later(input: ReplicaInput): void {
    const life = this.#life;
    this.#options.agenda.in(this.#random.around(this.#options.storageMs), () => {
      if (this.#life === life) this.step(input);
    });
  }

  #end(): DeviceEnd {
    const life = this.#life;
    this.#dials += 1;
    const dial = this.#dials;
    const isMine = (): boolean => this.#life === life && this.#dials === dial;
    const take = (input: ReplicaInput): void => {
      if (isMine() && this.#socket !== undefined) this.step(input);
    };
    return {
      opened: () => take({ type: 'opened' }),
      received: (text) => {
        this.#welcomedIn = welcomedIn(text) ?? this.#welcomedIn;
        take({ type: 'received', text });
      },
      closed: () => {
        if (!isMine()) return;
        this.#socket = undefined;
        this.step({ type: 'closed' });
      },
    };
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

  /** Nothing waits, everything is told, and the rows are the hub's. */
  settled(seq: number): string | undefined {
    const replica = this.#replica;
    if (replica === undefined) return 'is not running';
    const { link, live, unanswered, at } = replica.status;
    if (link !== 'open' || !live) return `is ${link}${live ? '' : ' and not live'}`;
    if (unanswered > 0) return `has ${unanswered} commands without an outcome`;
    if (at?.seq !== seq) return `stands at ${at?.seq} and the hub at ${seq}`;
    return undefined;
  }
}
