// The simplest store one can believe by reading: a list of transactions, from which every answer is
// worked out again each time. Random histories are run against it and a real store side by side.

import { expect } from 'vitest';

import {
  StoreFault,
  type Answer,
  type LogEntry,
  type Question,
  type Store,
  type StoredRow,
  type StoreImage,
  type StoreTransaction,
  type Tombstone,
} from '../ports/store.ts';
import { genesis, transactionOf } from './store-samples.ts';

const keys = ['order/a', 'order/b', 'line/a1', 'line/b1', 'menu/x'];
const subjects = ['s', 't', 'u'];
const devices = ['tablet', 'phone'];
const slots = devices.flatMap((device) => [1, 2, 3, 4, 5, 6].map((n) => ({ device, n })));
const everything: Question = {
  ids: ['i0', 'i1', 'i2', 'i3', 'i4', 'i5', 'i6', 'i7'],
  slots,
  subjects,
  chains: Array.from({ length: 50 }, (_, seq) => seq),
};

interface Kept {
  readonly store: Store;
  reopen(): Store;
}

/** One random transaction for each seed; about one in eight restarts the store. */
export function checkAgainstModel(kept: Kept, seeds: readonly number[]): void {
  let { store } = kept;
  const taken: StoreTransaction[] = [];
  store.begin(genesis);
  for (const seed of seeds) {
    const next = sequence(seed);
    const transaction = randomTransaction(taken, next);
    const isSound = isTakeable(taken, transaction);
    expect(kindOfCommit(store, transaction)).toBe(isSound ? 'taken' : 'value');
    if (isSound) taken.push(transaction);
    if (next(8) === 0) store = kept.reopen();
    expect(inOrder(store.load())).toEqual(inOrder(imageOf(taken)));
    expect(answerInOrder(store.find(everything))).toEqual(answerInOrder(answerOf(taken)));
    expect(store.history(1, 3)).toEqual(entriesOf(taken).slice(1, 4));
  }
}

function kindOfCommit(store: Store, transaction: StoreTransaction): string {
  try {
    store.commit(transaction);
    return 'taken';
  } catch (error) {
    return error instanceof StoreFault ? error.kind : String(error);
  }
}

/** Often sound, sometimes not: slots and ids are few, so they collide. */
function randomTransaction(
  taken: readonly StoreTransaction[],
  next: (bound: number) => number,
): StoreTransaction {
  const pick = <T>(list: readonly T[]): T => list[next(list.length)] as T;
  const some = <T>(list: readonly T[]): readonly T[] => list.filter(() => next(4) === 0);
  const { head, floor } = imageOf(taken);
  // Half of them only put rows, as nearly all of a hub's do.
  const isCalm = next(2) === 0;
  const entries = Array.from({ length: next(3) }, (_, index): LogEntry => {
    const seq = head.seq + 1 + index + (next(20) === 0 ? 1 : 0);
    const repeats = next(4) === 0;
    const id = `i${next(8)}`;
    const hashes = { rowsHash: `r${seq}`, payloadHash: `p${seq}`, chain: `chain${seq}-${next(9)}` };
    const decision = JSON.stringify({ outcome: 'ok', ...(repeats ? { repeats } : {}) });
    return { seq, ...pick(slots), id, body: `{"x":${next(99)}}`, salt: 's', ...hashes, decision };
  });
  const seq = entries.at(-1)?.seq ?? head.seq;
  const removed = isCalm ? [] : some(keys).map((key) => ({ key, seq }));
  const kept =
    next(10) === 0 ? keys : keys.filter((key) => removed.every((gone) => gone.key !== key));
  const puts = some(kept).map((key): StoredRow => ({
    key,
    subject: pick(subjects),
    seq,
    text: `{"y":${next(99)}}`,
  }));
  return transactionOf(entries, {
    ...(entries.length === 0 ? { head } : {}),
    puts,
    removed,
    archived: isCalm ? [] : some(keys),
    settled: some(['i0', 'i1', 'i2']).map((id) => ({ id, seq, decision: `{"z":${next(99)}}` })),
    lastN: new Map(some(devices).map((device) => [device, next(9)])),
    floor: !isCalm && next(3) === 0 ? seq : floor,
    receipt: next(99),
    hubTimeMs: next(99) / 4,
    ...(!isCalm && next(5) === 0
      ? { epochs: [{ number: next(9), id: 'e', beganAt: next(9), endedAt: undefined }] }
      : {}),
  });
}

