import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';

import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { decodeDown, decodeUp } from './decode.ts';
import { downSchema } from './down.ts';
import { frameBytesMax } from './limits.ts';
import { upSchema } from './up.ts';

type Frame = Record<string, unknown>;

/** Frames of every kind, as hub and device really wrote them. */
const ups: Frame[] = [];
const downs: Frame[] = [];

beforeAll(() => {
  const rig = new Rig();
  rig.pair('a', 'entry');
  const tablet = new RigDevice(rig, 'a').connect();
  tablet.mutate('note.write', { id: 'x', text: 'hello' });
  tablet.mutate('tally.add', { id: 't', by: 13 });
  rig.settle();
  tablet.step({ type: 'drawn', stations: ['bar'] });
  rig.faults.push('busy');
  tablet.mutate('note.write', { id: 'y', text: 'hello' });
  tablet.step({ type: 'nudged' });
  rig.settle(6_000);
  ups.push(...tablet.said.map((text) => JSON.parse(text) as Frame));
  downs.push(...(tablet.heard as unknown as Frame[]));
});

const everyFrame = () => [
  ...ups.map((frame) => ({ frame, decode: decodeUp, schema: upSchema })),
  ...downs.map((frame) => ({ frame, decode: decodeDown, schema: downSchema })),
];

const sameShape = (value: unknown): unknown => JSON.parse(JSON.stringify(value)) as unknown;

it('reads every frame that hub and device write [M3]', () => {
  const types = (frames: Frame[]) => new Set(frames.map(({ type }) => type));
  expect(types(ups)).toEqual(new Set(['hello', 'push', 'seen', 'ping']));
  for (const type of ['challenge', 'welcome', 'catchUpBegin', 'outcomes', 'changes', 'busy']) {
    expect(types(downs)).toContain(type);
  }
  for (const frame of ups) {
    expect(sameShape(decodeUp(JSON.stringify(frame)).message)).toEqual(frame);
  }
  for (const frame of downs) {
    expect(sameShape(decodeDown(JSON.stringify(frame)).message)).toEqual(frame);
  }
});

it('never throws, whatever text comes [M3] [scenario 50]', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.constantFrom('null', '[]', '{"type":"constructor"}', '{"type":{"type":"ping"}}', '1e999'),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const decoded of [decodeUp(text), decodeDown(text)]) {
        const isSentence = typeof decoded.problem === 'string' && decoded.problem.endsWith('.');
        expect(decoded.message !== undefined || isSentence).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

/** A place in a frame: the fields that lead to it. */
function placesOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const inner = Object.entries(value).flatMap(([name, one]) => placesOf(one, [...path, name]));
  return path.length === 0 ? inner : [[...path], ...inner];
}

function changedAt(
  frame: Frame,
  path: readonly string[],
  change: (old: unknown) => unknown,
): Frame {
  const copy = structuredClone(frame);
  let at: Record<string, unknown> = copy;
  for (const name of path.slice(0, -1)) at = at[name] as Record<string, unknown>;
  const last = path.at(-1) ?? '';
  const made = change(at[last]);
  if (made === undefined) delete at[last];
  else at[last] = made;
  return copy;
}

const hostile = fc.constantFrom<unknown>(
  undefined,
  null,
  -1,
  1.5,
  2 ** 60,
  '',
  'x'.repeat(300),
  [],
  {},
  true,
  [null],
  { __proto__: null, toString: 1 },
);

it('accepts no changed frame that the schema does not accept [M3] [scenario 50]', () => {
  const all = everyFrame();
  fc.assert(
    fc.property(fc.nat(), fc.nat(), hostile, (which, where, value) => {
      const { frame, decode, schema } = all[which % all.length]!;
      const places = placesOf(frame);
      const changed = changedAt(frame, places[where % places.length]!, () => value);
      const isFit = schema.safeParse(sameShape(changed)).success;
      expect(decode(JSON.stringify(changed)).message !== undefined).toBe(isFit);
    }),
    { numRuns: 1_500 },
  );
});

/** JSON that no program of ours writes, as it may stand anywhere in a frame. */
const oddJson = [
  '1e400',
  '-1e400',
  '-0',
  '9007199254740993',
  '0.1e1',
  '"1"',
  '"NaN"',
  '"\\ud800"',
  '"\\u0000"',
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '"__proto__"',
  '{"a":1,"a":2}',
  `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  '"\u202e"',
  '{"":null}',
];

it('accepts nothing but what the schema accepts, whatever JSON stands in a frame [M3] [scenario 50]', () => {
  const mark = 'here is the odd one';
  for (const { frame, decode, schema } of everyFrame()) {
    for (const place of placesOf(frame)) {
      const marked = JSON.stringify(changedAt(frame, place, () => mark));
      for (const json of oddJson) {
        const text = marked.replace(JSON.stringify(mark), () => json);
        const isFit = schema.safeParse(JSON.parse(text)).success;
        const { message, problem = '' } = decode(text);
        expect(message !== undefined, `${place.join('.')} is ${json.slice(0, 50)}`).toBe(isFit);
        expect(problem.length).toBeLessThan(400);
      }
    }
  }
  expect({}).not.toHaveProperty('polluted');
});

it('takes no number for a place or a count that it cannot hold exactly [M3]', () => {
  const push = `{"type":"push","commands":[{"n":1,"id":"i","name":"x","v":1,"args":{},"madeAt":0,"base":0}]}`;
  expect(decodeUp(push).message).toBeDefined();
  for (const number of ['9007199254740993', '1e400', '-1', '1.5', '"1"', 'null', '[1]']) {
    for (const field of ['n', 'v', 'base']) {
      const text = push.replace(new RegExp(`"${field}":\\d`), `"${field}":${number}`);
      expect([text, decodeUp(text).message]).toEqual([text, undefined]);
    }
  }
});

it('counts the last of a field that stands twice, as everybody who reads the frame does [M3]', () => {
  expect(decodeUp('{"type":"push","type":"ping"}').message).toEqual({ type: 'ping' });
  expect(decodeUp('{"type":"ping","type":"push"}').message).toBeUndefined();
});

it('accepts no field that a message does not have [M3]', () => {
  for (const frame of ups) {
    expect(decodeUp(JSON.stringify({ ...frame, extra: 1 })).message).toBeUndefined();
  }
  for (const frame of downs) {
    expect(decodeDown(JSON.stringify({ ...frame, extra: 1 })).message).toBeUndefined();
  }
});

it('takes no message of the other direction [M3]', () => {
  for (const frame of ups) expect(decodeDown(JSON.stringify(frame)).message).toBeUndefined();
  for (const frame of downs) expect(decodeUp(JSON.stringify(frame)).message).toBeUndefined();
});

it('reads a command whatever its args are: one bad one must not cost its frame [M1]', () => {
  const push = (args: string): string =>
    `{"type":"push","commands":[{"n":1,"id":"i","name":"x","v":1,"args":${args},"madeAt":0,"base":0}]}`;
  for (const args of [
    'null',
    '[]',
    '1e999',
    '{"__proto__":1}',
    '['.repeat(900) + ']'.repeat(900),
  ]) {
    expect(decodeUp(push(args)).message).toBeDefined();
  }
  expect(decodeUp(push('1').replace('"args":1,', '')).message).toBeUndefined();
});

it('reads no frame that is longer than the limit [M3]', () => {
  const text = (length: number): string => `${' '.repeat(length - 15)}{"type":"ping"}`;
  expect(decodeUp(text(frameBytesMax)).message).toBeDefined();
  expect(decodeUp(text(frameBytesMax + 1)).message).toBeUndefined();
});
