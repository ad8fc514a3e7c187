// A hub with years behind it: a hundred thousand closed orders on earlier days, made by the real
// hub core over the real store, with a clock that the bench turns. Every command is decided,
// chained and logged, every day turned. Takes minutes, so the result is kept for the next run.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { newId } from '@pos-sync/client';
import { nodeHash, openStore } from '@pos-sync/local-server';
import { createShop } from '@pos-sync/shop';
import { type Down, protocolVersion, type RunningHub, runHub } from '@pos-sync/sync';

import { makeSecret, stampKeyName } from '../../local-server/src/secret-file.ts';
import { fillMenu, type Give, orderSteps } from '../ours/order.ts';

const dayMs = 24 * 60 * 60_000;
const days = 100;
const ordersPerDay = 1_000;
export const closedOrders = days * ordersPerDay;
/** Raised when what lies in the folder changes shape. */
const folderName = `pos-sync-bench-history-2-${closedOrders}`;
const ordersAtOnce = 50;

/**
 * The folder with the history; made when it is not there. Nobody may start a hub on it directly.
 */
export async function historyFolder(): Promise<string> {
  const folder = path.join(tmpdir(), folderName);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished);
  console.error(`Making ${closedOrders} closed orders, once; this takes a few minutes …`);
  await makeHistory(unfinished);
  renameSync(unfinished, folder);
  return folder;
}

async function makeHistory(folder: string): Promise<void> {
  const store = openStore('sqlite', folder);
  const clock = { monoMs: 0, wallMs: Date.now() - (days + 2) * dayMs };
  const till = openTill();
  const running = runHub(
    {
      domain: createShop({ timeZone: 'UTC' }),
      hash: nodeHash,
      ids: { next: () => newId(), below: () => 0 },
      verifier: { verify: () => true },
      hub: `hub-${newId()}`,
      // The hub's own, or a start on this folder would take it for a backup that was put back.
      stampKey: makeSecret(folder, stampKeyName),
      addresses: () => [],
    },
    {
      store,
      channel: { send: (_sockets, text) => till.hear(text), close: () => undefined },
      clock: { now: () => ({ ...clock }), after: () => () => undefined, soon: setImmediate },
      exit: (message) => {
        throw new Error(message);
      },
    },
  );
  const device = { device: 'till', publicKey: '', name: 'Till', role: 'manager' };
  await running.give('pair:till', 'device.pair', device);
  till.open(running);
  await fillMenu(till.give);
  for (let day = 0; day < days; day += 1) {
    await trade(till.give);
    clock.monoMs += dayMs;
    clock.wallMs += dayMs;
    const today = new Date(clock.wallMs).toISOString().slice(0, 10);
    await running.give(`turn:${today}`, 'day.turn', { day: today });
    await nextTurn();
  }
  if (running.status.rows.size > ordersPerDay) throw new Error('closed orders did not leave');
  await running.stop();
  store.close();
}

/** One day's orders, some at a time; each order's ten commands are given at once. */
async function trade(give: Give): Promise<void> {
  for (let count = 1; count <= ordersPerDay; count += ordersAtOnce) {
    const given = Array.from({ length: ordersAtOnce }, (_, index) =>
      orderSteps(newId(), { letter: 'A', count: count + index }),
    );
    const decided = given.flat().map(([name, args]) => give(name, args));
    for (const { outcome, message } of await Promise.all(decided)) {
      if (outcome !== 'ok') throw new Error(`a command of the history was ${outcome}: ${message}`);
    }
  }
}

/** The one device of that shop, without a socket between it and the hub. */
function openTill() {
  const waiting = new Map<number, (decided: Awaited<ReturnType<Give>>) => void>();
  let hub: RunningHub | undefined;
  let n = 0;
  let texts: string[] = [];
  const flush = (): void => {
    hub?.received('till', `{"type":"push","commands":[${texts.join(',')}]}`);
    texts = [];
  };
  const give: Give = (name, args) => {
    n += 1;
    const own = n;
    texts.push(JSON.stringify({ n, id: newId(), name, v: 1, args, madeAt: 0, base: 0 }));
    if (texts.length === 1) setImmediate(flush);
    return new Promise((resolve) => waiting.set(own, resolve));
  };
  const hear = (text: string): void => {
    if (!text.startsWith('{"type":"outcomes"')) return;
    const message = JSON.parse(text) as Extract<Down, { type: 'outcomes' }>;
    for (const decided of message.outcomes) {
      waiting.get(decided.n)?.(decided);
      waiting.delete(decided.n);
    }
  };
  const open = (running: RunningHub): void => {
    hub = running;
    running.connected('till');
    const { store } = running.status;
    const who = { device: 'till', store, view: '', projection: '', run: 'bench', signature: '' };
    const where = { lastN: 0, answered: 0, lowest: 1 };
    const hello = { type: 'hello', protocol: protocolVersion, build: 'bench', ...who, ...where };
    running.received('till', JSON.stringify(hello));
  };
  return { give, hear, open };
}
