// More devices at once than the hub has pairing windows for.

import path from 'node:path';

import { expect, it } from 'vitest';

import { runCommand } from '../testing/run-command.ts';

const sample = path.resolve(import.meta.dirname, '../../samples/orders.jsonl');

it('lets eighteen waiters in at once, although the hub has sixteen pairing windows', async () => {
  const { code, stderr } = await runCommand('replay', sample, '--entries', '18', '--json');
  expect(stderr).toMatch(/Nothing lost, nothing twice: all 40 orders .* each of the 21 devices/);
  expect(code).toBe(0);
});
