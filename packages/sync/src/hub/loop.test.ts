import { beforeEach, expect, it } from 'vitest';

import { genesisChain, verifyEntries } from '../chain.ts';
import { Rig } from '../testing/rig.ts';
import { rigHash } from '../testing/rig-ports.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigSocket;
let other: RigSocket;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('b', 'manager');
  tablet = new RigSocket(rig, 'a').hello();
  other = new RigSocket(rig, 'b').hello();
  rig.advance(10);
  for (const one of [tablet, other]) one.forget();
  rig.events.length = 0;
});

const write = (n: number, id = `x${n}`): Asked => ({
  n,
  name: 'note.write',
  args: { id, text: 'hello' },
});
const row = (key: string) => rig.hub.status.rows.find(key);

it('commits, then answers, then tells [L1]', () => {
  tablet.push(write(1));
  expect(rig.events).toEqual([
    'commit',
    'committed',
    `send outcomes ${tablet.wire.socket}`,
    `send changes ${tablet.wire.socket}`,
    `send changes ${other.wire.socket}`,
  ]);
});

it('says nothing of a batch before it is durable [L1]', () => {
  rig.holdCommits = true;
  tablet.push(write(1));
  rig.advance(50);
  rig.flush();
  expect(rig.events).toEqual(['commit']);
  expect(row('note/x1')).toBeUndefined();
  expect(rig.hub.status.at.seq).toBe(rig.log.length);
  rig.commit();
  rig.flush();
  expect(tablet.types).toEqual(['outcomes', 'changes']);
});

it('gives a device that takes a snapshot no row of an uncommitted batch [L1] [scenario 66]', () => {
  rig.holdCommits = true;
  rig.faults.push('busy');
  tablet.push(write(1));
  const late = new RigSocket(rig, 'b').hello();
  expect(late.all('catchUpPart').flatMap(({ puts }) => puts.map(({ key }) => key))).not.toContain(
    'note/x1',
  );
  rig.commit();
  rig.flush();
  expect(tablet.types).toEqual(['busy']);
  expect(row('note/x1')).toBeUndefined();
  expect(late.all('catchUpEnd')[0]?.at.seq).toBe(rig.log.length);
});

it('answers a hello during a commit with what is durable [L1]', () => {
  rig.holdCommits = true;
  const before = rig.hub.status.at;
  tablet.push(write(1));
  const late = new RigSocket(rig, 'b').hello();
  expect(late.first('welcome').head).toEqual(before);
  rig.commit();
  rig.flush();
  expect(late.last('changes').puts.map(({ key }) => key)).toContain('note/x1');
});

it('takes everything that waits into one transaction [L2]', () => {
  rig.holdCommits = true;
  tablet.push(write(1));
  tablet.push(write(2));
  other.push(write(1, 'y1'));
  tablet.push(write(3));
  rig.commit();
  rig.commit();
  expect(rig.events.filter((event) => event === 'commit').length).toBe(2);
  expect(row('note/y1')).toBeDefined();
});

it('takes no more than a batch at a time [L2]', () => {
  const list = Array.from({ length: 600 }, (_, index) => write(index + 1, 'same'));
  tablet.push(...list.slice(0, 300));
  rig.events.length = 0;
  rig.holdCommits = true;
  tablet.push(write(301, 'same'));
  tablet.push(...list.slice(301));
  rig.holdCommits = false;
  rig.commit();
  rig.flush();
  expect(tablet.outcomes.length).toBe(600);
  expect(rig.events.filter((event) => event === 'commit').length).toBe(2);
});

it('decides each command over what the batch has decided before it [L2]', () => {
  tablet.push(
    write(1, 'x'),
    { n: 2, name: 'note.change', args: { id: 'x', text: 'changed' } },
    { n: 3, name: 'note.close', args: { id: 'x' } },
  );
  expect(row('note/x')?.body).toMatchObject({ text: 'changed', closed: true, receipt: 1 });
  expect(row('note/x')?.seq).toBe(tablet.outcomeOf(3)?.seq);
});

