// What every storage of a device must do, whoever writes it. An adapter's own test is a few lines: it
// says how to open an empty one and what a new process finds after the old one was killed.

import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import type {
  DeviceChange,
  DeviceImage,
  DeviceStorage,
  JournalEntry,
  OutboxEntry,
} from '../ports/device-storage.ts';
import type { Outcome } from '../protocol/outcome.ts';
import { DeviceStorageModel } from './device-storage-model.ts';
import {
  atOf,
  changeOf,
  commandOf,
  entryOf,
  journalOf,
  rowOf,
  sorted,
} from './device-storage-samples.ts';

export interface DeviceStorageUnderTest {
  readonly storage: DeviceStorage;
  /** What a new process finds after this one was killed without a warning. */
  reopen(): Promise<DeviceStorage>;
  /** Takes everything away again. */
  dispose(): Promise<void>;
}

type Open = () => Promise<DeviceStorageUnderTest>;

/**
 * @param open makes a new, empty storage each time
 * @param runs how many random histories are compared with the model
 */
export function deviceStorageContract(name: string, open: Open, runs = 40): void {
  describe(`${name} keeps the contract of a device's storage`, () => {
    const opened: DeviceStorageUnderTest[] = [];
    const fresh: Open = async () => {
      const under = await open();
      opened.push(under);
      return under;
    };
    afterEach(async () => {
      for (const under of opened.splice(0)) await under.dispose();
    });

    describe('commands', () => numbers(fresh));
    describe('outcomes', () => outcomes(fresh));
    describe('rows', () => rows(fresh));

    it('agrees with a simple model over random histories, killed at any point', async () => {
      const check = async (acts: readonly Act[]): Promise<void> => {
        const under = await open();
        try {
          await checkAgainstModel(under, acts);
        } finally {
          await under.dispose();
        }
      };
      const property = fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), check);
      await fc.assert(property, { numRuns: runs });
    });
  });
}

function numbers(fresh: Open): void {
  it('is empty at first', async () => {
    const { storage } = await fresh();
    expect(await storage.load()).toEqual(new DeviceStorageModel().image);
    expect(await storage.journal(0, 10)).toEqual([]);
  });

  it('gives 1, 2, 3 … and keeps the commands in that order', async () => {
    const { storage } = await fresh();
    expect(await storage.append([commandOf('a'), commandOf('b')])).toEqual([1, 2]);
    expect(await storage.append([])).toEqual([]);
    expect(await storage.append([commandOf('c')])).toEqual([3]);
    const { outbox, lowest } = await storage.load();
    expect(outbox).toEqual(['a', 'b', 'c'].map((id, index) => entryOf(index + 1, id)));
    expect(lowest).toBe(1);
  });

  it('gives numbers in the order of the calls when nobody waits in between', async () => {
    const { storage, reopen } = await fresh();
    const ids = Array.from({ length: 20 }, (_, index) => `id${index}`);
    const given = await Promise.all(ids.map((id) => storage.append([commandOf(id)])));
    expect(given.flat()).toEqual(ids.map((_, index) => index + 1));
    const { outbox } = await (await reopen()).load();
    expect(outbox.map(({ id }) => id)).toEqual(ids);
  });

  it('holds a command that it called saved after a kill', async () => {
    const { storage, reopen } = await fresh();
    await storage.append([commandOf('a')]);
    const { outbox } = await (await reopen()).load();
    expect(outbox).toEqual([entryOf(1, 'a')]);
  });

  it('keeps the text of a command to the letter', async () => {
    const { storage, reopen } = await fresh();
    const text = JSON.stringify({ note: `Käse 🍕 \u2028 "'\\ ${'x'.repeat(30_000)}` });
    await storage.append([{ id: 'a', text }]);
    expect((await (await reopen()).load()).outbox).toEqual([{ n: 1, id: 'a', text }]);
  });

  it('never gives a number twice, even when nothing is held any more', async () => {
    const { storage, reopen } = await fresh();
    await storage.append([commandOf('a'), commandOf('b')]);
    const answered = [journalOf(1, 'a', 'ok'), journalOf(2, 'b', 'ok')];
    await storage.save(changeOf({ answered, dropped: [1, 2] }));
    const again = await reopen();
    expect(await again.load()).toMatchObject({ outbox: [], answered: 2, lowest: 3 });
    expect(await again.append([commandOf('c')])).toEqual([3]);
  });

  it('takes nothing after it was closed, and holds what it had', async () => {
    const { storage, reopen } = await fresh();
    await storage.append([commandOf('a')]);
    await storage.close();
    await expect(storage.append([commandOf('b')])).rejects.toThrow(/closed/i);
    expect((await (await reopen()).load()).outbox).toEqual([entryOf(1, 'a')]);
  });
}

