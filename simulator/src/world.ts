// One history: a shop with its box and its tablets, a plan of what people do and what goes wrong,
// and the oracle watching. At the end the faults stop, and within a minute all must be well.

import type { Domain } from '@pos-sync/sync';
import { Agenda } from './agenda.ts';
import { type Counters, noCounts } from './counters.ts';
import { DeviceNode, type Paired } from './device-node.ts';
import { Door } from './door.ts';
import { HubNode } from './hub-node.ts';
import { Network } from './network.ts';
import { Broken } from './invariants.ts';
import { Oracle } from './oracle.ts';
import type { Happening, Plan } from './plan.ts';
import { checkDevice } from './last-look.ts';
import { simHash, simIds } from './ports.ts';
import { seeded } from './random.ts';
import { type Builds, shopBuilds } from './builds.ts';
import { commandFor, menuItem } from './workload.ts';

export interface Outcome {
  readonly failure: Broken | undefined;
  readonly counters: Counters;
  /** The last lines of what happened. */
  readonly trace: readonly string[];
  /** Hash of the whole trace: the same plan gives the same one. */
  readonly traceHash: string;
}

const settleMs = 60_000;
/** A device that shows what the hub lost reports it after a minute: then all have to hear of that. */
const quietMs = 10_000;
const quietTriesMax = 12;
/** Copies of a device give way to each other for 10 to 20 s, three times, before they are told apart. */
const tellApartMs = 75_000;
const traceKept = 60;

export function runHistory(plan: Plan): Outcome {
  const world = new World(plan);
  let failure: Broken | undefined;
  try {
    world.run();
  } catch (error) {
    failure = error instanceof Broken ? error : new Broken('crash', String((error as Error).stack));
  }
  return world.outcome(failure);
}