it('tries the commands of a refused batch one by one and defers the one that fails [L3]', () => {
  rig.holdCommits = true;
  tablet.push(write(1));
  tablet.push(write(2), write(3));
  rig.holdCommits = false;
  rig.commit();
  rig.faults.push('value', 'value');
  tablet.push(write(4), write(5), write(6));
  expect(tablet.outcomeOf(4)).toMatchObject({ outcome: 'deferred', code: 'STORE_REFUSED' });
  expect(tablet.outcomeOf(5)?.outcome).toBe('ok');
  expect(tablet.outcomeOf(6)?.outcome).toBe('ok');
  expect(row('note/x4')).toBeUndefined();
  expect(row('deferred/a-4')).toBeDefined();
});

it('says busy when the store is full, records nothing, and goes on by itself [L4]', () => {
  const length = rig.log.length;
  rig.faults.push('busy');
  tablet.push(write(1), write(2));
  expect(tablet.types).toEqual(['busy']);
  expect(tablet.first('busy').retryMs).toBeGreaterThan(0);
  expect(rig.log.length).toBe(length);
  expect(new RigSocket(rig, 'a').hello().first('welcome').lastN).toBe(0);
  const again = new RigSocket(rig, 'a').hello();
  again.push(write(1), write(2));
  expect(again.outcomes.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
});

it('keeps commands of its own until the store takes them again [L4]', () => {
  rig.faults.push('busy', 'busy');
  expect(rig.own('act', 'tally.add', { id: 't', by: 1 })).toBeUndefined();
  expect(rig.hub.status.queued).toBe(1);
  rig.advance(3_000);
  expect(rig.done.get('act')?.outcome).toBe('ok');
  expect(rig.hub.status.queued).toBe(0);
});

it('serves reads while the store is full [L4]', () => {
  rig.faults.push('busy');
  tablet.push(write(1));
  const late = new RigSocket(rig, 'b').hello();
  expect(late.types).toContain('catchUpEnd');
});

it('leaves on a broken store and answers nobody [L5]', () => {
  rig.faults.push('broken');
  tablet.push(write(1));
  expect(rig.exited).toBe('The store is broken.');
  expect(tablet.types).toEqual([]);
  expect(other.types).toEqual([]);
});

it('says busy to a device of which too much waits [M2]', () => {
  rig.holdCommits = true;
  for (let first = 1; first <= 2_100; first += 300) {
    tablet.push(...Array.from({ length: 300 }, (_, index) => write(first + index, 'x')));
  }
  expect(tablet.types).toContain('busy');
  other.push(write(1, 'y'));
  rig.holdCommits = false;
  for (let time = 0; time < 8; time += 1) rig.commit();
  rig.flush();
  expect(other.outcomeOf(1)?.outcome).toBe('ok');
  expect(tablet.outcomes.length).toBe(1_800);
});

it('seals every entry onto the chain before it [L6]', () => {
  tablet.push(write(1), { n: 2, name: 'note.change', args: { id: 'no', text: '' } }, write(3));
  other.push({ n: 1, name: 'note.remove', args: { id: 'x1' } });
  const image = rig.store.load()!;
  const first = genesisChain(rigHash, image.store, image.epochs[0]!);
  const walked = verifyEntries(rigHash, first, rig.log);
  expect(walked).toEqual({ chain: rig.hub.status.at.chain });
});

it('stamps where it stands with its own key [L6]', () => {
  const { stamp, ...at } = rig.hub.status.at;
  const text = ['at', at.epoch.number, at.epoch.id, at.seq, at.chain].join('\n');
  expect(stamp).toBe(rigHash.hmac('stamp key', text));
});

it('gives receipt numbers without a hole, whatever is refused in between [L7]', () => {
  const close = (n: number, id: string): Asked => ({ n, name: 'note.close', args: { id } });
  tablet.push(write(1, 'x'), close(2, 'x'), close(3, 'no'), write(4, 'y'), close(5, 'y'));
  expect(tablet.outcomes.map(({ receipt }) => receipt)).toEqual([
    undefined,
    1,
    undefined,
    undefined,
    2,
  ]);
  rig.restart();
  const again = new RigSocket(rig, 'a').hello();
  again.push(write(6, 'z'), close(7, 'z'));
  expect(again.outcomeOf(7)?.receipt).toBe(3);
});

it('brings a whole archived subject back when a command works on it [L8]', () => {
  tablet.push(write(1, 'x'), { n: 2, name: 'note.close', args: { id: 'x' } });
  rig.own('turn', 'day.turn', { day: '2026-12-01' });
  expect(row('note/x')).toBeUndefined();
  tablet.push({ n: 3, name: 'note.change', args: { id: 'x', text: 'again' } });
  expect(row('note/x')?.body).toMatchObject({ text: 'again', receipt: 1 });
  expect(row('note/x')?.seq).toBe(tablet.outcomeOf(3)?.seq);
});

it('refuses what neither the working set nor the archive knows [L8]', () => {
  tablet.push({ n: 1, name: 'note.change', args: { id: 'never', text: '' } });
  expect(tablet.outcomeOf(1)?.code).toBe('NO_NOTE');
});

it('commits what waits, says goodbye to everyone and stops [L9]', () => {
  rig.holdCommits = true;
  tablet.push(write(1));
  rig.step({ type: 'stop' });
  tablet.push(write(2));
  expect(rig.isStopped).toBe(false);
  rig.holdCommits = false;
  rig.commit();
  rig.flush();
  expect(rig.isStopped).toBe(true);
  expect(tablet.outcomeOf(1)?.outcome).toBe('ok');
  expect(tablet.all('busy').length).toBe(1);
  for (const one of [tablet, other]) {
    expect(one.last('bye').code).toBe('STOPPING');
    expect(one.wire.closing).toBe('1001 STOPPING');
  }
});

it('orders by its own seq, whatever the clocks of devices say [L10]', () => {
  const wrong = (n: number, madeAt: number) => {
    const { name, args } = write(n, 'x');
    return { n, id: `w${n}`, name, v: 2, args, madeAt, base: 0 };
  };
  tablet.say({ type: 'push', commands: [wrong(1, 9e15), wrong(2, -5), wrong(3, 0)] });
  expect(tablet.outcomes.map(({ seq }) => seq)).toEqual(
    tablet.outcomes.map(({ seq }) => seq).toSorted((one, two) => one - two),
  );
  expect(new Set(tablet.outcomes.map(({ hubTimeMs }) => hubTimeMs)).size).toBe(1);
});

it('lets hub time go on from the last committed one when the box starts with an old clock [L10]', () => {
  tablet.push(write(1));
  const before = tablet.outcomeOf(1)!.hubTimeMs;
  rig.wallMs = 0;
  rig.restart();
  const again = new RigSocket(rig, 'a').hello();
  again.push(write(2));
  expect(again.outcomeOf(2)!.hubTimeMs).toBeGreaterThanOrEqual(before);
});

it('turns what a screen has drawn into commands of its own, once [L11]', () => {
  tablet.push({ n: 1, name: 'tally.add', args: { id: 't', by: 1 } });
  const { epoch, seq } = rig.hub.status.at;
  other.say({ type: 'seen', epoch, seq, stations: ['bar'] });
  expect(row('receipt/t')?.body).toEqual({ seen: seq });
  const { id } = epoch;
  other.say({ type: 'seen', epoch: { number: 9, id }, seq: seq + 50, stations: [] });
  other.say({ type: 'seen', epoch: { number: 1, id: 'other' }, seq, stations: [] });
  expect(row('receipt/t')?.body).toEqual({ seen: seq });
});