function outcomes(fresh: Open): void {
  it('moves answered commands from the outbox to the journal', async () => {
    const { storage, reopen } = await fresh();
    await storage.append([commandOf('a'), commandOf('b'), commandOf('c')]);
    await storage.save(changeOf({ answered: [journalOf(2, 'b', 'rejected')] }));
    const again = await reopen();
    const { outbox, answered, lowest } = await again.load();
    expect({ outbox, answered, lowest }).toEqual({
      outbox: [entryOf(1, 'a'), entryOf(3, 'c')],
      answered: 2,
      lowest: 1,
    });
    expect(await again.journal(0, 10)).toEqual([journalOf(2, 'b', 'rejected')]);
  });

  it('loads what is not settled: ok above lastN, and deferred', async () => {
    const { storage, reopen } = await fresh();
    await storage.append(['a', 'b', 'c', 'd'].map(commandOf));
    const answered = [
      journalOf(4, 'd', 'ok'),
      journalOf(1, 'a', 'deferred'),
      journalOf(2, 'b', 'ok'),
      journalOf(3, 'c', 'rejected'),
    ];
    await storage.save(changeOf({ answered, lastN: 2 }));
    const { unsettled } = await (await reopen()).load();
    expect(unsettled).toEqual([journalOf(1, 'a', 'deferred'), journalOf(4, 'd', 'ok')]);
  });

  it('changes a journal entry when its command is settled later', async () => {
    const { storage, reopen } = await fresh();
    await storage.append([commandOf('a')]);
    await storage.save(changeOf({ answered: [journalOf(1, 'a', 'deferred')], lastN: 1 }));
    await storage.save(changeOf({ answered: [journalOf(1, 'a', 'rejected')], lastN: 1 }));
    const again = await reopen();
    expect((await again.load()).unsettled).toEqual([]);
    expect(await again.journal(0, 10)).toEqual([journalOf(1, 'a', 'rejected')]);
  });

  it('pages through the journal in the order of n', async () => {
    const { storage } = await fresh();
    const ids = ['a', 'b', 'c', 'd', 'e'];
    await storage.append(ids.map(commandOf));
    const entries = ids.map((id, index) => journalOf(index + 1, id, 'ok'));
    await storage.save(changeOf({ answered: entries.toReversed(), dropped: [3], lastN: 5 }));
    expect(await storage.journal(0, 2)).toEqual([entries[0], entries[1]]);
    expect(await storage.journal(2, 2)).toEqual([entries[3], entries[4]]);
    expect(await storage.journal(5, 2)).toEqual([]);
  });

  it('counts as lowest what is still held in outbox or journal', async () => {
    const { storage } = await fresh();
    await storage.append(['a', 'b', 'c'].map(commandOf));
    await storage.save(changeOf({ answered: [journalOf(1, 'a', 'ok')] }));
    expect((await storage.load()).lowest).toBe(1);
    await storage.save(changeOf({ dropped: [1] }));
    expect(await storage.load()).toMatchObject({ lowest: 2, answered: 1 });
  });
}

