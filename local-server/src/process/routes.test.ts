import { afterEach, beforeEach, expect, it } from 'vitest';

import { openStandingDoor } from '../testing/standing-door.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  door = await openStandingDoor();
});

afterEach(() => door.close());

const stop = { method: 'POST', path: '/hub/stop' } as const;
const restart = { method: 'POST', path: '/hub/restart' } as const;
const look = { method: 'GET', path: '/hub' } as const;

it('says how the hub is: who is here, what is open, what waits, how healthy it is', async () => {
  const before = (await door.asBox(look)).body;
  expect(before).toMatchObject({ paired: 0, here: 0, openOrders: 0, isClaimed: false });
  const office = await door.letIn('manager', 'Office');
  const till = await door.letIn('entry', 'Till');
  const socket = await till.connect(door.address);
  await socket.until('welcome');
  const open = { order: 'o1', number: { letter: 'B', count: 1 } };
  const command = { id: 'c1', v: 1, madeAt: 0, base: 0 };
  const commands = [
    { ...command, n: 1, name: 'order.open', args: open },
    { ...command, n: 2, id: 'c2', name: 'no.such', args: {} },
  ];
  socket.say({ type: 'push', commands });
  await socket.until('outcomes');
  const now = (await door.signed(office, look)).body;
  const { seq } = door.engine.running.status.at;
  expect(now).toMatchObject({ paired: 2, here: 1, openOrders: 1, isClaimed: true, seq });
  expect(now).toMatchObject({ deferred: 1, attention: 1, isRecovering: false, storage: 'memory' });
  expect(now).toMatchObject({ status: 'ok', reasons: [], pid: process.pid });
  expect(Math.abs(Number(now['newestMs']) - Date.now())).toBeLessThan(60_000);
  socket.close();
});

it('is stopped and started anew by the box and by managers, and by nobody else', async () => {
  const office = await door.letIn('manager', 'Office');
  const till = await door.letIn('entry', 'Till');
  for (const call of [stop, restart, look]) {
    expect((await door.signed(till, call)).body['code']).toBe('FORBIDDEN');
  }
  expect(door.told).toEqual([]);
  expect(await door.signed(office, stop)).toMatchObject({
    status: 200,
    body: { pid: process.pid },
  });
  expect(await door.asBox(restart)).toMatchObject({ status: 200, body: { pid: process.pid } });
  await expect.poll(() => door.told).toEqual(['stop', 'restart']);
});
