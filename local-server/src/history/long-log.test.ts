// The past of a shop with a long log: what a question reads of it, and that the hub gets its turns.

import type { LogEntry } from '@pos-sync/sync';
import { entryOf, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openMemory } from '../store/memory.ts';
import { readHistory } from './black-box.ts';
import { type CommittedStore, readsMax } from './command-log.ts';
import { exportDay, type ExportRecord } from './day-export.ts';
import type { Present } from './days.ts';
import { listOrders } from './orders.ts';

const days = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23'];
const perDay = 7_000;
const last = days.length * perDay;
const place = (dayIndex: number, at: number): number => dayIndex * perDay + at;

/** Every day begins with its turn and opens one order as its tenth command, `o0` on the first. */
function entryAt(seq: number): LogEntry {
  const [dayIndex, at] = [Math.floor((seq - 1) / perDay), ((seq - 1) % perDay) + 1];
  const day = days[dayIndex] ?? '';
  const decision = JSON.stringify({ outcome: 'ok', hubTimeMs: seq, day });
  if (at === 1 && dayIndex > 0) {
    const body = JSON.stringify({ name: 'day.turn', v: 1, args: { day }, madeAt: 1 });
    return entryOf(seq, { id: `turn:${day}`, body, decision });
  }
  if (at !== 10) return entryOf(seq, { decision });
  const args = { order: `o${dayIndex}`, number: { letter: 'B', count: 1 } };
  const body = JSON.stringify({ name: 'order.open', v: 1, args, madeAt: 1 });
  return entryOf(seq, { body, decision });
}

function rowOf(dayIndex: number) {
  const order = `o${dayIndex}`;
  const row = {
    number: 'B1',
    state: 'open',
    openedDay: days[dayIndex],
    totalMinor: 0,
    paidMinor: 0,
  };
  const seq = place(dayIndex, 10);
  return { ...rowAt(`order/${order}`, seq, order), text: JSON.stringify(row) };
}

let store: ReturnType<typeof openMemory>;
/** The commands that were read. */
let reads = 0;
let counting: CommittedStore;
const present: Present = { seq: last, epoch: 1 };

beforeEach(() => {
  store = openMemory();
  store.begin(genesis);
  for (let from = 1; from <= last; from += 1_000) {
    const entries = Array.from({ length: 1_000 }, (_, index) => entryAt(from + index));
    const isEnd = from + 1_000 > last;
    store.commit(
      transactionOf(entries, { puts: isEnd ? days.map((_, index) => rowOf(index)) : [] }),
    );
  }
  reads = 0;
  counting = {
    find: store.find,
    history(after, limit) {
      const entries = store.history(after, limit);
      reads += entries.length;
      return entries;
    },
  };
});

afterEach(() => store.close());

async function exported(at: Present, day: string): Promise<ExportRecord[]> {
  const all: ExportRecord[] = [];
  const nobody = (device: string) => ({ device, name: 'unknown' });
  for await (const records of exportDay(counting, at, day, nobody)) all.push(...records);
  return all;
}

it('reads a bounded part of the log for a page, and says where to go on', async () => {
  const first = await listOrders(counting, present, { limit: 50 });
  expect(first.orders.map(({ order }) => order)).toEqual(['o3', 'o2']);
  expect(reads).toBeLessThanOrEqual(readsMax);
  const rest = await listOrders(counting, present, { limit: 50, after: first.next ?? 0 });
  expect(rest.orders.map(({ order }) => order)).toEqual(['o1', 'o0']);
  expect(rest.next).toBeUndefined();
});

it('reads the commands of one day for what is asked of that day', async () => {
  const { orders } = await listOrders(counting, present, { limit: 50, day: '2026-11-21' });
  expect(orders.map(({ order }) => order)).toEqual(['o1']);
  const records = await exported(present, '2026-11-21');
  expect(records.map(({ record, order }) => [record, order])).toEqual([['order', 'o1']]);
  expect(reads).toBeLessThanOrEqual(2 * perDay + 2);
});

it('reads on to the end where history was lost once: days were brought back out of order', async () => {
  const recovered = { ...present, epoch: 2 };
  await exported(recovered, '2026-11-21');
  expect(reads).toBe(last - place(1, 1));
});

it('tells the history of an order in parts where it is long', async () => {
  const whoIs = (device: string) => ({ device, name: 'Till' });
  const first = await readHistory(counting, present, whoIs, { order: 'o0' });
  expect(first).toMatchObject({ commands: [{ name: 'order.open' }], next: readsMax });
  const rest = await readHistory(counting, present, whoIs, { order: 'o0', after: readsMax });
  expect(rest).toEqual({ order: 'o0', commands: [], receipts: [] });
});

it('lets others go first again and again while it reads', async () => {
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await exported(present, '2026-11-22');
  isOver = true;
  expect(turns).toBeGreaterThan(20);
});
