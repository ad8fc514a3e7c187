// A shop that never rests, in one process and in a time of its own: the real hub and the real store
// on disk, one tablet that takes order after order, and day after day what it has come to. What
// grows with the age of a shop, and not with its day, shows here.

import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { newId } from '@pos-sync/client';
import { createShop } from '@pos-sync/shop';
import {
  type At,
  type Clock,
  type Decided,
  type Down,
  type RunningHub,
  runHub,
} from '@pos-sync/sync';
import { fillMenu, orderSteps } from '../bench/ours/order.ts';
import { nodeHash, nodeIds } from '../local-server/src/engine/node-ports.ts';
import { openStore } from '../local-server/src/store/open.ts';

export interface SoakDay {
  /** Decided commands so far. */
  readonly events: number;
  /** Rows of the working set when the day ends, and after the turn. */
  readonly rows: number;
  readonly rowsLeft: number;
  /** What a device that comes without any rows gets when the day ends. */
  readonly snapshotBytes: number;
  /** The database with its log. */
  readonly storeBytes: number;
  /** What the process holds after the turn. */
  readonly heapBytes: number;
}

/** What differs from day to day although nothing grows: lengths of numbers, compiled code. */
const slack = 1.02;
const heapSlackBytes = 4 * 2 ** 20;
/** One command with its rows, indexes included; the log beside the database comes on top. */
const eventBytesMax = 1_600;
const walBytesMax = 8 * 2 ** 20;

/** What grows with the age of the shop, in sentences. The first day is not measured. */
export function growth([, early, ...later]: readonly SoakDay[]): string[] {
  const late = later.at(-1);
  if (early === undefined || late === undefined) throw new Error('that is too short to tell');
  const findings: string[] = [];
  const grows = (what: keyof SoakDay, most: number): void => {
    if (late[what] > most) findings.push(`${what}: ${late[what]} in the end, and not ${most}`);
  };
  grows('rows', early.rows * slack);
  grows('rowsLeft', early.rowsLeft);
  grows('snapshotBytes', early.snapshotBytes * slack);
  grows('storeBytes', late.events * eventBytesMax + walBytesMax);
  grows('heapBytes', early.heapBytes + heapSlackBytes);
  return findings;
}

const dayMs = 86_400_000;
const noonMs = Date.UTC(2026, 10, 22, 12);
const commandsAtOnce = 200;

