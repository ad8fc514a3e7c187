import { beforeEach, expect, it } from 'vitest';

import { Rig } from '../testing/rig.ts';
import { RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigSocket;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('b', 'entry');
  tablet = new RigSocket(rig, 'a').hello();
  tablet.forget();
});

const add = (n: number, id = `c${n}`) => ({ n, id, name: 'tally.add', args: { id: 't', by: 1 } });
const sum = (): unknown => rig.hub.status.rows.find('tally/t')?.body['sum'];

it('gives every decided command the next seq, rejected and deferred ones too [C1]', () => {
  const before = rig.log.length;
  const full = { n: 2, name: 'tally.add', args: { id: 't', by: 100 } };
  tablet.push(add(1), full, { n: 3, name: 'note.change', args: { id: 'no', text: '' } });
  expect(tablet.outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'deferred', 'rejected']);
  expect(tablet.outcomes.map(({ seq }) => seq)).toEqual([before + 1, before + 2, before + 3]);
  expect(rig.log.map(({ seq }) => seq)).toEqual(rig.log.map((_, index) => index + 1));
});

it('answers a resent command with its first outcome, and does nothing [C2] [scenario 1]', () => {
  tablet.push(add(1));
  const first = tablet.outcomeOf(1);
  const length = rig.log.length;
  tablet.push(add(1));
  expect(tablet.outcomes).toEqual([first, first]);
  expect(rig.log.length).toBe(length);
  expect(sum()).toBe(1);
});

it('answers after a restart as before it, also a rejection [C2] [scenario 2]', () => {
  const refused = { n: 1, name: 'note.change', args: { id: 'no', text: '' } };
  rig.holdCommits = true;
  tablet.push(refused, add(2));
  rig.commit();
  rig.holdCommits = false;
  rig.restart();
  const again = new RigSocket(rig, 'a').hello();
  again.push(refused, add(2));
  expect(again.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'NO_NOTE' });
  expect(again.outcomeOf(2)).toMatchObject({ outcome: 'ok' });
  expect(sum()).toBe(1);
});

it('keeps the id once where it comes twice in one frame [C2]', () => {
  tablet.push(add(1), add(1));
  expect(tablet.outcomes.length).toBe(2);
  expect(sum()).toBe(1);
});

it('logs a known id under a new slot as a repeat that has no effect [C3]', () => {
  tablet.push(add(1, 'same'));
  tablet.push(add(2, 'same'), add(3));
  const [one, two] = rig.log.slice(-3);
  expect(two?.decision).toContain('"repeats":true');
  expect(two?.rowsHash).toBe(rig.log.at(-2)?.rowsHash);
  expect(tablet.outcomeOf(2)).toMatchObject({ outcome: 'ok', seq: one?.seq });
  expect(sum()).toBe(2);
  expect(tablet.first('outcomes').at.seq).toBe(one?.seq);
  expect(new RigSocket(rig, 'a').hello().first('welcome').lastN).toBe(3);
});

it('logs a repeat also under another device [C3]', () => {
  tablet.push(add(1, 'same'));
  const other = new RigSocket(rig, 'b').hello();
  other.push(add(1, 'same'));
  expect(other.outcomeOf(1)).toMatchObject({ outcome: 'ok', seq: tablet.outcomeOf(1)?.seq });
  expect(sum()).toBe(1);
  expect(rig.log.at(-1)).toMatchObject({ device: 'b', n: 1, id: 'same' });
});

it('decides a repeat of a repeat by its first decision [C3]', () => {
  tablet.push(add(1, 'same'), add(2, 'same'), add(3, 'same'));
  tablet.push(add(3, 'same'), add(2, 'same'));
  expect(new Set(tablet.outcomes.map(({ seq }) => seq)).size).toBe(1);
  expect(rig.log.length).toBe(tablet.last('outcomes').at.seq);
});

