import { beforeEach, expect, it } from 'vitest';

import { knocksMax } from '../protocol/limits.ts';
import { Rig } from '../testing/rig.ts';
import { RigDevice } from '../testing/rig-device.ts';
import { RigSocket } from '../testing/rig-socket.ts';
import { rigSigner } from '../testing/rig-ports.ts';
import { type Hello, helloText } from '../protocol/up/hello.ts';

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
  rig.pair('m', 'manager');
});

function knock(device: string, changed: Partial<Hello> = {}): RigSocket {
  return new RigSocket(rig, device).hello({ publicKey: `key:${device}`, ...changed });
}

it('lists an unknown device that has the key it says, and tells it nothing [E7] [H2]', () => {
  const stranger = knock('z', { name: 'Till', answered: 7 });
  expect(stranger.first('deny')).toMatchObject({ code: 'UNKNOWN_DEVICE', retryMs: 5_000 });
  expect(stranger.types).toEqual(['challenge', 'deny']);
  expect(rig.hub.knocks).toEqual([
    {
      device: 'z',
      publicKey: 'key:z',
      name: 'Till',
      build: 'test',
      answered: 7,
      atMs: Math.round(rig.wallMs),
      origin: '',
    },
  ]);
});

it.each([
  ['says no key', { publicKey: undefined }],
  ['cannot sign with the key it says', { publicKey: 'key:y' }],
  ['is of another shop', { store: 'other' }],
])('lists no device that %s [E7]', (_what, changed) => {
  const text = JSON.stringify(new RigSocket(rig, 'z').helloWith({ publicKey: 'key:z' }));
  const said = { ...(JSON.parse(text) as Hello), ...changed };
  const stranger = new RigSocket(rig, 'z');
  const { signature } = stranger.helloWith();
  stranger.say({ ...said, signature });
  expect(stranger.types).toEqual(['challenge', 'deny']);
  expect(rig.hub.knocks).toEqual([]);
});

it('lists nobody as the hub itself, and nobody it knows [E7]', () => {
  expect(knock('hub-1').first('deny').code).toBe('UNKNOWN_DEVICE');
  expect(knock('m').types).toContain('welcome');
  expect(rig.hub.knocks).toEqual([]);
});

it('keeps 32, each once, and lets nobody push out who asked within the last minute [E7]', () => {
  const listed = (): string[] => rig.hub.knocks.map(({ device }) => device);
  for (let index = 0; index <= knocksMax; index += 1) knock(`z${index}`);
  expect(listed()).toHaveLength(knocksMax);
  expect(new Set(listed()).size).toBe(knocksMax);
  expect(listed()).not.toContain(`z${knocksMax}`);
  rig.advance(30_000);
  knock('z0');
  rig.advance(31_000);
  knock('late');
  expect(listed()).toHaveLength(knocksMax);
  expect(listed()).not.toContain('z1');
  expect(listed().slice(-2)).toEqual(['z0', 'late']);
});

it('has a place for an honest device, however many one neighbour asks as [E7] [scenario 60]', () => {
  const knockFrom = (origin: string, device: string): void => {
    new RigSocket(rig, device, origin).hello({ publicKey: `key:${device}` });
  };
  const listed = (): string[] => rig.hub.knocks.map(({ device }) => device);
  knockFrom('10.0.0.2', 'early');
  for (let index = 0; index < knocksMax + 8; index += 1) knockFrom('10.0.0.66', `z${index}`);
  for (const device of ['till', 'bar']) knockFrom(`10.0.0.${device.length}`, device);
  for (let index = 0; index < knocksMax; index += 1) knockFrom('10.0.0.66', `y${index}`);
  expect(listed()).toHaveLength(knocksMax);
  expect(listed()).toEqual(expect.arrayContaining(['early', 'till', 'bar']));
  expect(listed()).not.toContain('z0');
});

