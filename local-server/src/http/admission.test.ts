import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';

import {
  adminKey,
  type Call,
  createKeys,
  openStandingDoor,
  TestDevice,
} from '../testing/standing-door.ts';
import { isThisMachine } from './host.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;
let manager: TestDevice;

beforeEach(async () => {
  door = await openStandingDoor();
  manager = await door.letIn('manager', 'Office');
});

afterEach(() => door.close());

const list: Call = { method: 'GET', path: '/devices' };
const open: Call = {
  method: 'POST',
  path: '/pairing/windows',
  body: { role: 'entry', name: 'Till' },
};
const codeOf = async (call: Call, authorization?: string): Promise<unknown> => {
  const { status, body } = await door.send(call, authorization);
  return status === 200 ? 200 : body['code'];
};

it('takes a call that a manager’s device signed, with a body and without', async () => {
  expect((await door.signed(manager, list)).status).toBe(200);
  const { status, body } = await door.signed(manager, open);
  expect(status).toBe(200);
  expect(body['code']).toMatch(/^[0-9A-Z]{8}$/);
});

it('takes no call twice, and none whose counter was passed', async () => {
  const { hub } = door.engine;
  const heard = manager.authorization(hub, list, 7);
  expect(await codeOf(list, heard)).toBe(200);
  expect(await codeOf(list, heard)).toBe('OLD_COUNTER');
  const late = await door.send(list, manager.authorization(hub, list, 6));
  expect(late.body).toMatchObject({ code: 'OLD_COUNTER', last: 7 });
  expect(await codeOf(list, manager.authorization(hub, list, 8))).toBe(200);
});

it('takes no signature that was made for anything else', async () => {
  const { hub } = door.engine;
  const other = { ...open, body: { role: 'manager', name: 'Thief' } };
  const moved = { ...list, path: '/devices?all' };
  const till = await door.letIn('manager', 'Twin');
  const thief = new TestDevice(manager.device, createKeys());
  const refused = [
    [open, manager.authorization(hub, other)],
    [moved, manager.authorization(hub, list)],
    [list, manager.authorization(hub, { ...list, method: 'POST' })],
    [list, manager.authorization('hub-before', list)],
    [list, thief.authorization(hub, list)],
    [list, manager.authorization(hub, list).replace(/signature="[^"]*"/, 'signature=""')],
    [list, manager.authorization(hub, list).replace(manager.device, till.device)],
    [list, 'Pos-Device nonsense'],
  ] as const;
  for (const [call, authorization] of refused) {
    expect(await codeOf(call, authorization)).toBe('WRONG_SIGNATURE');
  }
  expect(await codeOf(list, manager.authorization(hub, list, 1))).toBe(200);
});

it('tells apart who may not, who may no longer, and whom it does not know', async () => {
  const [till, lost, old] = [
    await door.letIn('entry', 'Till'),
    await door.letIn('manager', 'Lost'),
    await door.letIn('manager', 'Old'),
  ];
  await door.asBox({ method: 'POST', path: `/devices/${lost.device}/revoke` });
  await door.asBox({ method: 'POST', path: `/devices/${old.device}/retire` });
  const asked = async (device: TestDevice): Promise<unknown> => {
    const { status, body } = await door.signed(device, list);
    return `${status} ${String(body['code'])}`;
  };
  expect(await asked(till)).toBe('403 FORBIDDEN');
  expect(await asked(lost)).toBe('403 REVOKED');
  expect(await asked(old)).toBe('403 RETIRED');
  expect(await asked(new TestDevice('stranger', createKeys()))).toBe('401 UNKNOWN_DEVICE');
});

it('takes a body of another kind than JSON from nobody: no signature would cover it', async () => {
  const headers = { 'content-type': 'text/plain', authorization: manager.authorization('', open) };
  const request = { method: 'POST', headers, body: 'role=manager' };
  const response = await fetch(`http://${door.address}${open.path}`, request);
  expect(response.status).toBe(415);
});

it('knows a program by the token it made itself, which the hub never sees before', async () => {
  const body = { role: 'program', name: 'Printer' };
  const window = await door.asBox({ ...open, body });
  const bearer = 'secret of the program';
  const hash = createHash('sha256').update(bearer).digest('hex');
  const joined = await door.join(String(window.body['code']), createKeys(), hash);
  expect(joined.body).toMatchObject({ role: 'program', name: 'Printer' });
  expect(await codeOf(list, `Bearer ${bearer}`)).toBe('FORBIDDEN');
  expect(await codeOf(list, `Bearer ${bearer}.`)).toBe('WRONG_KEY');
  expect(await codeOf(list, `Bearer ${hash}`)).toBe('WRONG_KEY');
});

it('takes neither the key of the box nor a token where others on the WiFi can read them', async () => {
  const from = { method: 'GET', url: list.path, remoteAddress: '192.168.1.9' } as const;
  const said = async (token: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` };
    const { statusCode, body } = await door.app.inject({ ...from, headers });
    return `${statusCode} ${(JSON.parse(body) as { code: string }).code}`;
  };
  expect(await said(adminKey)).toBe('403 ONLY_HERE');
  expect(await said('secret of the program')).toBe('403 BEARER_ONLY_HERE');
  const { statusCode, body } = await door.app.inject({
    method: 'POST',
    url: '/pairing/join',
    remoteAddress: '192.168.1.9',
    payload: { publicKey: 'P'.repeat(43), proof: 'f'.repeat(64), bearerHash: 'f'.repeat(64) },
  });
  expect([statusCode, body]).toEqual([403, expect.stringContaining('BEARER_ONLY_HERE')]);
});

it('lets no device of another role have a token, and leaves its window open', async () => {
  const code = String((await door.asBox(open)).body['code']);
  const keys = createKeys();
  const refused = await door.join(code, keys, 'f'.repeat(64));
  expect([refused.status, refused.body['code']]).toEqual([403, 'BEARER_ONLY_PROGRAMS']);
  expect((await door.join(code, keys)).status).toBe(200);
});

it('knows which addresses are this machine', () => {
  expect(['127.0.0.1', '::1', '::ffff:127.0.0.1'].every(isThisMachine)).toBe(true);
  const others = [
    undefined,
    '127.1.2.3',
    '192.168.1.4',
    '::ffff:10.0.0.1',
    '127.0.0.1.example',
    '1127.0.0.1',
  ];
  expect(others.some(isThisMachine)).toBe(false);
});
