// A store in plain JavaScript, for tests of the engine and for the simulator, which keeps one copy
// for every state a crash may leave behind. It is written apart from the SQLite store on purpose:
// the contract suite holds both to the same behaviour.

import {
  StoreFault,
  type Answer,
  type EpochSpan,
  type LogEntry,
  type Question,
  type Settlement,
  type Store,
  type StoredRow,
  type StoreImage,
  type StoreTransaction,
} from '../ports/store.ts';

type Genesis = Parameters<Store['begin']>[0];
type Position = Omit<StoreImage, 'rows' | 'tombstones' | 'lastN'>;

/** Everything that survives a restart. Values are never changed in place, only replaced. */
interface Durable {
  position: Position | undefined;
  genesis: string;
  readonly log: LogEntry[];
  readonly ids: Map<string, number>;
  readonly slots: Map<string, number>;
  readonly settled: Map<string, Settlement>;
  readonly rows: Map<string, StoredRow>;
  readonly archivedRows: Map<string, StoredRow>;
  readonly tombstones: Map<string, number>;
  readonly lastN: Map<string, number>;
}

export class MemoryStore implements Store {
  readonly #durable: Durable;

  constructor(durable: Durable = empty()) {
    this.#durable = durable;
  }

  /** Another store with the same history; what either commits from here on stays its own. */
  clone(): MemoryStore {
    return new MemoryStore(copyOf(this.#durable));
  }

  load(): StoreImage | undefined {
    const { position, rows, tombstones, lastN } = this.#durable;
    if (position === undefined) return undefined;
    return {
      ...position,
      rows: [...rows.values()],
      tombstones: Array.from(tombstones, ([key, seq]) => ({ key, seq })),
      lastN: new Map(lastN),
    };
  }

  begin({ store, epoch, chain }: Genesis): void {
    const durable = this.#durable;
    if (durable.position !== undefined) throw refused('it has begun already');
    const epochs: readonly EpochSpan[] = [{ ...epoch, beganAt: 0, endedAt: undefined }];
    const head = { seq: 0, chain };
    durable.genesis = chain;
    durable.position = { store, epochs, head, floor: 0, receipt: 0, day: '', hubTimeMs: 0 };
  }

  find(question: Question): Answer {
    const { log, ids, slots, settled } = this.#durable;
    const seqs = new Set<number | undefined>();
    for (const id of question.ids ?? []) seqs.add(ids.get(id));
    for (const { device, n } of question.slots ?? []) seqs.add(slots.get(slotKey(device, n)));
    const entries = [...seqs]
      .flatMap((seq) => (seq === undefined ? [] : (log[seq - 1] ?? [])))
      .sort((left, right) => left.seq - right.seq);
    return {
      entries,
      settled: [...new Set(entries.map(({ id }) => id))].flatMap((id) => settled.get(id) ?? []),
      rows: this.#rowsOf(new Set(question.subjects)),
      chains: this.#chains(question.chains ?? []),
    };
  }

  /** Checks everything before it changes anything, so a refused transaction leaves no trace. */
  commit(transaction: StoreTransaction): void {
    const durable = this.#durable;
    const { position } = durable;
    if (position === undefined) throw refused('it has not begun');
    checkEntries(durable, position, transaction);
    checkValues(transaction);
    for (const entry of transaction.entries) addEntry(durable, entry);
    changeRows(durable, transaction);
    for (const settlement of transaction.settled) durable.settled.set(settlement.id, settlement);
    for (const [device, n] of transaction.lastN) durable.lastN.set(device, n);
    const { head, floor, receipt, day, hubTimeMs, epochs = position.epochs } = transaction;
    durable.position = { store: position.store, epochs, head, floor, receipt, day, hubTimeMs };
  }

  history(after: number, limit: number): readonly LogEntry[] {
    return this.#durable.log.slice(after, after + limit);
  }

  close(): void {
    // Nothing is held open.
  }

  #rowsOf(subjects: ReadonlySet<string>): readonly StoredRow[] {
    if (subjects.size === 0) return [];
    const { rows, archivedRows } = this.#durable;
    return [...rows.values(), ...archivedRows.values()].filter((row) => subjects.has(row.subject));
  }

  #chains(seqs: readonly number[]): ReadonlyMap<number, string> {
    const { position, genesis, log } = this.#durable;
    const chains = new Map<number, string>();
    for (const seq of seqs) {
      const chain = seq === 0 && position !== undefined ? genesis : log[seq - 1]?.chain;
      if (chain !== undefined) chains.set(seq, chain);
    }
    return chains;
  }
}

