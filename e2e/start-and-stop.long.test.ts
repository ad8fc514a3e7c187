import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, expect, it } from 'vitest';

import { counts } from './counts.ts';
import { startHub } from './hub-process.ts';

const command = [process.execPath, path.resolve(import.meta.dirname, '../dist/hub.js')];
const folder = mkdtempSync(path.join(tmpdir(), 'hub-'));

afterAll(() => rmSync(folder, { recursive: true }));

it(`starts on the same folder ${counts.starts} times, however it was stopped`, async () => {
  const environment = { DATA_DIR: 'data' };
  const signals = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGINT'] as const;
  for (let start = 0; start < counts.starts; start += 1) {
    const hub = await startHub({ command, folder, environment });
    expect((await hub.health()).status).not.toBe('failing');
    const signal = signals[start % signals.length] ?? 'SIGKILL';
    const { code } = await hub.stop(signal);
    expect(code).toBe(signal === 'SIGKILL' ? null : 0);
  }
});
