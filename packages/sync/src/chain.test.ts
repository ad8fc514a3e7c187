import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';

import { genesisChain, verifyEntries } from './chain.ts';
import type { LogEntry } from './ports/store.ts';
import { Rig } from './testing/rig.ts';
import { rigHash } from './testing/rig-ports.ts';
import { RigSocket } from './testing/rig-socket.ts';

let entries: readonly LogEntry[];
let first: string;

beforeAll(() => {
  const rig = new Rig();
  rig.pair('a', 'entry');
  const tablet = new RigSocket(rig, 'a').hello();
  for (let n = 1; n <= 8; n += 1) {
    tablet.push({ n, name: 'tally.add', args: { id: 't', by: n === 5 ? 13 : 1 } });
  }
  entries = rig.log;
  const image = rig.store.load()!;
  first = genesisChain(rigHash, image.store, image.epochs[0]!);
});

const fields = [
  'device',
  'n',
  'id',
  'body',
  'salt',
  'rowsHash',
  'payloadHash',
  'decision',
  'chain',
];

it('holds from the first entry to the last [L6]', () => {
  expect(verifyEntries(rigHash, first, entries).brokenAt).toBeUndefined();
});

it('finds every single changed field, at its own seq [L6]', () => {
  const index = fc.nat({ max: 9 });
  fc.assert(
    fc.property(
      index,
      fc.constantFrom(...fields),
      fc.string({ minLength: 1 }),
      (at, field, more) => {
        const forged = entries.map((entry, place) => {
          if (place !== at) return entry;
          const before = Object.entries(entry).find(([name]) => name === field)?.[1] as unknown;
          const after = field === 'n' ? Number(before) + more.length : `${String(before)}${more}`;
          return { ...entry, [field]: after };
        });
        expect(verifyEntries(rigHash, first, forged).brokenAt).toBe(at + 1);
      },
    ),
  );
});

it('finds an entry left out, put in twice or moved [L6]', () => {
  fc.assert(
    fc.property(fc.nat({ max: entries.length - 2 }), (at) => {
      const [one, two] = [entries[at]!, entries[at + 1]!];
      const variants = [
        entries.filter((_entry, place) => place !== at),
        [...entries.slice(0, at), one, one, ...entries.slice(at + 1)],
        [...entries.slice(0, at), two, one, ...entries.slice(at + 2)],
      ];
      for (const variant of variants) {
        expect(verifyEntries(rigHash, first, variant).brokenAt).toBeDefined();
      }
    }),
  );
});

it('begins differently for another store or another epoch [L6]', () => {
  const chains = [
    genesisChain(rigHash, 's', { number: 1, id: 'e' }),
    genesisChain(rigHash, 't', { number: 1, id: 'e' }),
    genesisChain(rigHash, 's', { number: 2, id: 'e' }),
    genesisChain(rigHash, 's', { number: 1, id: 'f' }),
  ];
  expect(new Set(chains).size).toBe(4);
  expect(verifyEntries(rigHash, chains[0]!, entries).brokenAt).toBe(1);
});

it('still holds when the personal part of an entry was erased [L6]', () => {
  const erased = entries.map((entry) =>
    entry.seq === 4 ? { ...entry, body: '', salt: '' } : entry,
  );
  expect(verifyEntries(rigHash, first, erased).brokenAt).toBeUndefined();
  const forged = erased.map((entry) =>
    entry.seq === 4 ? { ...entry, payloadHash: 'f'.repeat(64) } : entry,
  );
  expect(verifyEntries(rigHash, first, forged).brokenAt).toBe(4);
});
