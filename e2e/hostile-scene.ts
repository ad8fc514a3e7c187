// What every test of an attack stands on: a real hub in its own process and a manager and a waiter
// who go on giving orders as long as the attack lasts. After each test they have to have been
// served, and the hub has to be as small as it was.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { limits } from '@pos-sync/sync';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';

import { rssMb } from '../bench/hub/proc.ts';
import { type Crew, openCrew } from './crew.ts';
import { neighbour } from './hostile-wire.ts';
import { Ledger } from './ledger.ts';
import { serveOrders } from './service.ts';
import { type StandingHub, openStandingHub } from './standing-hub.ts';
import { pause, until } from './until.ts';

/** How long anything may take that is waited for here. */
export const patienceMs = 10_000;
/** Of one attack, and of all of a file with the orders that honest people gave meanwhile. */
const growthMbMax = { attack: 64, file: 128 };
const betweenOrdersMs = 200;
const warmOrders = 60;
const testMs = 60_000;

export interface Scene {
  readonly hub: StandingHub;
  readonly crew: Crew;
  /** `Host: 127.0.0.1:8080` */
  readonly ours: string;
  /** Settles when so many more commands of honest people were answered. */
  served(count: number): Promise<void>;
  /** Another address for each attack, so that none is refused for what the one before did. */
  stranger(): string | undefined;
}

/** Registers what comes before and after the tests of the file that calls it. */
export function hostileScene(): () => Scene {
  let folder = '';
  let scene: Scene;
  let honest: Honest;
  let [beforeAllMb, beforeMb] = [0, 0];
  const ledger = new Ledger();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'hostile-'));
    mkdirSync(path.join(folder, 'devices'));
    // Waiters give an order in no time here, and with each test one more.
    const settings = { COMMAND_RATE: String(limits.commandsPerSecond * 10) };
    const hub = await openStandingHub(path.join(folder, 'data'), settings);
    const crew = await openCrew(hub, path.join(folder, 'devices'), ledger, 1);
    let strangers = 0;
    scene = {
      hub,
      crew,
      ours: `Host: ${new URL(hub.address).host}`,
      async served(count) {
        const enough = ledger.answered + count;
        await until('honest orders served', () => ledger.answered >= enough, patienceMs);
      },
      stranger: () => neighbour((strangers += 1)),
    };
    // A hub that has just started grows for a while, whoever asks it.
    for (let count = 0; count < warmOrders; count += 1) await giveOneEach(crew);
    beforeAllMb = memoryMb(hub);
  }, testMs);
  afterAll(async () => {
    await scene.crew.close();
    await scene.hub.end('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    beforeMb = memoryMb(scene.hub);
    honest = workOn(scene.crew);
  });
  afterEach(async () => {
    await honest.stop();
    // The attack is over, and all goes on as before.
    await giveOneEach(scene.crew);
    if (ledger.troubles.length > 0) throw new Error(ledger.troubles.join('\n'));
    const nowMb = memoryMb(scene.hub);
    if (nowMb - beforeMb > growthMbMax.attack || nowMb - beforeAllMb > growthMbMax.file) {
      throw new Error(`the hub grew from ${beforeAllMb} to ${beforeMb} to ${nowMb} MiB`);
    }
  }, testMs);

  return () => scene;
}

interface Honest {
  /** Settles when all that was given has its outcome; rejects when anything took too long. */
  stop(): Promise<void>;
}

/** Gives order after order, each once the one before it has all its outcomes. */
function workOn(crew: Crew): Honest {
  const { promise: evening, resolve: goHome } = Promise.withResolvers<void>();
  let isOpen = true;
  const work = async (): Promise<void> => {
    do {
      await giveOneEach(crew);
      await Promise.race([pause(betweenOrdersMs), evening]);
    } while (isOpen);
  };
  const working = work();
  // It is looked at when the test is over.
  working.catch(() => undefined);
  return {
    async stop() {
      isOpen = false;
      goHome();
      await working;
    },
  };
}

async function giveOneEach(crew: Crew): Promise<void> {
  rounds += 1;
  await serveOrders(crew.devices, `honest-${rounds}`, 1);
  await until('an outcome for everything', () => crew.waiting() === 0, patienceMs);
}

let rounds = 0;

/** As the system counts it where it tells; elsewhere the size is not looked at. */
function memoryMb({ pid }: StandingHub): number {
  return process.platform === 'linux' ? rssMb(pid) : 0;
}
