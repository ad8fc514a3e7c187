import { limits } from '@pos-sync/sync';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { checkCode } from '../pairing/code.ts';
import { type Answer, createKeys, openStandingDoor, TestDevice } from '../testing/standing-door.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;
let manager: TestDevice;
let till: TestDevice;

beforeEach(async () => {
  door = await openStandingDoor();
  manager = await door.letIn('manager', 'Office');
  till = await door.letIn('entry', 'Till');
});

afterEach(() => door.close());

type Table = Record<'devices' | 'asking', Record<string, unknown>[]>;

const list = async (): Promise<Table> =>
  (await door.signed(manager, { method: 'GET', path: '/devices' })).body as Table;
const act = (device: string, what: string, body?: object): Promise<Answer> =>
  door.signed(manager, {
    method: 'POST',
    path: `/devices/${device}/${what}`,
    ...(body && { body }),
  });

it('lists every device, and says who is here; keys and tokens stay with the hub', async () => {
  const socket = await till.connect(door.address);
  await socket.until('welcome');
  const { devices, asking } = await list();
  expect(asking).toEqual([]);
  expect(devices).toEqual([
    expect.objectContaining({ name: 'Office', letter: 'A', role: 'manager', isHere: false }),
    {
      device: till.device,
      name: 'Till',
      letter: 'B',
      role: 'entry',
      hasBearer: false,
      isHere: true,
      seenMs: expect.any(Number) as number,
      lastN: 0,
      deferred: 0,
    },
  ]);
  socket.close();
});

it('gives a device another name, on behalf of the manager who asked', async () => {
  const { status, body } = await act(till.device, 'rename', { name: 'Bar' });
  expect([status, body['name'], body['letter']]).toEqual([200, 'Bar', 'B']);
  expect((await list()).devices[1]).toMatchObject({ name: 'Bar' });
  const inLog = door.log().find((command) => command.includes('device.rename'));
  expect(inLog).toContain(`"by":"${manager.device}"`);
});

it.each([
  ['   ', 'BAD_NAME'],
  ['two\nlines', 'BAD_NAME'],
  ['Till\u202E1', 'BAD_NAME'],
  ['4111 1111 1111 1111', 'CARD_NUMBER'],
])('gives no device the name %j', async (name, code) => {
  const { status, body } = await act(till.device, 'rename', { name });
  expect([status, body['code']]).toEqual([400, code]);
  expect(JSON.stringify(body)).not.toContain('4111');
  const wanted = {
    method: 'POST',
    path: '/pairing/windows',
    body: { role: 'entry', name },
  } as const;
  expect((await door.signed(manager, wanted)).body['code']).toBe(code);
});

it('gives a device another role, and it comes back for what that role sees', async () => {
  const socket = await till.connect(door.address);
  await socket.until('welcome');
  expect((await act(till.device, 'role', { role: 'kitchen' })).body['role']).toBe('kitchen');
  expect(await socket.until('bye')).toMatchObject({ code: 'ROLE_CHANGED' });
  expect((await act(till.device, 'role', { role: 'hub' })).body['code']).toBe('NO_SUCH_ROLE');
});

it('puts a device away politely', async () => {
  expect((await act(till.device, 'retire')).body['retiredAt']).toEqual(expect.any(Number));
  const socket = await till.connect(door.address);
  expect(await socket.until('welcome')).toMatchObject({ mode: 'pushOnly' });
  socket.close();
});

it('shuts a device out at once: its socket is closed within a second', async () => {
  const socket = await till.connect(door.address);
  await socket.until('welcome');
  const startedMs = performance.now();
  expect((await act(till.device, 'revoke')).body['revokedAt']).toEqual(expect.any(Number));
  await socket.gone;
  expect(performance.now() - startedMs).toBeLessThan(1_000);
  expect((await act(till.device, 'revoke')).status).toBe(200);
  const { body } = await act(till.device, 'role', { role: 'counter' });
  expect(body).toMatchObject({
    code: 'REVOKED',
    fix: expect.stringMatching('join anew') as string,
  });
});

it.each(['rename', 'role', 'retire', 'revoke'])(
  'has nothing to %s where no such device is',
  async (what) => {
    const body = { rename: { name: 'Bar' }, role: { role: 'entry' } }[what];
    const before = door.log().length;
    const { status, body: said } = await act('nobody', what, body);
    expect([status, said['code']]).toEqual([404, 'UNKNOWN_DEVICE']);
    expect(door.log()).toHaveLength(before);
  },
);

const knocker = (): TestDevice => new TestDevice('tablet-of-before', createKeys());

it('lets a device back in that asks, once a person has compared its code', async () => {
  const tablet = knocker();
  const { publicKey } = tablet.keys;
  const said = { publicKey, name: 'Terrace', letter: 'C', answered: 12 };
  const socket = await tablet.connect(door.address, said);
  expect(await socket.until('deny')).toMatchObject({ code: 'UNKNOWN_DEVICE' });
  const compared = checkCode(publicKey);
  const [asking] = (await list()).asking;
  expect(asking).toMatchObject({
    device: tablet.device,
    checkCode: compared,
    name: 'Terrace',
    letter: 'C',
  });
  const wanted = { name: 'Terrace', role: 'entry', checkCode: compared };
  const { status, body } = await act(tablet.device, 'approve', wanted);
  expect([status, body['device'], body['letter']]).toEqual([200, tablet.device, 'C']);
  const again = await tablet.connect(door.address, { answered: 12 });
  expect(await again.until('welcome')).toMatchObject({ type: 'welcome' });
  expect((await list()).asking).toEqual([]);
  again.close();
});

it('lets nobody in who asks with another key than the one that was compared, or does not ask', async () => {
  const tablet = knocker();
  const { publicKey } = tablet.keys;
  const wanted = { name: 'Terrace', role: 'entry', checkCode: checkCode(createKeys().publicKey) };
  expect((await act(tablet.device, 'approve', wanted)).body['code']).toBe('NOT_ASKING');
  const socket = await tablet.connect(door.address, { publicKey });
  await socket.until('deny');
  expect((await act(tablet.device, 'approve', wanted)).body['code']).toBe('ANOTHER_KEY');
  expect((await list()).devices).toHaveLength(2);
});

it('lists who asks elsewhere, however many times one stranger asks [E7]', async () => {
  const ask = async (from: string, device: string): Promise<void> => {
    const keys = createKeys();
    const { publicKey } = keys;
    const socket = await new TestDevice(device, keys).connect(door.address, { publicKey }, from);
    await socket.gone;
  };
  for (let count = 0; count < limits.knocksMax; count += 1)
    await ask('127.0.0.2', `stranger-${count}`);
  expect((await list()).asking).toHaveLength(limits.knocksMax);
  await ask('127.0.0.3', 'tablet-of-before');
  const asking = (await list()).asking.map(({ device }) => device);
  expect(asking).toHaveLength(limits.knocksMax);
  expect(asking).toContain('tablet-of-before');
});

it('does not show a name that a stranger made up to look like something else', async () => {
  const tablet = knocker();
  const { publicKey } = tablet.keys;
  const socket = await tablet.connect(door.address, { publicKey, name: '4111 1111 1111 1111' });
  await socket.until('deny');
  const [asking] = (await list()).asking;
  expect(asking).toMatchObject({ device: tablet.device });
  expect(asking).not.toHaveProperty('name');
});