function isTakeable(taken: readonly StoreTransaction[], transaction: StoreTransaction): boolean {
  const entries = [...entriesOf(taken), ...transaction.entries];
  const { head, puts, removed } = transaction;
  const places = entries.map(({ device, n }) => `${device} ${n}`);
  const ids = entries.filter((entry) => !isRepeat(entry)).map(({ id }) => id);
  const last = entries.at(-1) ?? { seq: 0, chain: genesis.chain };
  return (
    entries.every(({ seq }, index) => seq === index + 1) &&
    new Set(places).size === places.length &&
    new Set(ids).size === ids.length &&
    last.seq === head.seq &&
    last.chain === head.chain &&
    puts.every((put) => removed.every((gone) => gone.key !== put.key))
  );
}

function imageOf(taken: readonly StoreTransaction[]): StoreImage {
  const { rows, tombstones } = rowsOf(taken);
  const last = taken.at(-1);
  const first = { ...genesis.epoch, beganAt: 0, endedAt: undefined };
  return {
    store: genesis.store,
    epochs: taken.findLast(({ epochs }) => epochs !== undefined)?.epochs ?? [first],
    head: last?.head ?? { seq: 0, chain: genesis.chain },
    floor: last?.floor ?? 0,
    receipt: last?.receipt ?? 0,
    day: last?.day ?? '',
    hubTimeMs: last?.hubTimeMs ?? 0,
    rows: rows.filter(({ archived }) => !archived).map(({ row }) => row),
    tombstones,
    lastN: new Map(taken.flatMap(({ lastN }) => [...lastN])),
  };
}

function answerOf(taken: readonly StoreTransaction[]): Answer {
  const entries = entriesOf(taken).filter((entry) =>
    slots.some((slot) => slot.device === entry.device && slot.n === entry.n),
  );
  const ids = new Set(entries.map(({ id }) => id));
  const latest = new Map(
    taken.flatMap(({ settled }) => settled.map((settlement) => [settlement.id, settlement])),
  );
  const chains: [number, string][] = entriesOf(taken).map(({ seq, chain }) => [seq, chain]);
  return {
    entries,
    settled: [...latest.values()].filter(({ id }) => ids.has(id)),
    rows: rowsOf(taken).rows.map(({ row }) => row),
    chains: new Map([[0, genesis.chain], ...chains]),
  };
}

interface Standing {
  readonly row: StoredRow;
  readonly archived: boolean;
}

function rowsOf(taken: readonly StoreTransaction[]): {
  readonly rows: readonly Standing[];
  readonly tombstones: readonly Tombstone[];
} {
  let rows: readonly Standing[] = [];
  let tombstones: readonly Tombstone[] = [];
  for (const { puts, removed, archived, floor } of taken) {
    const touched = new Set([...puts, ...removed].map(({ key }) => key));
    rows = [
      ...rows.filter(({ row }) => !touched.has(row.key)),
      ...puts.map((row) => ({ row, archived: false })),
    ].map((row) => (archived.includes(row.row.key) ? { ...row, archived: true } : row));
    tombstones = [...tombstones.filter(({ key }) => !touched.has(key)), ...removed].filter(
      ({ seq }) => seq > floor,
    );
  }
  return { rows, tombstones };
}

function entriesOf(taken: readonly StoreTransaction[]): readonly LogEntry[] {
  return taken.flatMap(({ entries }) => entries);
}

function isRepeat({ decision }: LogEntry): boolean {
  return (JSON.parse(decision) as { repeats?: boolean }).repeats === true;
}

function inOrder(image: StoreImage | undefined): StoreImage | undefined {
  if (image === undefined) return undefined;
  return { ...image, rows: byKey(image.rows), tombstones: byKey(image.tombstones) };
}

function answerInOrder(answer: Answer): Answer {
  const settled = answer.settled.toSorted((left, right) => (left.id < right.id ? -1 : 1));
  return { ...answer, settled, rows: byKey(answer.rows) };
}

function byKey<T extends { readonly key: string }>(records: readonly T[]): readonly T[] {
  return records.toSorted((left, right) => (left.key < right.key ? -1 : 1));
}

/** A linear congruential sequence; the bounds are tiny, so its high bits are good enough. */
function sequence(seed: number): (bound: number) => number {
  let state = BigInt(seed) * 2n + 1n;
  return (bound) => {
    state = BigInt.asUintN(64, state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n);
    return Number((state >> 33n) % BigInt(bound));
  };
}
