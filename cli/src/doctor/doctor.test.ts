// The doctor against folders in which a hub runs, is stopped, or never was, and with one thing wrong
// at a time.

import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import type { HubAddress } from '@pos-sync/local-server';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { type HubProcess, startHub } from '../replay/hub-process.ts';
import { runCommand } from '../testing/run-command.ts';
import { type Finding, findingsText } from './finding.ts';
import { keyFindings, lookAtStore } from './folder.ts';
import { addressFinding, clockFindings } from './machine.ts';

let folder: string;
let data: string;
let hub: HubProcess | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'pos-sync-doctor-'));
  data = path.join(folder, 'data');
});

afterEach(async () => {
  await hub?.stop();
  hub = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function examine(): Promise<{ of: (about: string) => Finding[]; code: number | null }> {
  const { code, stdout } = await runCommand('doctor', '--json', '--data', data);
  const { isWell, findings } = JSON.parse(stdout) as { isWell: boolean; findings: Finding[] };
  expect([isWell, code]).toEqual(
    findings.some(({ verdict }) => verdict === 'wrong') ? [false, 1] : [true, 0],
  );
  for (const { verdict, fix } of findings) expect(verdict === 'ok').toBe(fix === undefined);
  return { of: (about) => findings.filter((one) => one.about === about), code };
}

it('looks at everything where no hub ever ran, and makes nothing', async () => {
  const { of } = await examine();
  expect(of('hub')).toMatchObject([{ verdict: 'look', message: `No hub ever ran on ${data}.` }]);
  expect(of('node')).toMatchObject([{ verdict: 'ok' }]);
  expect(of('store')).toMatchObject([{ verdict: 'ok' }]);
  for (const about of ['port', 'addresses', 'disk', 'memory', 'clock']) {
    expect([about, of(about).length]).toEqual([about, 1]);
  }
  expect(existsSync(data)).toBe(false);
});

it('asks a hub that runs, and leaves its folder as it is', async () => {
  hub = await startHub(data);
  // A hub that listens still writes down where it did; after an answer it is done.
  await examine();
  const before = readdirSync(data);
  // Of a doctor that was killed: no process has this number.
  writeFileSync(path.join(data, '.doctor-4194305'), '');
  const { of } = await examine();
  expect(of('hub')).toMatchObject([{ verdict: 'ok' }]);
  expect(of('port')).toMatchObject([
    { verdict: 'ok', message: `${hub.port}, where the hub listens` },
  ]);
  expect(of('manager')).toMatchObject([{ verdict: 'look' }]);
  expect(of('addresses')).toMatchObject([{ verdict: 'wrong' }]);
  expect(of('store')).toMatchObject([{ verdict: 'ok' }]);
  expect(of('keys')).toMatchObject([{ verdict: 'ok' }]);
  expect(of('memory')[0]?.message).toContain('the hub holds');
  expect(readdirSync(data)).toEqual(before);
});

it('finds what is wrong in the folder of a stopped hub', async () => {
  hub = await startHub(data);
  await hub.stop();
  expect((await examine()).of('hub')).toMatchObject([{ verdict: 'look' }]);
  chmodSync(path.join(data, 'stamp.key'), 0o644);
  expect(keyFindings(data)).toMatchObject([{ verdict: 'wrong', fix: /chmod go-rwx .*stamp\.key/ }]);
  chmodSync(path.join(data, 'stamp.key'), 0o600);
  chmodSync(path.join(data, 'logs', 'hub.log'), 0o644);
  expect(keyFindings(data)).toMatchObject([{ verdict: 'wrong', fix: /chmod go-rwx .*hub\.log/ }]);
  writeFileSync(path.join(data, 'store.db'), 'no database');
  const { of, code } = await examine();
  expect(of('store')).toMatchObject([{ verdict: 'wrong', message: /store\.db are damaged/ }]);
  expect(code).toBe(1);
  rmSync(path.join(data, 'store.db'));
  expect(lookAtStore(data, 0).finding).toMatchObject({
    verdict: 'wrong',
    message: /is gone or empty/,
  });
});

it('finds a port that another program holds, and a folder whose disk is away', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  process.env['PORT'] = String(port);
  data = path.join(folder, 'stick', 'orders');
  const { of } = await examine();
  delete process.env['PORT'];
  other.close();
  expect(of('port')).toMatchObject([{ verdict: 'wrong', message: /is taken by another program/ }]);
  expect(of('disk')).toMatchObject([{ verdict: 'wrong', message: /^There is no .*stick, / }]);
});

const address = (name: string, ip: string, kind: HubAddress['kind'] = 'wifi'): HubAddress => ({
  address: ip,
  interface: name,
  kind,
  url: `http://${ip}:8080`,
});

it('says which address to type, and where that will not do', () => {
  const wlan = address('wlan0', '192.168.1.100');
  expect(addressFinding([wlan, address('docker0', '172.17.0.1', 'virtual')])).toMatchObject({
    verdict: 'ok',
    message: 'type 192.168.1.100:8080 into the devices (wlan0)',
  });
  expect(addressFinding([wlan, address('eth0', '10.0.0.5')])).toMatchObject({ verdict: 'look' });
  expect(addressFinding([address('wlan0', '10.42.0.1')]).message).toContain('like a hotspot');
  expect(addressFinding([address('eth0', '169.254.3.4')])).toMatchObject({ verdict: 'wrong' });
  expect(addressFinding([address('lo', '127.0.0.1', 'loopback')])).toMatchObject({
    verdict: 'wrong',
  });
});

it('says when the clock is before this program, or before the newest order', () => {
  const nowMs = Date.now();
  expect(clockFindings(undefined, 0)).toMatchObject([{ verdict: 'wrong' }]);
  expect(clockFindings(nowMs + 3_600_000, nowMs)).toMatchObject([
    { verdict: 'wrong', message: /the newest command is of .*, which is later/ },
  ]);
  expect(clockFindings(nowMs - 1_000, nowMs)[0]?.verdict).not.toBe('wrong');
});

it('writes a line for each thing, its fix below it, and a last line for all', () => {
  const text = findingsText([
    { about: 'disk', verdict: 'ok', message: '70 GB free' },
    { about: 'port', verdict: 'wrong', message: '8080 is taken.', fix: 'Stop that program.' },
  ]);
  expect(text.split('\n')).toEqual([
    'ok     disk       70 GB free',
    'wrong  port       8080 is taken.',
    '                  Stop that program.',
    '',
    'Wrong: 1.',
  ]);
});
