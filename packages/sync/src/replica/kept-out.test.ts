// What a device does that a manager put away or shut out: it says why, keeps all it has, delivers, and
// leaves the hub alone in between.

import { beforeEach, expect, it } from 'vitest';

import type { Down } from '../protocol/down.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';

const aDayMs = 86_400_000;
const challenge = {
  type: 'challenge',
  nonce: 'n',
  hub: 'stranger',
  protocol: { floor: 1, version: 1 },
} as const;

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

it('believes nobody but the hub that welcomed it that it was put away or shut out [H6]', () => {
  tablet.cut();
  tablet.step({ type: 'nudged' });
  tablet.hear({ ...challenge, store: rig.hub.status.store });
  tablet.hear({ type: 'bye', code: 'REVOKED', message: 'Go.', retryMs: aDayMs });
  expect(tablet.replica.status).toMatchObject({ link: 'waiting', keptOut: undefined });
  tablet.connect();
  tablet.hear({ type: 'bye', code: 'RETIRED', message: 'Rest.', retryMs: 5_000 });
  expect(tablet.replica.status.keptOut).toEqual({ code: 'RETIRED', message: 'Rest.' });
});

it.each<Down>([
  { type: 'bye', code: 'REVOKED', message: 'Go.', retryMs: aDayMs },
  { type: 'deny', code: 'UNKNOWN_DEVICE', message: 'Who is it?', retryMs: aDayMs },
  { type: 'deny', code: 'CLONE', message: 'Be d.', identity: { device: 'd', letter: 'D' } },
])('heeds no $type $code of another shop’s hub, and is back at its own [H2]', (said) => {
  tablet.cut();
  tablet.step({ type: 'nudged' });
  tablet.wire?.down.splice(0);
  tablet.hear({ ...challenge, store: 'other' });
  tablet.hear(said);
  expect(tablet.replica.status).toMatchObject({ link: 'waiting', keptOut: undefined });
  expect(tablet.denied).toBeUndefined();
  rig.live(10_000, tablet);
  expect(tablet.replica.status).toMatchObject({ link: 'open', live: true });
  expect(tablet.said.some((text) => text.includes('publicKey'))).toBe(false);
});

it.each<Down>([
  { type: 'bye', code: 'STOPPING', message: 'Later.', retryMs: aDayMs },
  { type: 'deny', code: 'UNKNOWN_DEVICE', message: 'Later.', retryMs: aDayMs },
  { type: 'deny', code: 'OTHER_STORE', message: 'Later.', retryMs: aDayMs },
])('stays away for no more than ten minutes, whatever a $type $code asks for [H12]', (said) => {
  tablet.hear(said);
  rig.live(300_000 - 1_000, tablet);
  expect(tablet.replica.status.link).toBe('waiting');
  rig.live(301_000, tablet);
  expect(tablet.replica.status.link).toBe('open');
});

it('pauses for no more than five minutes, whatever a hub that is busy asks for [R14]', () => {
  tablet.hear({ type: 'busy', code: 'STORE', message: 'Later.', retryMs: aDayMs });
  const held = write('x');
  rig.live(302_000, tablet);
  expect(outcomeOf(held)).toBe('ok');
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
