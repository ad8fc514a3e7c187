// Long random histories against the store in plain JavaScript. The contract suite does the same with
// few keys and short histories; here commits wait, are brought into the tables and are refused whole,
// as in a hub that recovers. Whatever happens, both stores answer the same.

import {
  StoreFault,
  type Answer,
  type LogEntry,
  type Question,
  type Store,
  type StoreImage,
  type StoreTransaction,
} from '@pos-sync/sync';
import { entryAfter, genesis, MemoryStore, rowAt, transactionOf } from '@pos-sync/sync/testing';
import { expect, it } from 'vitest';

import { checkNewest, openReadOnly, openStore } from './open.ts';
import { withFolder } from './testing/folder.ts';
import { randomFrom, type Random } from './testing/random.ts';
import { inOrder } from './testing/sample.ts';
import { verify } from './verify.ts';

const steps = 300;
const stepsPerQuestion = 7;
const stepsPerVerification = 60;
const keys = Array.from({ length: 40 }, (_, number) => `order/${number}`);
const subjects = ['one', 'two', 'three', 'four', 'five'];
const devices = ['tablet', 'phone', 'till'];

interface Both {
  store: Store;
  readonly model: MemoryStore;
  readonly random: Random;
  /** All that was taken. */
  readonly log: LogEntry[];
}

it.each([1, 2, 3])('answers as the store in memory does, random history %i', (seed) => {
  withFolder((folder) => {
    const model = new MemoryStore();
    const both: Both = {
      store: openStore('sqlite', folder),
      model,
      random: randomFrom(seed),
      log: [],
    };
    both.store.begin(genesis);
    model.begin(genesis);
    let refusals = 0;
    for (let step = 1; step <= steps; step += 1) {
      if (!takeBatch(both, step)) refusals += 1;
      if (oneIn(both.random, 50)) both.store = reopened(both.store, folder);
      if (step % stepsPerQuestion === 0) expectSame(both);
      if (step % stepsPerVerification === 0) expectVerified(folder);
    }
    both.store.close();
    // A history in which nothing was refused, or nothing brought into the tables, proves little.
    expect(refusals).toBeGreaterThan(steps / 20);
    expect(both.log.length).toBeGreaterThan(2 * 1_024);
  });
});

/** One random batch; when both refuse it, its commands one by one. Whether it was taken whole. */
function takeBatch(both: Both, step: number): boolean {
  const { random, store, model, log } = both;
  const entries = randomEntries(both, step);
  // A hub asks for the ids of a batch before it decides it; what does not ask must be refused as well.
  if (!oneIn(random, 3)) {
    const ids = entries.map(({ id }) => id);
    expect(store.find({ ids }).entries).toEqual(model.find({ ids }).entries);
  }
  const batch = randomTransaction(both, entries);
  if (takenByBoth(both, batch)) {
    log.push(...entries);
    return true;
  }
  for (const { device, n, id, decision } of entries) {
    const { head, floor } = positionOf(model);
    const seq = head.seq + 1;
    const alone = entryAfter(head.chain, seq, { device, n, id, decision });
    const puts = batch.puts.slice(0, 2).map((row) => ({ ...row, seq }));
    const lastN = new Map([[device, Math.max(n, highestN(log, device))]]);
    if (takenByBoth(both, transactionOf([alone], { puts, floor, lastN }))) log.push(alone);
  }
  return false;
}

/** Mostly the next n of a device; some skip, come late, or bring what was logged before. */
function randomEntries({ random, model, log }: Both, step: number): readonly LogEntry[] {
  const { head } = positionOf(model);
  const highest = new Map(devices.map((device) => [device, highestN(log, device)]));
  const entries: LogEntry[] = [];
  let { chain } = head;
  const length = 1 + random.below(20);
  for (let index = 1; index <= length; index += 1) {
    const device = oneOf(random, devices);
    const last = highest.get(device) ?? 0;
    const skipped = oneIn(random, 30) ? random.below(5) : 0;
    const isLate = oneIn(random, 90) && last > 3;
    // The last few may stand in this very batch.
    const back = isLate ? random.below(oneIn(random, 2) ? 3 : last) : 0;
    const n = isLate ? last - back : last + 1 + skipped;
    const known = oneIn(random, 2) ? entries : log;
    const before = oneIn(random, 50) && known.length > 0 ? oneOf(random, known) : undefined;
    const repeats = before !== undefined && !oneIn(random, 4);
    const id = before?.id ?? `id${step}.${index}`;
    const decision = JSON.stringify({ outcome: 'ok', ...(repeats ? { repeats } : {}) });
    const entry = entryAfter(chain, head.seq + index, { device, n, id, decision });
    ({ chain } = entry);
    entries.push(entry);
    highest.set(device, Math.max(n, last));
  }
  return entries;
}