class World {
  readonly #plan: Plan;
  readonly #agenda = new Agenda();
  readonly #counters = noCounts();
  readonly #network: Network;
  readonly #oracle: Oracle;
  readonly #hub: HubNode;
  readonly #devices: DeviceNode[] = [];
  readonly #random;
  readonly #ids;
  readonly #domain: Domain;
  readonly #builds: Builds;
  readonly #door: Door;
  readonly #trace: string[] = [];
  #traceHash = '';

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = seeded(plan.seed ^ 0x5bd1e995);
    this.#ids = simIds(this.#random.fork());
    this.#builds = shopBuilds();
    this.#domain = this.#builds.old;
    this.#oracle = new Oracle([this.#builds.old, this.#builds.updated]);
    const calm = { delayMs: 1, lossShare: 0, doubleShare: 0, overtakeShare: 0 };
    this.#network = new Network(this.#agenda, this.#random.fork(), calm);
    this.#hub = new HubNode({ ...this.#shared(), commitMs: plan.commitMs }, this.#domain);
    this.#door = new Door({
      agenda: this.#agenda,
      counters: this.#counters,
      hub: this.#hub,
      add: (paired) => this.#addDevice(paired),
    });
  }

  #shared() {
    return {
      agenda: this.#agenda,
      network: this.#network,
      oracle: this.#oracle,
      random: this.#random.fork(),
      counters: this.#counters,
      trace: (line: string) => this.#note(line),
    };
  }

  #note(line: string): void {
    const text = `${this.#agenda.nowMs.toFixed(1)} ${line}`;
    this.#traceHash = simHash.sha256(this.#traceHash + text);
    this.#trace.push(text);
    if (this.#trace.length > traceKept) this.#trace.shift();
  }

  run(): void {
    this.#setUp();
    this.#network.weather = this.#plan.weather;
    const start = this.#agenda.nowMs;
    if (this.#plan.happenings.some(({ kind }) => kind === 'join')) this.#door.watch();
    for (const happening of this.#plan.happenings) {
      this.#agenda.at(start + happening.atMs, () => this.#happen(happening));
    }
    this.#agenda.runUntil(start + this.#plan.lengthMs);
    this.#heal();
    const hasClones = this.#plan.happenings.some(({ kind }) => kind === 'clone');
    this.#agenda.runUntil(this.#agenda.nowMs + settleMs + (hasClones ? tellApartMs : 0));
    this.#waitForQuiet();
    this.#judge();
  }

  #waitForQuiet(): void {
    const isQuiet = (node: DeviceNode): boolean =>
      this.#agenda.nowMs - node.reportedAtMs >= quietMs;
    for (let tries = 0; tries < quietTriesMax && !this.#devices.every(isQuiet); tries += 1) {
      this.#agenda.runUntil(this.#agenda.nowMs + quietMs);
    }
  }

  outcome(failure: Broken | undefined): Outcome {
    this.#counters.steps = this.#agenda.steps;
    Object.assign(this.#counters, this.#oracle.outcomes());
    this.#counters.turns = this.#oracle.turns;
    this.#counters.epochs = this.#oracle.epochs;
    this.#counters.framesLost = this.#network.framesLost;
    return {
      failure,
      counters: this.#counters,
      trace: this.#trace,
      traceHash: this.#traceHash,
    };
  }

  #setUp(): void {
    this.#hub.start();
    this.#agenda.runUntil(2_000);
    for (const [index, role] of this.#plan.roles.entries()) {
      const device = `d${index}-${role}`;
      const args = { device, publicKey: `key-${device}`, name: device, role };
      this.#hub.step({ type: 'own', id: `pair-${device}`, name: 'device.pair', args });
    }
    this.#agenda.runUntil(10_000);
    const { store, rows } = this.#hub.hub!.status;
    for (const [index, role] of this.#plan.roles.entries()) {
      const device = `d${index}-${role}`;
      const letter = rows.find(`device/${device}`)!.body['letter'] as string;
      this.#addDevice({ store, device, letter, role }, this.#plan.clockOffsetsMs[index]);
    }
    this.#agenda.runUntil(15_000);
    for (let index = 0; index < 6; index += 1) {
      const args = menuItem(index, 'v1');
      this.#devices[0]!.mutate({ id: this.#ids.next(), name: 'menu.put', args });
    }
    this.#agenda.runUntil(20_000);
    this.#hub.keptAtLeast = this.#hub.disk.length;
  }

  #addDevice(paired: Paired, wallOffsetMs = 0): void {
    const options = { ...this.#shared(), storageMs: this.#plan.storageMs };
    const node = new DeviceNode(options, paired, this.#hub.domain);
    node.wallOffsetMs = wallOffsetMs;
    this.#devices.push(node);
    node.start();
  }

  #happen(happening: Happening): void {
    const node = 'device' in happening ? this.#nodeOf(happening) : undefined;
    if (happening.kind !== 'user') this.#note(JSON.stringify(happening));
    switch (happening.kind) {
      case 'user':
        return this.#act(node!, happening);
      case 'cut':
        this.#counters.cuts += 1;
        return this.#network.cut(node!.name);
      case 'silence':
        return this.#network.silence(node!.name, happening.forMs);
      case 'press':
        return this.#press(node!, happening.forMs);
      case 'deviceCrash':
        return node!.crash(happening.point, happening.skip, happening.power);
      case 'hubCrash':
        return this.#hub.crash(happening.point, happening.skip, happening.power);
      case 'diskFull':
        this.#hub.disk.isFull = true;
        return this.#agenda.in(happening.forMs, () => (this.#hub.disk.isFull = false));
      case 'diskError':
        this.#hub.disk.failsNext = true;
        return undefined;
      case 'readError':
        this.#hub.failsNextFind = true;
        return undefined;
      case 'unfit':
        this.#hub.refusesNext = true;
        return undefined;
      case 'stop':
        return this.#hub.stop(happening.forMs);
      case 'clone':
        return this.#clone(node!);
      case 'join':
        return this.#door.join(happening.role);
      case 'role':
        return this.#door.changeRole(node!.paired.device, happening.role);
      case 'leave':
        return this.#door.leave(node!.paired.device, happening.act);
      case 'away':
      case 'longAway':
        return node!.switchOff(happening.forMs);
      case 'storageFull':
        node!.setStorageFull(true);
        return this.#agenda.in(happening.forMs, () => node!.setStorageFull(false));
      case 'nudge':
        return node!.step({ type: 'nudged' });
      case 'jump':
        this.#hub.wallOffsetMs = happening.byMs;
        return undefined;
      case 'turn':
        return this.#turn(happening.days);
      case 'copy':
        return this.#hub.copy();
      case 'update':
        return this.#update();
      case 'restore':
        return this.#hub.restore(happening.back, happening.hasSidecar);
    }
  }

  /** Users of the tablets that joined do what was planned for those that were there. */
  #nodeOf(happening: Happening & { device: number }): DeviceNode | undefined {
    const { device, kind } = happening;
    const joined = this.#devices.filter(({ paired }) => paired.device.startsWith('j'));
    const isTheirs = kind === 'user' && happening.pick % 3 === 0 && joined.length > 0;
    return isTheirs ? joined[happening.pick % joined.length] : this.#devices[device];
  }

  #act(node: DeviceNode, { act, pick }: Extract<Happening, { kind: 'user' }>): void {
    if (act === 'drawn') {
      if (node.paired.role !== 'kitchen') return;
      return node.step({ type: 'drawn', stations: ['grill', 'bar', 'cold'] });
    }
    const command = commandFor(node, act, pick, () => this.#ids.next());
    if (command?.name === 'attention.close') this.#counters.closings += 1;
    if (command !== undefined) node.mutate(command);
  }

  #press(node: DeviceNode, forMs: number): void {
    for (const socket of this.#network.socketsOf(node.name)) {
      this.#counters.behind += 1;
      this.#hub.step({ type: 'pressed', socket });
      this.#agenda.in(forMs, () => this.#hub.step({ type: 'drained', socket }));
    }
  }

  #clone(node: DeviceNode): void {
    const label = `copy${this.#devices.length}-of-${node.label}`;
    const options = { ...this.#shared(), storageMs: this.#plan.storageMs };
    const copy = node.cloned(options, label);
    this.#devices.push(copy);
    copy.start();
  }

  /** From now on the hub runs the other build, and so does every device that starts. */
  #update(): void {
    const isOld = this.#hub.domain === this.#builds.old;
    const build = isOld ? this.#builds.updated : this.#builds.old;
    this.#counters.updates += 1;
    this.#oracle.hasUpdates = true;
    this.#hub.domain = build;
    for (const node of this.#devices) node.domain = build;
    this.#hub.crash('now', 0, false);
  }

  /** A manager closes the business day. */
  #turn(days: number): void {
    const day = new Date(Date.parse(`${this.#oracle.day}T00:00Z`) + days * 86_400_000);
    const text = day.toISOString().slice(0, 10);
    this.#hub.step({ type: 'own', id: `turn:${text}`, name: 'day.turn', args: { day: text } });
  }

  #heal(): void {
    this.#note('the faults stop');
    this.#network.weather = { delayMs: 2, lossShare: 0, doubleShare: 0, overtakeShare: 0 };
    this.#network.clear();
    this.#hub.heal();
    this.#hub.start();
    for (const node of this.#devices) {
      node.setStorageFull(false);
      node.start();
      // Whoever was put away looks in rarely by itself.
      if (node.replica?.status.keptOut !== undefined) node.step({ type: 'nudged' });
    }
  }

  #judge(): void {
    const { hub, store } = this.#hub;
    if (hub === undefined) throw new Broken('live', 'the hub is not running');
    const { at, queued } = hub.status;
    if (queued > 0) throw new Broken('live', `${queued} commands wait on the hub`);
    const { domain } = this.#hub;
    for (const node of this.#devices) checkDevice({ node, at, domain, oracle: this.#oracle });
    if (this.#isCalm() && this.#counters.deltas > 0) {
      throw new Broken('calm', 'a device had to catch up though nothing went wrong');
    }
    this.#oracle.finish(store, domain);
  }

  #isCalm(): boolean {
    const { weather, happenings } = this.#plan;
    const { lossShare, doubleShare, overtakeShare } = weather;
    const isFair = lossShare + doubleShare + overtakeShare === 0;
    return isFair && happenings.every(({ kind }) => kind === 'user');
  }
}
