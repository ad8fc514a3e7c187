import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StoreFault } from '@pos-sync/sync';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { openMemory } from '../store/memory.ts';
import { databaseName } from '../store/schema.ts';
import { adminKey, createKeys, openStandingDoor } from '../testing/standing-door.ts';
import { createMetrics, type Watched } from './metrics.ts';
import { createHttp } from './server.ts';

let door: Awaited<ReturnType<typeof openStandingDoor>>;

beforeEach(async () => {
  door = await openStandingDoor();
});

afterEach(() => door.close());

const scrape = async (bearer = adminKey): Promise<string> => {
  const headers = { authorization: `Bearer ${bearer}` };
  const response = await fetch(`http://${door.address}/metrics`, { headers });
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(response.status).toBe(200);
  return response.text();
};

/** Each line that is no comment is a number with a name. */
function numbersOf(page: string): Map<string, number> {
  const lines = page.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name, value] = /^([a-z_0-9]+(?:\{[^}]*\})?) (\S+)$/.exec(line) ?? [];
      if (name === undefined) throw new Error(`not in the format: ${line}`);
      return [name, Number(value)];
    }),
  );
}

it('counts who was let in and is here, and what was decided, as it happens', async () => {
  const before = numbersOf(await scrape());
  expect(before.get('pos_sync_devices_paired')).toBe(0);
  const till = await door.letIn('entry', 'Till');
  const lost = await door.letIn('entry', 'Lost');
  await door.asBox({ method: 'POST', path: `/devices/${lost.device}/revoke` });
  const socket = await till.connect(door.address);
  await socket.until('welcome');
  const command = { n: 1, id: 'c1', name: 'no.such', v: 1, args: {}, madeAt: 0, base: 0 };
  socket.say({ type: 'push', commands: [command] });
  await socket.until('outcomes');
  const now = numbersOf(await scrape());
  expect(now.get('pos_sync_devices_paired')).toBe(1);
  expect(now.get('pos_sync_devices_here')).toBe(1);
  expect(now.get('pos_sync_sockets')).toBe(1);
  const { seq, epoch } = door.engine.running.status.at;
  expect([now.get('pos_sync_seq'), now.get('pos_sync_epoch')]).toEqual([seq, epoch.number]);
  const of = (outcome: string): number =>
    now.get(`pos_sync_commands_total{outcome="${outcome}"}`) ?? NaN;
  expect(of('ok') + of('rejected') + of('deferred') + of('repeat')).toBe(seq);
  expect(of('ok')).toBeGreaterThanOrEqual(3);
  expect(of('rejected') + of('deferred')).toBe(1);
  expect(now.get('pos_sync_deferred_commands')).toBe(of('deferred'));
  expect(now.get('pos_sync_attention_entries')).toBe(1);
  const commits = now.get('pos_sync_commit_seconds_count') ?? 0;
  expect(commits).toBeGreaterThanOrEqual(4);
  expect(now.get('pos_sync_commit_seconds_bucket{le="+Inf"}')).toBe(commits);
  socket.close();
});

it('sees who falls behind, and what was offered again and waits for the rest', async () => {
  const till = await door.letIn('entry', 'Till');
  const socket = await till.connect(door.address, { answered: 3 });
  await socket.until('welcome');
  const { running } = door.engine;
  const { epoch } = running.status.at;
  const decided = { epoch, seq: 1, outcome: 'ok', hubTimeMs: 0, day: '2026-01-01' };
  const command = { n: 2, id: 'c2', name: 'no.such', v: 1, args: {}, madeAt: 0, base: 0 };
  socket.say({ type: 'push', commands: [{ ...command, answered: decided }] });
  socket.say({ type: 'ping' });
  await socket.until('pong');
  running.pressed('s1');
  const now = numbersOf(await scrape());
  expect(now.get('pos_sync_devices_behind')).toBe(1);
  expect(now.get('pos_sync_offered_commands')).toBe(1);
  running.drained('s1');
  expect(numbersOf(await scrape()).get('pos_sync_devices_behind')).toBe(0);
  socket.close();
});

