import { beforeEach, expect, it } from 'vitest';

import { notesDomain } from '../testing/notes-domain.ts';
import { Rig } from '../testing/rig.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigSocket;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('m', 'manager');
  rig.pair('g', 'guest');
  tablet = new RigSocket(rig, 'a').hello();
  tablet.forget();
});

const write = (n: number, id = `x${n}`): Asked => ({
  n,
  name: 'note.write',
  args: { id, text: 'hello' },
});
const add = (n: number, by: number, id = 't'): Asked => ({
  n,
  name: 'tally.add',
  args: { id, by },
});
const row = (key: string) => rig.hub.status.rows.find(key);
const bodies = (code: string) =>
  [...rig.hub.status.rows.values()].map(({ body }) => body).filter((body) => body['code'] === code);

it('rejects an intent that breaks its schema and goes on [D1]', () => {
  tablet.push({ n: 1, name: 'note.write', args: { id: 'x', text: 5 } }, write(2));
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'BAD_COMMAND' });
  expect(tablet.outcomeOf(2)?.outcome).toBe('ok');
});

it('defers a fact that breaks its schema and goes on [D1]', () => {
  tablet.push({ n: 1, name: 'tally.add', args: { id: 't' } }, write(2));
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'deferred', code: 'BAD_COMMAND' });
  expect(tablet.outcomeOf(2)?.outcome).toBe('ok');
});

it('rejects a version of a known command that never existed [D1]', () => {
  tablet.push({ ...write(1), v: 0 });
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'BAD_COMMAND' });
});

it('rejects or defers a command whose mutator throws; no half of it stays [D2] [scenario 14]', () => {
  tablet.push({ n: 1, name: 'note.fail', args: { id: 'x' } }, add(2, 13), write(3));
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'FAILED' });
  expect(tablet.outcomeOf(2)).toMatchObject({ outcome: 'deferred', code: 'FAILED' });
  expect(tablet.outcomeOf(3)?.outcome).toBe('ok');
  expect(row('note/x')).toBeUndefined();
});

it('rejects an intent and defers a fact that the mutator refuses [D2]', () => {
  tablet.push({ n: 1, name: 'note.change', args: { id: 'no', text: '' } }, add(2, 100));
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'NO_NOTE' });
  expect(tablet.outcomeOf(2)).toMatchObject({ outcome: 'deferred', code: 'FULL' });
});

it('defers an unknown name or a newer v and keeps its body [D3] [scenario 15]', () => {
  tablet.push({ n: 1, name: 'note.sing', args: { song: 'la' } }, { ...write(2), v: 3 }, write(3));
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'deferred', code: 'UNKNOWN_COMMAND' });
  expect(tablet.outcomeOf(2)).toMatchObject({ outcome: 'deferred', code: 'NEWER_COMMAND' });
  expect(tablet.outcomeOf(3)?.outcome).toBe('ok');
  expect(rig.log.find(({ id }) => id === 'a-1')?.body).toContain('{"song":"la"}');
});

it('carries a deferred command out once an updated hub knows it [D3] [scenario 15]', () => {
  tablet.push({ ...write(1), v: 3 });
  const { mutators } = notesDomain();
  const newer = { ...mutators.get('note.write')!, v: 3 };
  rig.restart(notesDomain({ mutators: [newer] }));
  expect(rig.own('d', 'deferred.decide', { id: 'a-1', apply: true })?.outcome).toBe('ok');
  expect(row('note/x1')?.body['text']).toBe('hello');
});

it('lifts the args of an older v [V1]', () => {
  tablet.push({ n: 1, name: 'note.write', v: 1, args: { note: 'old', text: 'hi' } });
  expect(tablet.outcomeOf(1)?.outcome).toBe('ok');
  expect(row('note/old')?.body['text']).toBe('hi');
});

it('keeps one bad command alone: too long, U+0000, half an emoji [M1] [scenario 68]', () => {
  const text = (n: number, of: string): Asked => ({
    n,
    name: 'note.write',
    args: { id: `x${n}`, text: of },
  });
  tablet.push(
    write(1),
    text(2, 'x'.repeat(40 * 1_024)),
    text(3, 'a\u0000b'),
    text(4, 'a\ud83d'),
    text(5, '\udc00'),
    write(6),
  );
  const outcomes = tablet.outcomes.map(({ outcome }) => outcome);
  expect(outcomes).toEqual(['ok', 'rejected', 'rejected', 'rejected', 'rejected', 'ok']);
  expect(tablet.outcomeOf(2)?.code).toBe('TOO_LONG');
  expect(tablet.all('outcomes').length).toBe(1);
  expect(row('note/x6')).toBeDefined();
});

