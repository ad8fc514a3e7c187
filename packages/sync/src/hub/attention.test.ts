import { beforeEach, expect, it } from 'vitest';

import { notesDomain } from '../testing/notes-domain.ts';
import { expectTheHubsView, expectTheLogAloneGivesTheRows } from '../testing/rig-claims.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { Rig } from '../testing/rig.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';

let rig: Rig;
let tablet: RigSocket;
let manager: RigSocket;
let asked = 0;

beforeEach(() => {
  asked = 0;
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('m', 'manager');
  tablet = new RigSocket(rig, 'a').hello();
  manager = new RigSocket(rig, 'm').hello();
});

const refusedIntent = (n: number): Asked => ({
  n,
  name: 'note.change',
  args: { id: 'no', text: '' },
});
const tooMuch: Asked = { n: 1, name: 'tally.add', args: { id: 't', by: 100 } };
const entries = () =>
  [...rig.hub.status.rows.values()].flatMap(({ key }) =>
    key.startsWith('attention/') ? [key.slice('attention/'.length)] : [],
  );

/** What the hub answers to a device that closes `entry`. */
function close(entry: string, from = manager) {
  asked += 1;
  from.push({ n: asked, name: 'attention.close', args: { entry } });
  return from.outcomeOf(asked);
}

it('takes an entry off the list for a manager, and again without an effect [A3]', () => {
  tablet.push(refusedIntent(1), refusedIntent(2));
  expect(entries()).toEqual(['a-1.0', 'a-2.0']);
  expect(close('a-1.0')?.outcome).toBe('ok');
  expect(entries()).toEqual(['a-2.0']);
  expect(close('a-1.0')?.outcome).toBe('ok');
  expect(close('nobody')?.outcome).toBe('ok');
  expect(entries()).toEqual(['a-2.0']);
  expectTheLogAloneGivesTheRows(rig);
});

it('lets the hub close for a manager whom it names, and nobody else [A3] [D4]', () => {
  tablet.push(refusedIntent(1));
  expect(close('a-1.0', new RigSocket(rig, 'm').hello())?.outcome).toBe('ok');
  tablet.push(refusedIntent(2));
  tablet.push({ n: 3, name: 'attention.close', args: { entry: 'a-2.0' } });
  expect(tablet.outcomeOf(3)).toMatchObject({ outcome: 'rejected', code: 'FORBIDDEN' });
  expect(entries()).toContain('a-2.0');
  const closed = rig.own('close:1', 'attention.close', { entry: 'a-2.0', by: 'm' });
  expect(closed?.outcome).toBe('ok');
  expect(entries()).not.toContain('a-2.0');
});

it('keeps what waits to be decided on until that was done [A3]', () => {
  tablet.push(tooMuch);
  expect(tablet.outcomeOf(1)?.outcome).toBe('deferred');
  expect(close('a-1.0')).toMatchObject({ outcome: 'rejected', code: 'STILL_WAITS' });
  expect(entries()).toContain('a-1.0');
  rig.own('against', 'deferred.decide', { id: 'a-1', apply: false });
  expect(close('a-1.0')?.outcome).toBe('ok');
  expect(entries()).not.toContain('a-1.0');
});

it('makes room for what was only counted before, and counts from 1 again [A2] [A3]', () => {
  for (let n = 1; n <= 203; n += 1) tablet.push(refusedIntent(n));
  expect(rig.hub.status.rows.find('attention/more:a')?.body['count']).toBe(3);
  expect(close('more:a')?.outcome).toBe('ok');
  expect(close('a-7.0')?.outcome).toBe('ok');
  tablet.push(refusedIntent(204), refusedIntent(205));
  expect(entries()).toContain('a-204.0');
  expect(rig.hub.status.rows.find('attention/more:a')?.body['count']).toBe(1);
});

it('leaves the screens of managers, and the list survives a restart [A3] [R10]', () => {
  const screen = new RigDevice(rig, 'm').connect();
  tablet.push(refusedIntent(1), refusedIntent(2));
  rig.settle();
  expect(screen.replica.find('attention/a-1.0')).toBeDefined();
  screen.mutate('attention.close', { entry: 'a-1.0' });
  rig.settle();
  expect(screen.replica.find('attention/a-1.0')).toBeUndefined();
  expectTheHubsView(screen);
  rig.restart(notesDomain());
  expect(entries()).toEqual(['a-2.0']);
});