it('gives every number there is, and none that is not one', async () => {
  const numbers = numbersOf(await scrape());
  expect([...numbers.keys()].filter((name) => !name.includes('{')).sort()).toEqual([
    'nodejs_eventloop_lag_max_seconds',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_heap_size_used_bytes',
    'pos_sync_attention_entries',
    'pos_sync_commit_seconds_count',
    'pos_sync_commit_seconds_sum',
    'pos_sync_deferred_commands',
    'pos_sync_devices_behind',
    'pos_sync_devices_here',
    'pos_sync_devices_paired',
    'pos_sync_epoch',
    'pos_sync_offered_commands',
    'pos_sync_queued_commands',
    'pos_sync_recovering',
    'pos_sync_seq',
    'pos_sync_sockets',
    'process_cpu_seconds_total',
    'process_resident_memory_bytes',
    'process_start_time_seconds',
  ]);
  for (const [name, value] of numbers) {
    expect([name, Number.isFinite(value) && value >= 0]).toEqual([name, true]);
  }
  expect(numbers.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  const started = numbers.get('process_start_time_seconds') ?? 0;
  expect(Math.abs(started - performance.timeOrigin / 1_000)).toBeLessThan(1);
});

it('names no device, no key and no id', async () => {
  const till = await door.letIn('entry', 'Secret Till');
  const page = await scrape();
  for (const secret of ['Secret', till.device, till.keys.publicKey, adminKey, door.engine.hub]) {
    expect(page).not.toContain(secret);
  }
  const labels = [...page.matchAll(/\{(\w+)=/g)].map(([, label = '']) => label);
  expect([...new Set(labels)].sort()).toEqual(['kind', 'le', 'outcome']);
});

it('is for managers and for programs with a token of their own, and for nobody else', async () => {
  const bearer = 'token of whoever watches';
  const body = { role: 'program', name: 'Watcher' };
  const window = await door.asBox({ method: 'POST', path: '/pairing/windows', body });
  const hash = createHash('sha256').update(bearer).digest('hex');
  await door.join(String(window.body['code']), createKeys(), hash);
  expect(await scrape(bearer)).toContain('pos_sync_seq');
  const till = await door.letIn('entry', 'Till');
  const asked = { method: 'GET', path: '/metrics' } as const;
  const refused = await door.signed(till, asked);
  expect([refused.status, refused.body['code']]).toEqual([403, 'FORBIDDEN']);
  expect((await door.send(asked)).status).toBe(401);
});

/** A route alone, over a hub that says what it is told to say. */
function alone(folder: string | undefined, running: Watched) {
  const log = pino({ level: 'silent' });
  const { app, guard } = createHttp({ host: '127.0.0.1', port: 0, version: '1', health: [], log });
  guard.askAt(() => ({ kind: 'box' }));
  const metrics = createMetrics(folder);
  metrics.open(app, running);
  const headers = { host: '127.0.0.1' };
  const read = async (): Promise<Map<string, number>> =>
    numbersOf((await app.inject({ url: '/metrics', headers })).body);
  return { metrics, read, close: () => app.close() };
}

it('says how large the database is and how much of the disk is free, where there is one', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'metrics-'));
  const { read, close } = alone(folder, door.engine.running);
  expect((await read()).has('pos_sync_database_bytes')).toBe(false);
  writeFileSync(path.join(folder, databaseName), 'x'.repeat(5_000));
  const numbers = await read();
  expect(numbers.get('pos_sync_database_bytes')).toBe(5_000);
  expect(numbers.get('pos_sync_disk_free_bytes')).toBeGreaterThan(0);
  rmSync(folder, { recursive: true });
  const gone = await read();
  expect(gone.has('pos_sync_database_bytes') || gone.has('pos_sync_disk_free_bytes')).toBe(false);
  await close();
});

it('counts what the store did not take, and passes it on', async () => {
  const { metrics, read, close } = alone(undefined, door.engine.running);
  const store = openMemory();
  const watched = metrics.watch(store);
  expect(() => watched.commit({ entries: [], puts: [], removed: [] } as never)).toThrow(StoreFault);
  const numbers = await read();
  expect(numbers.get('pos_sync_store_faults_total{kind="value"}')).toBe(1);
  expect(numbers.get('pos_sync_commit_seconds_count')).toBe(0);
  watched.close();
  await close();
});