function rows(fresh: Open): void {
  it('gives rows and their place in history back as they were', async () => {
    const { storage, reopen } = await fresh();
    const change = changeOf({
      puts: [rowOf('order/a', 4), rowOf('order/b', 5)],
      at: atOf(5),
      lastN: 7,
      proof: atOf(9),
      view: 'entry',
    });
    await storage.save(change);
    const { at, lastN, proof, view, ...image } = await (await reopen()).load();
    const place = { at: atOf(5), lastN: 7, proof: atOf(9), view: 'entry' };
    expect({ at, lastN, proof, view }).toEqual(place);
    expect(sorted(image.rows)).toEqual(change.puts);
  });

  it('changes, removes and replaces rows', async () => {
    const { storage } = await fresh();
    await storage.save(changeOf({ puts: ['a', 'b', 'c'].map((key) => rowOf(key, 1)) }));
    await storage.save(changeOf({ puts: [rowOf('b', 2)], removed: ['a', 'unheard'] }));
    expect(sorted((await storage.load()).rows)).toEqual([rowOf('b', 2), rowOf('c', 1)]);
    await storage.save(changeOf({ replace: true, puts: [rowOf('d', 3)] }));
    expect((await storage.load()).rows).toEqual([rowOf('d', 3)]);
  });

  it('applies a save whole or not at all', async () => {
    const { storage, reopen } = await fresh();
    await storage.append([commandOf('a')]);
    await storage.save(changeOf({ puts: [rowOf('a', 1)], at: atOf(1), view: 'entry' }));
    const change = changeOf({
      replace: true,
      puts: [rowOf('b', 2)],
      at: atOf(2),
      answered: [journalOf(1, 'a', 'ok')],
    });
    const saving = storage.save(change).catch(() => undefined);
    const { at, rows: found, outbox } = await (await reopen()).load();
    const isOld = at?.seq === 1;
    expect(found).toEqual([isOld ? rowOf('a', 1) : rowOf('b', 2)]);
    expect(outbox).toEqual(isOld ? [entryOf(1, 'a')] : []);
    await Promise.race([saving, Promise.resolve()]);
  });
}

/** One step of a random history; indexes pick from whatever is there. */
const index = fc.nat({ max: 30 });
const outcome = fc.constantFrom<Outcome>('ok', 'rejected', 'deferred');
const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 3 });
const act = fc.oneof(
  fc.record({ type: fc.constant('append' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ type: fc.constant('reopen' as const) }),
  fc.record({
    type: fc.constant('save' as const),
    replace: fc.boolean(),
    puts: keys,
    removed: keys,
    seq: fc.option(index, { nil: undefined }),
    lastN: index,
    picks: fc.array(fc.record({ index, outcome }), { maxLength: 3 }),
    drops: fc.array(index, { maxLength: 2 }),
  }),
);
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

async function checkAgainstModel(
  under: DeviceStorageUnderTest,
  acts: readonly Act[],
): Promise<void> {
  const model = new DeviceStorageModel();
  let { storage } = under;
  for (const one of acts) {
    if (one.type === 'append') {
      const commands = Array.from({ length: one.count }, (_, at) =>
        commandOf(`${model.nextN + at}`),
      );
      expect(await storage.append(commands)).toEqual(model.append(commands));
    } else if (one.type === 'save') {
      const change = changeFor(model, one);
      await storage.save(change);
      model.save(change);
    } else storage = await under.reopen();
    const image = await storage.load();
    expect({ ...image, rows: sorted(image.rows) } satisfies DeviceImage).toEqual(model.image);
  }
  expect(await storage.journal(0, 1_000)).toEqual(model.journal);
}

/** Answers waiting commands, settles journal entries again, and drops others. */
function changeFor(model: DeviceStorageModel, one: Act & { type: 'save' }): DeviceChange {
  const held: OutboxEntry[] = [...model.outbox, ...model.journal];
  const answered = new Map<number, JournalEntry>();
  for (const pick of one.picks) {
    const entry = held[pick.index % Math.max(1, held.length)];
    if (entry !== undefined) answered.set(entry.n, journalOf(entry.n, entry.id, pick.outcome));
  }
  const droppable = [...answered.keys(), ...model.journal.map(({ n }) => n)];
  const at = one.seq === undefined ? undefined : atOf(one.seq);
  return changeOf({
    replace: one.replace,
    puts: one.puts.map((key) => rowOf(key, one.seq ?? 0)),
    removed: one.removed.filter((key) => !one.puts.includes(key)),
    at,
    proof: at,
    lastN: one.lastN,
    view: `view${one.lastN}`,
    answered: [...answered.values()],
    dropped: one.drops.flatMap((drop) => droppable[drop % Math.max(1, droppable.length)] ?? []),
  });
}
