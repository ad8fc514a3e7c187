// What a device does that a manager put away or shut out: it says why, keeps all it has, delivers, and
// leaves the hub alone in between.

import { beforeEach, expect, it } from 'vitest';

import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';

let rig: Rig;
let tablet: RigDevice;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  tablet = new RigDevice(rig, 'a').connect();
  rig.settle();
});

const write = (id: string): string => tablet.mutate('note.write', { id, text: 'hello' });
const outcomeOf = (id: string): unknown => {
  const status = tablet.statuses.get(id);
  return status?.at === 'answered' ? status.answered.outcome : status?.at;
};

it.each([
  ['device.retire', 'RETIRED', 'ok'],
  ['device.revoke', 'REVOKED', 'deferred'],
])(
  'shows why after %s, keeps everything, and delivers what it holds [H6] [E3] [E5]',
  (act, code, outcome) => {
    tablet.cut();
    const held = write('x');
    rig.own('act', act, { device: 'a' });
    tablet.connect();
    rig.settle();
    expect(tablet.replica.status.keptOut).toMatchObject({
      code,
      message: expect.stringMatching(/manager/i) as string,
    });
    expect(tablet.replica.status.live).toBe(false);
    expect(outcomeOf(held)).toBe(outcome);
  },
);

it('knows it at the moment in which it happens, and after a restart once it meets the hub [H6]', () => {
  rig.own('retire', 'device.retire', { device: 'a' });
  rig.flush();
  expect(tablet.replica.status).toMatchObject({ link: 'waiting', keptOut: { code: 'RETIRED' } });
  tablet.restart();
  expect(tablet.replica.status.keptOut).toBeUndefined();
  tablet.connect();
  expect(tablet.replica.status.keptOut).toMatchObject({ code: 'RETIRED' });
});

it('takes no place on the hub while it has nothing to deliver, and comes back with what is new [H6]', () => {
  const sockets = (): number => rig.hub.status.sockets;
  rig.own('retire', 'device.retire', { device: 'a' });
  rig.live(20_000, tablet);
  expect([tablet.replica.status.link, sockets()]).toEqual(['waiting', 0]);
  const before = tablet.heard.length;
  rig.live(200_000, tablet);
  expect(tablet.heard).toHaveLength(before);
  rig.live(400_000, tablet);
  expect(tablet.heard.length).toBeGreaterThan(before);
  expect([tablet.replica.status.link, sockets()]).toEqual(['waiting', 0]);
  const late = write('late');
  rig.live(2_000, tablet);
  expect(outcomeOf(late)).toBe('ok');
  expect(rig.hub.status.rows.find('note/late')).toBeDefined();
});

it('is told by each welcome what it is called, which letter it has and what it may do [E2]', () => {
  rig.own('rename', 'device.rename', { device: 'a', name: 'Bar' });
  rig.own('role', 'device.changeRole', { device: 'a', role: 'guest' });
  rig.live(2_000, tablet);
  expect(tablet.replica.status).toMatchObject({ name: 'Bar', letter: 'A', role: 'guest' });
});