it('lists whoever asks with another key beside the one who is asking, until one is let in [E7]', () => {
  const thief = (): RigSocket => {
    const socket = new RigSocket(rig, 'thief');
    const { nonce, hub, store } = socket.first('challenge');
    const signature = rigSigner('thief').sign(helloText(nonce, hub, store, 'z'));
    return socket.hello({ device: 'z', publicKey: 'key:thief', signature });
  };
  knock('z');
  thief();
  knock('z');
  expect(rig.hub.knocks.map(({ publicKey }) => publicKey)).toEqual(['key:thief', 'key:z']);
  rig.pair('z', 'entry');
  expect(rig.hub.knocks).toEqual([]);
});

it('shows of what a stranger calls itself one line without control characters [E7]', () => {
  knock('z', { name: ` Till\u001b[2J\n\u202e${'x'.repeat(200)}` });
  knock('y', { name: '\u0007\n' });
  const [till, nameless] = rig.hub.knocks;
  expect(till?.name).toBe(`Till[2J${'x'.repeat(57)}`);
  expect(nameless).not.toHaveProperty('name');
});

it('lets a device in that a manager approved, with all its orders, and forgets that it asked [E8] [scenario 61]', () => {
  const old = rig.store.clone();
  rig.pair('n', 'entry');
  const tablet = new RigDevice(rig, 'n').connect();
  for (const id of ['x1', 'x2', 'x3']) tablet.mutate('note.write', { id, text: 'hello' });
  rig.settle();
  // Nothing of it came to the sidecar: the box broke in that second.
  rig.witnessed = undefined;
  rig.restore(old, false);
  tablet.mutate('note.write', { id: 'x4', text: 'made while nobody knew it' });
  tablet.connect();
  expect(tablet.denied?.code).toBe('UNKNOWN_DEVICE');
  expect(rig.hub.knocks).toEqual([]);
  tablet.connect();
  expect(rig.hub.knocks).toMatchObject([
    { device: 'n', publicKey: 'key:n', name: 'Tablet n', letter: 'B', answered: 3 },
  ]);
  expect(tablet.replica.status).toMatchObject({ unanswered: 1, lastN: 3 });
  for (const id of ['x1', 'x2', 'x3', 'x4']) expect(tablet.shows(`note/${id}`)).toBeDefined();

  const { device, publicKey } = rig.hub.knocks[0]!;
  const args = { device, publicKey, name: 'Tablet n', role: 'entry', by: 'm' };
  expect(rig.own('approve:n', 'device.pair', args)?.outcome).toBe('ok');
  expect(rig.hub.knocks).toEqual([]);
  for (let time = 0; time < 5; time += 1) {
    rig.settle(6_000);
    tablet.connect();
    rig.settle(40_000);
  }
  const welcomes = tablet.heard.filter((message) => message.type === 'welcome');
  expect(welcomes.some(({ restoredTo }) => restoredTo === 0)).toBe(true);
  expect(tablet.replica.status.unanswered).toBe(0);
  for (const id of ['x1', 'x2', 'x3', 'x4']) {
    expect(rig.hub.status.rows.find(`note/${id}`)?.body['by']).toBe('n');
  }
  const said = tablet.said.map((text) => JSON.parse(text) as object);
  expect('publicKey' in said.findLast((one) => 'signature' in one)!).toBe(false);
});

it('costs a stranger itself a no, whatever it claims to know [E7] [scenario 60]', () => {
  const manager = new RigDevice(rig, 'm').connect();
  rig.settle();
  const { at } = rig.hub.status;
  const proof = { ...at, epoch: { number: 9, id: 'forged' }, seq: at.seq + 1_000 };
  knock('z', { at: proof, proof, lastN: 1_000_000, answered: 1_000_000, lowest: 500_000 });
  rig.settle(2_000);
  expect(rig.hub.status.at).toEqual(at);
  expect(rig.hub.status.awaited).toBeUndefined();
  expect(manager.replica.status.live).toBe(true);
});
