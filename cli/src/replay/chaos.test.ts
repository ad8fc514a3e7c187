import { createServer, connect, type Socket } from 'node:net';

import { expect, it } from 'vitest';

import { makeChaos, type PlannedFault, planFaults, type Victims } from './chaos.ts';
import { countResent, submitToDisplay } from './measure.ts';
import { openProxy } from './proxy.ts';
import { randomFrom } from './random.ts';

const count = (plan: readonly PlannedFault[], type: string): number =>
  plan.filter(({ fault }) => fault.type === type).length;

it('plans a hub kill per 150 orders, 30 cuts, two kills per device, all while orders move', () => {
  const plan = planFaults(1_834, ['entry-1', 'entry-2'], randomFrom(1));
  expect([count(plan, 'killHub'), count(plan, 'cut'), count(plan, 'killDevice')]).toEqual([
    13, 30, 4,
  ]);
  for (const { afterOrders } of plan) expect(afterOrders).toBeLessThan(1_834 * 0.85);
});

it('plans the same for the same seed and something else for another', () => {
  const plan = (seed: number): unknown => planFaults(500, ['entry-1'], randomFrom(seed));
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
});

it('lets orders in only as far as faults have struck, and repeats a kill that hit nothing', async () => {
  let allowed = 0;
  let kills = 0;
  let more = 0;
  const victims: Victims = {
    finishedOrders: () => Math.min(allowed, 100),
    isOver: () => false,
    allow: (orders) => {
      allowed = orders;
    },
    allowMore: () => {
      more += 1;
    },
    cut: () => true,
    killHub: () => {
      kills += 1;
      return Promise.resolve([undefined, 0, 3][kills - 1]);
    },
    killDevice: () => Promise.resolve(1),
  };
  const plan: PlannedFault[] = [
    { afterOrders: 10, fault: { type: 'killHub' } },
    { afterOrders: 40, fault: { type: 'cut' } },
  ];
  const counts = { hubKills: 0, killsWithUnanswered: 0, cuts: 0, deviceRestarts: 0 };
  expect(await makeChaos(plan, victims, counts)).toEqual([]);
  expect(counts).toEqual({ hubKills: 2, killsWithUnanswered: 1, cuts: 1, deviceRestarts: 0 });
  expect(more).toBe(1);
  expect(allowed).toBe(Number.MAX_SAFE_INTEGER);
});

it('passes bytes on, and cuts within them when told to', async () => {
  const heard: Buffer[] = [];
  const hub = createServer((socket) => {
    socket.on('data', (bytes: Buffer) => heard.push(bytes));
    socket.on('error', () => socket.destroy());
    socket.write('welcome');
  });
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', () => resolve()));
  const address = hub.address();
  const hubPort = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy = await openProxy(() => hubPort);
  const device: Socket = connect(proxy.port, '127.0.0.1');
  const said = await new Promise<string>((resolve) => {
    device.once('data', (bytes: Buffer) => resolve(bytes.toString()));
  });
  expect(said).toBe('welcome');
  expect(proxy.open()).toBe(1);
  const closed = new Promise<void>((resolve) => device.once('close', () => resolve()));
  device.on('error', () => undefined);
  expect(proxy.cut(randomFrom(3))).toBe(true);
  expect(proxy.open()).toBe(0);
  device.write(Buffer.alloc(10_000));
  await closed;
  expect(Buffer.concat(heard).length).toBeLessThan(200);
  await proxy.close();
  await new Promise<void>((resolve) => hub.close(() => resolve()));
});

it('counts what was sent again, and what of that the hub knew already', () => {
  const sent = [
    { what: 'a', atMs: 10 },
    { what: 'b', atMs: 11 },
    { what: 'c', atMs: 12 },
    { what: 'a', atMs: 50 },
    { what: 'b', atMs: 51 },
    { what: 'b', atMs: 90 },
  ];
  const decided: Record<string, number> = { a: 20, b: 91, c: 12 };
  expect(countResent(sent, (id) => decided[id])).toEqual({ resent: 3, deduplicated: 1 });
});

it('measures from asking to the first display', () => {
  const asked = [
    { what: 'x', atMs: 100 },
    { what: 'y', atMs: 100 },
    { what: 'never', atMs: 100 },
  ];
  const shown = [
    { what: 'x', atMs: 130 },
    { what: 'x', atMs: 112 },
    { what: 'y', atMs: 104 },
  ];
  expect(submitToDisplay(asked, shown)).toEqual({ p50: 4, p99: 12 });
  expect(submitToDisplay([], [])).toEqual({ p50: 0, p99: 0 });
});