it('defers a fact that is too long or unfit to be stored [M1]', () => {
  tablet.push({ n: 1, name: 'tally.add', args: { id: 'a\u0000', by: 1 } });
  expect(tablet.outcomeOf(1)).toMatchObject({ outcome: 'deferred', code: 'BAD_COMMAND' });
});

it('refuses args nested deeper than the limit and names that could harm [M1] [scenario 50]', () => {
  const nested = (depth: number): Asked['args'] => (depth === 0 ? 1 : [nested(depth - 1)]);
  tablet.push({ n: 1, name: 'note.write', args: nested(9) });
  const polluting = '{"id":"x","text":"t","__proto__":{"hidden":true}}';
  const rest = '"name":"note.write","v":2,"madeAt":0,"base":0';
  tablet.sayText(`{"type":"push","commands":[{"n":2,"id":"p",${rest},"args":${polluting}}]}`);
  const deep = '['.repeat(120_000) + ']'.repeat(120_000);
  tablet.sayText(`{"type":"push","commands":[{"n":3,"id":"q",${rest},"args":${deep}}]}`);
  expect(tablet.outcomes.map(({ outcome }) => outcome)).toEqual([
    'rejected',
    'rejected',
    'rejected',
  ]);
  expect(tablet.outcomes.map(({ code }) => code)).toEqual(Array(3).fill('BAD_COMMAND'));
  expect(tablet.isClosed).toBe(false);
});

it('rejects an intent and defers a fact of a role that may not do it [D4]', () => {
  const guest = new RigSocket(rig, 'g').hello();
  guest.push(write(1), add(2, 1));
  expect(guest.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'FORBIDDEN' });
  expect(guest.outcomeOf(2)).toMatchObject({ outcome: 'deferred', code: 'FORBIDDEN' });
  expect(row('tally/t')).toBeUndefined();
});

it('lets each command be called by exactly the roles in its table [D4]', () => {
  let n = 0;
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'note.remove', args: { id: 'x' } });
  expect(manager.outcomeOf(1)?.outcome).toBe('ok');
  const guest = new RigSocket(rig, 'g').hello();
  for (const [name, { kind, roles }] of rig.domain.mutators) {
    n += 1;
    guest.push({ n, name, v: name === 'note.write' ? 2 : 1, args: argsFor(name) });
    expect(roles).not.toContain('guest');
    expect(guest.outcomeOf(n)?.outcome).toBe(kind === 'fact' ? 'deferred' : 'rejected');
    expect(guest.outcomeOf(n)?.code).toBe('FORBIDDEN');
  }
});

function argsFor(name: string): Record<string, string | number | boolean> {
  if (name === 'tally.add') return { id: 't', by: 1 };
  if (name === 'tally.receipt') return { id: 't', seq: 1 };
  if (name === 'note.hide') return { id: 't', hidden: true };
  if (name === 'note.write' || name === 'note.change') return { id: 't', text: '' };
  return { id: 't' };
}

it('lets nobody but the hub pair devices, and only managers revoke, turn and decide [D4]', () => {
  const pair = { device: 'z', publicKey: 'k', name: 'z', role: 'manager' };
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'device.pair', args: pair });
  expect(manager.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'FORBIDDEN' });
  tablet.push(
    { n: 1, name: 'device.revoke', args: { device: 'm' } },
    { n: 2, name: 'day.turn', args: { day: '2027-01-01' } },
    { n: 3, name: 'deferred.decide', args: { id: 'x', apply: true } },
  );
  expect(tablet.outcomes.map(({ code }) => code)).toEqual(Array(3).fill('FORBIDDEN'));
  manager.push({ n: 2, name: 'device.revoke', args: { device: 'a' } });
  expect(manager.outcomeOf(2)?.outcome).toBe('ok');
});

