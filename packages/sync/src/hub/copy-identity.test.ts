import { beforeEach, expect, it } from 'vitest';

import { Rig } from '../testing/rig.ts';
import { rigSigner } from '../testing/rig-ports.ts';
import { type Asked, RigSocket } from '../testing/rig-socket.ts';
import { vouchText } from '../protocol/up/hello.ts';

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
  rig.pair('a', 'entry');
  rig.pair('b', 'entry');
});

const write = (id: string): Asked => ({ n: 1, id, name: 'note.write', args: { id, text: 't' } });

/** The id that the hub gives to a copy of `a`. */
function givenId(): string {
  new RigSocket(rig, 'a').hello().push(write('one'));
  const copy = new RigSocket(rig, 'a').hello();
  copy.push(write('other'));
  return copy.first('deny').identity!.device;
}

function vouchFor(device: string, former = 'a', store = rig.hub.status.store): RigSocket {
  const { publicKey } = rigSigner(device);
  const signature = rigSigner(former).sign(vouchText(store, former, device, publicKey));
  return new RigSocket(rig, device).hello({ vouch: { former, publicKey, signature } });
}

const isKnown = (device: string): boolean =>
  rig.hub.status.rows.find(`device/${device}`) !== undefined;

it('takes a copy in under the id it was given, also when the hub starts again in between [H13]', () => {
  const device = givenId();
  rig.restart();
  expect(vouchFor(device).first('deny')).toMatchObject({ code: 'UNKNOWN_DEVICE', retryMs: 500 });
  expect(new RigSocket(rig, device).hello().types).toContain('welcome');
});

it.each([
  ['it thought of itself', () => vouchFor('tablet')],
  ['that was given to a copy of another device', () => vouchFor(givenId(), 'b')],
  ['that it changed', () => vouchFor(givenId().slice(0, -1))],
  ['of another shop', () => vouchFor(givenId(), 'a', 'other')],
])('lets no device in for which another speaks under an id %s [H13]', (_what, speak) => {
  const socket = speak();
  expect(socket.first('deny')).toMatchObject({ code: 'UNKNOWN_DEVICE', retryMs: 5_000 });
  expect(isKnown(socket.device)).toBe(false);
});

it.each(['device.retire', 'device.revoke'])(
  'hears nobody speak for a copy after %s [H13]',
  (out) => {
    const device = givenId();
    rig.own('out', out, { device: 'a' });
    expect(vouchFor(device).first('deny').retryMs).toBe(5_000);
    expect(isKnown(device)).toBe(false);
  },
);

it('keeps an id free for the device that asks to be let in under it [H13] [E8]', () => {
  new RigSocket(rig, 'z').hello({ publicKey: 'key:z' });
  vouchFor('z', 'b');
  const pair = { device: 'z', publicKey: 'key:z', name: 'Tablet', role: 'entry' };
  expect(rig.own('approve', 'device.pair', pair)?.outcome).toBe('ok');
});