it('asks for what is missing and decides nothing behind a gap [C4] [scenario 7]', () => {
  const length = rig.log.length;
  tablet.push(add(2), add(3));
  expect(tablet.types).toEqual(['gap']);
  expect(tablet.first('gap').from).toBe(1);
  expect(rig.log.length).toBe(length);
  tablet.push(add(1), add(2), add(3));
  expect(tablet.outcomes.map(({ n }) => n)).toEqual([1, 2, 3]);
  expect(sum()).toBe(3);
});

it('decides what stands before the gap in the same frame [C4]', () => {
  tablet.push(add(1), add(3));
  expect(tablet.outcomes.map(({ n }) => n)).toEqual([1]);
  expect(tablet.first('gap').from).toBe(2);
});

it('says gap at most once a second [C4]', () => {
  tablet.push(add(5));
  tablet.push(add(6));
  expect(tablet.all('gap').length).toBe(1);
  rig.advance(1_000);
  tablet.push(add(7));
  expect(tablet.all('gap').length).toBe(2);
});

it('decides an n below lastN that is not logged by its id, and moves nothing [C5]', () => {
  const wanting = new RigSocket(rig, 'b').hello({ lowest: 5 });
  wanting.push(add(5));
  wanting.push(add(2, 'late'));
  expect(wanting.outcomeOf(2)).toMatchObject({ outcome: 'ok' });
  expect(sum()).toBe(2);
  wanting.push(add(2, 'late'));
  expect(sum()).toBe(2);
  expect(new RigSocket(rig, 'b').hello({ lowest: 5 }).first('welcome').lastN).toBe(5);
});

it('denies a device that brings another id in a logged slot as a clone [C6]', () => {
  tablet.push(add(1, 'mine'), add(2));
  tablet.push(add(2, 'theirs'));
  expect(tablet.first('deny').code).toBe('CLONE');
  expect(tablet.isClosed).toBe(true);
  expect(sum()).toBe(2);
  expect(rig.log.some(({ id }) => id === 'theirs')).toBe(false);
});

it('notices a clone within one batch [C6]', () => {
  tablet.push(add(1, 'mine'), add(1, 'theirs'));
  expect(tablet.first('deny').code).toBe('CLONE');
  expect(sum()).toBe(1);
});

it('goes on past commands that a device no longer holds, and names them [C7]', () => {
  tablet.push(add(1));
  const again = new RigSocket(rig, 'a').hello({ lowest: 41, lastN: 0 });
  again.push(add(41));
  expect(again.outcomeOf(41)).toMatchObject({ outcome: 'ok' });
  const texts = [...rig.hub.status.rows.values()].map(({ body }) => body['message']);
  expect(texts).toContain('Tablet a: 2–40 did not come back.');
});

it('names what did not come back once, however often the device says hello [C7]', () => {
  for (let time = 0; time < 3; time += 1) new RigSocket(rig, 'a').hello({ lowest: 9 });
  const strange = [...rig.hub.status.rows.values()].filter(
    ({ body }) => body['code'] === 'DID_NOT_COME_BACK',
  );
  expect(strange.length).toBe(1);
});

it('goes on when every outcome is lost and both restart [C2] [scenario 3]', () => {
  tablet.push(add(1), add(2));
  rig.restart();
  const again = new RigSocket(rig, 'a').hello();
  expect(again.first('welcome').lastN).toBe(2);
  again.push(add(1), add(2), add(3));
  expect(again.outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  expect(sum()).toBe(3);
});

it('keeps the order of one device [C1]', () => {
  tablet.push(...Array.from({ length: 40 }, (_, index) => add(index + 1)));
  const own = rig.log.filter(({ device }) => device === 'a').map(({ n }) => n);
  expect(own).toEqual(own.toSorted((one, other) => one - other));
});

it('gives a command of its own once, however often the act comes round [C8]', () => {
  const first = rig.own('act:1', 'tally.add', { id: 't', by: 1 });
  const again = rig.own('act:1', 'tally.add', { id: 't', by: 1 });
  expect(again?.seq).toBe(first?.seq);
  rig.restart();
  expect(rig.own('act:1', 'tally.add', { id: 't', by: 1 })?.seq).toBe(first?.seq);
  expect(sum()).toBe(1);
});