it('pairs no second hub and no unknown role [D4]', () => {
  const args = { device: 'z', publicKey: 'k', name: 'z' };
  for (const role of ['hub', 'king']) {
    const outcome = rig.own(`pair:${role}`, 'device.pair', { ...args, role });
    expect(outcome).toMatchObject({ outcome: 'rejected', code: 'NO_SUCH_ROLE' });
  }
});

it('takes what a revoked device still delivers, and defers it [D5]', () => {
  rig.own('revoke', 'device.revoke', { device: 'a' });
  const revoked = new RigSocket(rig, 'a').hello();
  revoked.push(write(1), add(2, 1));
  expect(revoked.outcomes.map(({ outcome }) => outcome)).toEqual(['deferred', 'deferred']);
  expect(revoked.outcomes.map(({ code }) => code)).toEqual(['REVOKED', 'REVOKED']);
  expect(row('note/x1')).toBeUndefined();
});

it('defers later commands of a device on a subject behind a deferred one [D6]', () => {
  tablet.push(add(1, 100), add(2, 1), { n: 3, name: 'note.write', args: { id: 't', text: '' } });
  tablet.push(add(4, 1, 'other'));
  expect(tablet.outcomes.map(({ outcome }) => outcome)).toEqual([
    'deferred',
    'deferred',
    'deferred',
    'ok',
  ]);
  expect(tablet.outcomes.map(({ code }) => code).slice(1, 3)).toEqual([
    'BEHIND_DEFERRED',
    'BEHIND_DEFERRED',
  ]);
});

it('lets other devices go on with a subject on which one device has something deferred [D6]', () => {
  tablet.push(add(1, 100));
  const manager = new RigSocket(rig, 'm').hello();
  manager.push(add(1, 1));
  expect(manager.outcomeOf(1)?.outcome).toBe('ok');
});

it('shows a deferred command as a row in the view of its device alone [D7]', () => {
  const everything = new RigSocket(rig, 'm').hello();
  const guest = new RigSocket(rig, 'g').hello();
  guest.push(add(1, 1));
  rig.advance(10);
  rig.flush();
  const keys = (one: RigSocket) =>
    one.all('changes').flatMap(({ puts }) => puts.map(({ key }) => key));
  expect(keys(guest)).toContain('deferred/g-1');
  expect(keys(everything)).not.toContain('deferred/g-1');
  expect(row('deferred/g-1')?.body).toMatchObject({
    id: 'g-1',
    device: 'g',
    n: 1,
    subject: 'board:t',
  });
});

it('tells the device how a deferred command was settled, at once and as a row [D8]', () => {
  const guest = new RigSocket(rig, 'g').hello();
  guest.push(add(1, 7));
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'deferred.decide', args: { id: 'g-1', apply: true } });
  expect(guest.outcomeOf(1)).toMatchObject({ id: 'g-1', outcome: 'ok' });
  expect(row('tally/t')?.body['sum']).toBe(7);
  expect(row('deferred/g-1')?.body['outcome']).toBe('ok');
});

it('answers a settled command with its latest outcome [D8]', () => {
  const guest = new RigSocket(rig, 'g').hello();
  guest.push(add(1, 7));
  rig.own('d', 'deferred.decide', { id: 'g-1', apply: false });
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'deferred.decide', args: { id: 'g-1', apply: false } });
  expect(manager.outcomeOf(1)?.outcome).toBe('ok');
  rig.restart();
  const again = new RigSocket(rig, 'g').hello();
  again.push(add(1, 7));
  expect(again.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'DECIDED_AGAINST' });
});

it('lets a person overrule a missing right, but not the hub itself [D8]', () => {
  const guest = new RigSocket(rig, 'g').hello();
  guest.push(add(1, 7));
  rig.own('d', 'deferred.decide', { id: 'g-1', apply: true });
  expect(row('deferred/g-1')?.body['outcome']).toBe('deferred');
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'deferred.decide', args: { id: 'g-1', apply: true } });
  expect(manager.outcomeOf(1)?.outcome).toBe('ok');
});

it('takes the word of a person that the hub passes on [D8]', () => {
  new RigSocket(rig, 'g').hello().push(add(1, 7));
  rig.own('d', 'deferred.decide', { id: 'g-1', apply: true, by: 'box' });
  expect(row('deferred/g-1')?.body['outcome']).toBe('ok');
});

