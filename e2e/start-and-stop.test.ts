import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { runToEnd, startHub } from './hub-process.ts';

const command = [process.execPath, path.resolve(import.meta.dirname, '../dist/hub.js')];

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hub-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]): ReturnType<typeof runToEnd> =>
  runToEnd({ command: [...command, '--data', path.join(folder, 'data'), ...args], folder });

it.each(['SIGTERM', 'SIGINT'] as const)(
  'stops in order on %s, within five seconds',
  async (how) => {
    const hub = await startHub({ command, folder, environment: { DATA_DIR: 'data' } });
    expect(await hub.checkedHealth()).toMatchObject({ status: 'ok' });
    const { code, tookMs } = await hub.stop(how);
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(5_000);
  },
);

it('runs from its sources too, as it is worked on', async () => {
  const main = path.resolve(import.meta.dirname, '../local-server/src/main.ts');
  const watched = [process.execPath, '--watch', main];
  const hub = await startHub({ command: watched, folder, environment: { DATA_DIR: 'data' } });
  expect(await hub.checkedHealth()).toMatchObject({ status: 'ok' });
  await hub.stop('SIGTERM');
});

it('stops in order although nobody reads its log any more', async () => {
  const hub = await startHub({ command, folder, environment: { DATA_DIR: 'data' } });
  hub.stopReading();
  const { code, tookMs } = await hub.stop('SIGTERM');
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(5_000);
});

it('closes its data folder to everybody else', async () => {
  const hub = await startHub({ command, folder, environment: { DATA_DIR: 'data' } });
  await hub.stop('SIGTERM');
  expect(statSync(path.join(folder, 'data')).mode & 0o777).toBe(0o700);
});

it('says so when its data folder is moved away under it', async () => {
  const hub = await startHub({ command, folder, environment: { DATA_DIR: 'data' } });
  await hub.checkedHealth();
  renameSync(path.join(folder, 'data'), path.join(folder, 'elsewhere'));
  const { status, reasons } = await hub.health();
  expect([status, reasons.map(({ code }) => code)]).toEqual(['failing', ['STORE_GONE']]);
  await hub.stop('SIGTERM');
});

it('names its port at every log level', async () => {
  const environment = { DATA_DIR: 'data', LOG_LEVEL: 'silent' };
  const hub = await startHub({ command, folder, environment });
  await hub.stop('SIGTERM');
  expect(hub.port).toBeGreaterThan(0);
});

it('stops with code 2 and a sentence when a setting is wrong', async () => {
  const { code, said } = await run('--store', 'paper');
  expect(said).toBe('The setting --store is "paper": it must be sqlite or memory.\n');
  expect(code).toBe(2);
});

it('stops with code 1 and a sentence when the port is taken', async () => {
  const hub = await startHub({ command, folder, environment: { DATA_DIR: 'data' } });
  const program = [...command, '--port', String(hub.port), '--data', path.join(folder, 'other')];
  const { code, said } = await runToEnd({ command: program, folder });
  await hub.stop('SIGTERM');
  expect(said).toContain(`Port ${hub.port} is already taken`);
  expect(code).toBe(1);
});

it('does not make a data folder on a disk that is not plugged in', async () => {
  const data = path.join(folder, 'stick', 'orders');
  const { code, said } = await runToEnd({ command: [...command, '--data', data], folder });
  expect(said).toContain(`${path.dirname(data)} does not exist`);
  expect(code).toBe(1);
  expect(existsSync(path.join(folder, 'stick'))).toBe(false);
});

it('says so when the data folder is a file', async () => {
  writeFileSync(path.join(folder, 'data'), '');
  const { code, said } = await run();
  expect(said).toContain('is a file, not a folder');
  expect(code).toBe(1);
});
