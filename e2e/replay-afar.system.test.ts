// Orders are replayed from another machine on the shop's network: where the hub's key is not, and where
// the hub counts what comes from one address.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { runToEnd, startHub } from './hub-process.ts';
import { hubCommand } from './standing-hub.ts';
import { hubAddresses, withWifi } from './wifi.ts';

const posSync = [process.execPath, path.resolve(import.meta.dirname, '../dist/pos-sync.js')];
const sample = path.resolve(import.meta.dirname, '../cli/samples/orders.jsonl');
const testMs = 180_000;

it(
  'lets in more devices than may come at once from one address, loses nothing, and puts them away',
  () =>
    withWifi(async ({ onHub, onTablet }) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'replay-afar-'));
      const data = path.join(folder, 'data');
      // A line that was just laid is no address of the hub for a moment.
      const state = [...onHub, 'cat', '/sys/class/net/wire/operstate'];
      while ((await runToEnd({ command: state, folder })).said.trim() !== 'up');
      // As a shop has it: with the usual limit for each device.
      const environment = { HOST: '0.0.0.0', COMMAND_RATE: '50', npm_lifecycle_event: 'e2e' };
      const command = [...onHub, ...hubCommand(data)];
      const hub = await startHub({ command, folder, environment });
      const onBox = async (...args: string[]): Promise<object> => {
        const asked = [...onHub, ...posSync, ...args, '--data', data, '--json'];
        return JSON.parse((await runToEnd({ command: asked, folder })).said) as object;
      };
      try {
        const { code } = (await onBox('pair', '--role', 'manager', '--name', 'Replay')) as Code;
        const there = ['--hub', `http://${hubAddresses[0]}:${hub.port}`, '--code', code];
        const crowd = ['--entries', '8', '--displays', '4'];
        const replay = [...onTablet, ...posSync, 'replay', sample, ...crowd, ...there];
        const ended = await runToEnd({ command: replay, folder });
        expect(ended.said).toMatch(
          /Nothing lost, nothing twice: all 40 orders .* of the 15 devices/,
        );
        expect(ended.said).toMatch(/The 16 devices of this replay, .* are put away\./);
        expect(ended.code).toBe(0);
        const { devices } = (await onBox('devices')) as Devices;
        expect(devices.filter(({ retiredAt }) => retiredAt === undefined)).toEqual([]);
      } finally {
        await hub.stop('SIGTERM');
        rmSync(folder, { recursive: true, force: true });
      }
    }),
  testMs,
);

interface Code {
  readonly code: string;
}
interface Devices {
  readonly devices: readonly { readonly retiredAt?: number }[];
}