it('settles the later command only after the earlier one [D6]', () => {
  tablet.push(add(1, 100), add(2, 1));
  rig.own('early', 'deferred.decide', { id: 'a-2', apply: true });
  expect(row('deferred/a-2')?.body['outcome']).toBe('deferred');
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'deferred.decide', args: { id: 'a-1', apply: false } });
  expect(rig.own('late', 'deferred.decide', { id: 'a-2', apply: true })?.outcome).toBe('ok');
  expect(row('tally/t')?.body['sum']).toBe(1);
});

it('keeps what still cannot be carried out deferred, and tells a person why [D9]', () => {
  tablet.push(add(1, 100));
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'deferred.decide', args: { id: 'a-1', apply: true } });
  expect(manager.outcomeOf(1)).toMatchObject({ outcome: 'rejected', code: 'FULL' });
  expect(row('deferred/a-1')?.body['outcome']).toBe('deferred');
});

it('makes no news of it when the hub itself tries and still cannot [D9]', () => {
  tablet.push(add(1, 100));
  tablet.forget();
  expect(rig.own('d', 'deferred.decide', { id: 'a-1', apply: true })?.outcome).toBe('ok');
  rig.settle();
  expect(row('deferred/a-1')?.body['outcome']).toBe('deferred');
  expect(tablet.outcomes).toEqual([]);
});

it('lets a person carry out what a revoked device delivered [D8]', () => {
  rig.own('revoke', 'device.revoke', { device: 'a' });
  const revoked = new RigSocket(rig, 'a').hello();
  revoked.push(add(1, 7));
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'deferred.decide', args: { id: 'a-1', apply: true } });
  expect(manager.outcomeOf(1)?.outcome).toBe('ok');
  expect(row('tally/t')?.body['sum']).toBe(7);
});

it('does nothing when something settled or unknown is decided again [D9]', () => {
  tablet.push(add(1, 100));
  const manager = new RigSocket(rig, 'm').hello();
  const decide = (n: number, id: string): Asked => ({
    n,
    name: 'deferred.decide',
    args: { id, apply: false },
  });
  manager.push(decide(1, 'a-1'));
  tablet.forget();
  manager.push(decide(2, 'a-1'), decide(3, 'nobody'));
  expect(manager.outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  expect(tablet.outcomes).toEqual([]);
});

it('settles in the batch that deferred [D8]', () => {
  const manager = new RigSocket(rig, 'm').hello();
  rig.holdCommits = true;
  tablet.push(write(1));
  tablet.push(add(2, 100));
  manager.push({ n: 1, name: 'deferred.decide', args: { id: 'a-2', apply: false } });
  rig.holdCommits = false;
  rig.commit();
  rig.flush();
  expect(tablet.outcomes.filter(({ n }) => n === 2).map(({ outcome }) => outcome)).toEqual(
    ['rejected', 'deferred'].toReversed(),
  );
});

it('raises rejected, deferred and strange things to people, once each [A1]', () => {
  tablet.push(add(1, 2_000), { n: 2, name: 'note.change', args: { id: 'no', text: '' } });
  tablet.push({ ...add(3, -1_900), base: 1 });
  expect(tablet.outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'rejected', 'deferred']);
  const kinds = [...rig.hub.status.rows.values()]
    .filter(({ key }) => key.startsWith('attention/'))
    .map(({ body }) => body['kind']);
  expect(kinds).toEqual(['strange', 'rejected', 'deferred']);
  expect(bodies('MANY')[0]).toMatchObject({ device: 'a', id: 'a-1', subject: 'board:t' });
});

it('keeps 200 open entries of a device and counts the rest in one [A2]', () => {
  for (let first = 1; first <= 260; first += 65) {
    const list = Array.from({ length: 65 }, (_, index) => first + index);
    tablet.push(...list.map((n) => ({ n, name: 'note.change', args: { id: 'no', text: '' } })));
  }
  const entries = [...rig.hub.status.rows.values()].filter(({ key }) =>
    key.startsWith('attention/'),
  );
  expect(entries.length).toBe(201);
  expect(row('attention/more:a')?.body['count']).toBe(60);
  const manager = new RigSocket(rig, 'm').hello();
  manager.push({ n: 1, name: 'note.change', args: { id: 'no', text: '' } });
  expect(row('attention/m-1.0')).toBeDefined();
});