/** Nearly all only put rows, which then wait; the others bring everything into the tables. */
function randomTransaction(
  { random, model, log }: Both,
  entries: readonly LogEntry[],
): StoreTransaction {
  const { head, floor } = positionOf(model);
  const seq = entries.at(-1)?.seq ?? head.seq;
  const isCalm = !oneIn(random, 40);
  const gone = new Set(isCalm ? [] : keys.filter(() => oneIn(random, 10)));
  const put = keys.filter((key) => oneIn(random, 6) && !gone.has(key));
  const lastN = new Map<string, number>();
  for (const { device } of entries) lastN.set(device, highestN([...log, ...entries], device));
  return transactionOf(entries, {
    puts: put.map((key) => {
      const usual = subjects[keys.indexOf(key) % subjects.length]!;
      const row = rowAt(key, seq, oneIn(random, 8) ? oneOf(random, subjects) : usual);
      return { ...row, text: `{"price":${random.below(9_999)},"name":"café 🍜"}` };
    }),
    removed: [...gone].map((key) => ({ key, seq })),
    archived: isCalm ? [] : keys.filter(() => oneIn(random, 5)),
    lastN,
    floor: !isCalm && oneIn(random, 2) ? seq : floor,
    receipt: random.below(99),
    hubTimeMs: random.below(99) / 7,
    settled:
      log.length > 0 && oneIn(random, 20)
        ? [{ id: oneOf(random, log).id, seq, decision: '{"outcome":"ok"}' }]
        : [],
  });
}

function takenByBoth({ store, model }: Both, transaction: StoreTransaction): boolean {
  const outcome = outcomeOf(model, transaction);
  expect(outcomeOf(store, transaction)).toBe(outcome);
  return outcome === 'taken';
}

function outcomeOf(store: Store, transaction: StoreTransaction): string {
  try {
    store.commit(transaction);
    return 'taken';
  } catch (error) {
    return error instanceof StoreFault ? error.kind : String(error);
  }
}

function reopened(store: Store, folder: string): Store {
  store.close();
  checkNewest(folder);
  return openStore('sqlite', folder);
}

function expectSame({ store, model, random, log }: Both): void {
  expect(inOrder(store.load())).toEqual(inOrder(model.load()));
  const { seq } = positionOf(model).head;
  const slots = Array.from({ length: 8 }, () => {
    return { device: oneOf(random, devices), n: random.below(2_000) };
  });
  const ids = Array.from({ length: random.below(10) }, () => {
    return oneIn(random, 5) || log.length === 0 ? 'nobody gave it' : oneOf(random, log).id;
  });
  const question: Question = {
    ids,
    slots,
    subjects: [oneOf(random, subjects), oneOf(random, subjects)],
    chains: [0, random.below(seq + 1), seq, seq + 1],
  };
  expect(answerInOrder(store.find(question))).toEqual(answerInOrder(model.find(question)));
}

function expectVerified(folder: string): void {
  const db = openReadOnly(folder);
  expect(verify(db)).toEqual({ ok: true, findings: [] });
  db.close();
}

function answerInOrder({ rows, settled, ...others }: Answer): Answer {
  return {
    ...others,
    rows: rows.toSorted((left, right) => (left.key < right.key ? -1 : 1)),
    settled: settled.toSorted((left, right) => (left.id < right.id ? -1 : 1)),
  };
}

function positionOf(model: MemoryStore): StoreImage {
  const image = model.load();
  if (image === undefined) throw new Error('The model has not begun.');
  return image;
}

function highestN(entries: readonly LogEntry[], device: string): number {
  return entries.reduce(
    (most, entry) => (entry.device === device ? Math.max(most, entry.n) : most),
    0,
  );
}

function oneOf<T>(random: Random, list: readonly T[]): T {
  return list[random.below(list.length)]!;
}

/** True once in so many. */
function oneIn(random: Random, many: number): boolean {
  return random.below(many) === 0;
}