/** Answers how each day ended. Throws where a command did not go through. */
export async function soak(events: number, days: number): Promise<SoakDay[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'soak-'));
  const store = openStore('sqlite', folder);
  const world = new World();
  try {
    const hub = runHub(
      {
        domain: createShop({ timeZone: 'UTC' }),
        hash: nodeHash,
        ids: nodeIds,
        // Who is who is not what is measured.
        verifier: { verify: () => true },
        hub: 'hub-soak',
        stampKey: 'a key',
        addresses: () => [],
      },
      { store, channel: world, clock: world.clock, exit: world.fail },
    );
    for (const device of ['tablet', 'newcomer']) pair(hub, world, device);
    const ended: SoakDay[] = [];
    const tablet = new Tablet(hub, world, 'tablet');
    for (let day = 1; day <= days; day += 1) {
      tablet.connect();
      if (day === 1) await tablet.fillMenu();
      const until = Math.round((events * day) / days);
      while (hub.status.at.seq < until) tablet.placeOrders();
      tablet.leave();
      const rows = rowsOf(hub);
      const newcomer = new Tablet(hub, world, 'newcomer');
      const snapshotBytes = newcomer.connect();
      newcomer.leave();
      const { day: before } = hub.status;
      world.pass(dayMs);
      if (hub.status.day === before) throw new Error(`the day ${before} did not end`);
      ended.push({
        events: hub.status.at.seq,
        rows,
        rowsLeft: rowsOf(hub),
        snapshotBytes,
        storeBytes: sizeOf(folder),
        heapBytes: heapBytes(),
      });
    }
    return ended;
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rowsOf(hub: RunningHub): number {
  return [...hub.status.rows.values()].length;
}

function pair(hub: RunningHub, world: World, device: string): void {
  const args = { device, publicKey: `key of ${device}`, name: device, role: 'manager' };
  void hub.give(`pair:${device}`, 'device.pair', args);
  world.run();
}

/** The hub's clock and sockets: time passes only when it is told to, and frames arrive at once. */
class World {
  readonly #soon: (() => void)[] = [];
  readonly #later = new Map<object, { readonly atMs: number; readonly run: () => void }>();
  readonly sockets = new Map<string, (text: string) => void>();
  #monoMs = 0;

  readonly clock: Clock = {
    now: () => ({ monoMs: this.#monoMs, wallMs: noonMs + this.#monoMs }),
    after: (delayMs, run) => {
      const key = {};
      this.#later.set(key, { atMs: this.#monoMs + delayMs, run });
      return () => void this.#later.delete(key);
    },
    soon: (run) => void this.#soon.push(run),
  };

  readonly fail = (message: string): never => {
    throw new Error(message);
  };

  send(sockets: readonly string[], text: string): void {
    for (const socket of sockets) this.sockets.get(socket)?.(text);
  }

  close(socket: string, code: number, reason: string): void {
    this.fail(`the hub closed ${socket}: ${code} ${reason}`);
  }

  /** Everything that waits for nothing but its turn. */
  run(): void {
    for (let next = this.#soon.shift(); next !== undefined; next = this.#soon.shift()) next();
  }

  /** Time passes in steps; what comes due in one runs at its end. */
  pass(ms: number, stepMs = ms / 24): void {
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      this.#monoMs += stepMs;
      for (const [key, { atMs, run }] of this.#later) {
        if (atMs > this.#monoMs) continue;
        this.#later.delete(key);
        run();
      }
      this.run();
    }
  }
}

/** A tablet that trusts its hub: it says what there is to say and looks at the outcomes. */
class Tablet {
  readonly #hub: RunningHub;
  readonly #world: World;
  readonly #device: string;
  #socket = '';
  #n = 0;
  #last: Decided | undefined;
  #count = 0;
  #day = '';
  #bytes = 0;
  #at: At | undefined;
  readonly #given: object[] = [];

  constructor(hub: RunningHub, world: World, device: string) {
    this.#hub = hub;
    this.#world = world;
    this.#device = device;
  }

  /** Answers how many bytes of rows it got. */
  connect(): number {
    this.#socket = newId();
    this.#bytes = 0;
    this.#world.sockets.set(this.#socket, (text) => this.#hear(text));
    this.#hub.connected(this.#socket);
    this.#world.run();
    return this.#bytes;
  }

  leave(): void {
    this.#world.sockets.delete(this.#socket);
    this.#hub.closed(this.#socket);
  }

  async fillMenu(): Promise<void> {
    await fillMenu((name, args) => {
      this.#give(name, args);
      this.#push();
      return Promise.resolve(this.#last!);
    });
  }

  /** As many orders as go out in one frame, each from its opening to its receipt. */
  placeOrders(): void {
    const { day } = this.#hub.status;
    if (day !== this.#day) this.#count = 0;
    this.#day = day;
    while (this.#given.length < commandsAtOnce) {
      this.#count += 1;
      const steps = orderSteps(newId(), { letter: 'A', count: this.#count });
      for (const [name, args] of steps) this.#give(name, args);
    }
    this.#push();
    this.#world.pass(10, 10);
  }

  #give(name: string, args: object): void {
    this.#n += 1;
    const base = this.#at?.seq ?? 0;
    this.#given.push({ n: this.#n, id: newId(), name, v: 1, args, madeAt: 0, base });
  }

  #push(): void {
    const commands = this.#given.splice(0);
    this.#hub.received(this.#socket, JSON.stringify({ type: 'push', commands }));
    this.#world.run();
    const answered = this.#last?.n ?? 0;
    if (answered !== this.#n) this.#world.fail(`${answered} of ${this.#n} were answered`);
  }

  #hear(text: string): void {
    const type = /^\{"type":"(\w+)"/.exec(text)?.[1];
    if (type === 'catchUpPart') this.#bytes += text.length;
    if (type === 'changes' || type === 'catchUpPart') return;
    const message = JSON.parse(text) as Down;
    if (message.type === 'challenge') this.#sayHello(message.store);
    if (message.type === 'deny' || message.type === 'busy') this.#world.fail(text);
    if (message.type === 'catchUpEnd') this.#at = message.at;
    if (message.type !== 'outcomes') return;
    this.#at = message.at;
    if (message.outcomes.some(({ outcome }) => outcome !== 'ok')) this.#world.fail(text);
    this.#last = message.outcomes.at(-1);
  }

  #sayHello(store: string): void {
    const hello = {
      type: 'hello',
      protocol: 1,
      build: 'soak',
      device: this.#device,
      store,
      view: 'manager',
      projection: '',
      run: this.#socket,
      lastN: this.#n,
      answered: this.#n,
      lowest: 1,
      ...(this.#at === undefined ? {} : { at: this.#at }),
      signature: 'none',
    };
    this.#hub.received(this.#socket, JSON.stringify(hello));
  }
}

function sizeOf(folder: string): number {
  const files = ['store.db', 'store.db-wal'].map((name) => path.join(folder, name));
  return files.reduce(
    (sum, file) => sum + (statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is really held: garbage is taken away first. */
function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}