function checkEntries(
  durable: Durable,
  position: Position,
  { entries, head }: StoreTransaction,
): void {
  const newIds = new Set<string>();
  const newSlots = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    const { seq, id, device, n, decision } = entry;
    if (seq !== position.head.seq + 1 + index) throw refused(`seq ${seq} does not follow`);
    const slot = slotKey(device, n);
    if (durable.slots.has(slot) || newSlots.has(slot)) throw refused(`${device} ${n} is logged`);
    newSlots.add(slot);
    if (isRepeat(decision)) continue;
    if (durable.ids.has(id) || newIds.has(id)) throw refused(`the id ${id} is logged`);
    newIds.add(id);
  }
  const last = entries.at(-1) ?? position.head;
  if (last.seq !== head.seq || last.chain !== head.chain) throw refused('the head is another');
}

/** What a database would refuse: texts that UTF-8 cannot hold, numbers that are none. */
function checkValues(transaction: StoreTransaction): void {
  const { entries, puts, removed, settled, lastN, floor, receipt, day, hubTimeMs } = transaction;
  const { epochs = [] } = transaction;
  const gone = new Set(removed.map(({ key }) => key));
  const contrary = puts.find(({ key }) => gone.has(key));
  if (contrary !== undefined) throw refused(`the row ${contrary.key} is put and removed`);
  const records = [...entries, ...puts, ...removed, ...settled, ...epochs];
  const values: unknown[] = [...lastN].flat();
  for (const record of records) values.push(...(Object.values(record) as unknown[]));
  for (const value of [...values, floor, receipt, day, hubTimeMs]) {
    if (typeof value === 'string' && !value.isWellFormed()) throw refused('half an emoji');
    if (typeof value === 'number' && Number.isNaN(value)) throw refused('a number that is none');
  }
}

function addEntry(durable: Durable, entry: LogEntry): void {
  durable.log.push(entry);
  durable.slots.set(slotKey(entry.device, entry.n), entry.seq);
  if (!isRepeat(entry.decision)) durable.ids.set(entry.id, entry.seq);
}

/** Puts, then removals, then what leaves the working set, then what the floor has passed. */
function changeRows(durable: Durable, transaction: StoreTransaction): void {
  const { rows, archivedRows, tombstones } = durable;
  for (const row of transaction.puts) {
    rows.set(row.key, row);
    archivedRows.delete(row.key);
    tombstones.delete(row.key);
  }
  for (const { key, seq } of transaction.removed) {
    rows.delete(key);
    archivedRows.delete(key);
    tombstones.set(key, seq);
  }
  for (const key of transaction.archived) {
    const row = rows.get(key);
    if (row !== undefined) archivedRows.set(key, row);
    rows.delete(key);
  }
  for (const [key, seq] of tombstones) {
    if (seq <= transaction.floor) tombstones.delete(key);
  }
}

function isRepeat(decision: string): boolean {
  return (
    decision.includes('"repeats"') &&
    (JSON.parse(decision) as { repeats?: boolean }).repeats === true
  );
}

/** A number cannot hold a slash, so no two slots share a key. */
function slotKey(device: string, n: number): string {
  return `${n}/${device}`;
}

function empty(): Durable {
  return {
    position: undefined,
    genesis: '',
    log: [],
    ids: new Map(),
    slots: new Map(),
    settled: new Map(),
    rows: new Map(),
    archivedRows: new Map(),
    tombstones: new Map(),
    lastN: new Map(),
  };
}

function copyOf(durable: Durable): Durable {
  return {
    position: durable.position,
    genesis: durable.genesis,
    log: [...durable.log],
    ids: new Map(durable.ids),
    slots: new Map(durable.slots),
    settled: new Map(durable.settled),
    rows: new Map(durable.rows),
    archivedRows: new Map(durable.archivedRows),
    tombstones: new Map(durable.tombstones),
    lastN: new Map(durable.lastN),
  };
}

function refused(why: string): StoreFault {
  return new StoreFault('value', `The store cannot take this: ${why}.`);
}
