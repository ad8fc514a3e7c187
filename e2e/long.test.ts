import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, it } from 'vitest';

import { runToEnd } from './hub-process.ts';

const folder = path.resolve(import.meta.dirname, '..');

const long = (...args: string[]): ReturnType<typeof runToEnd> =>
  runToEnd({ command: [process.execPath, 'e2e/long.ts', ...args], folder });

it.each([
  [['--kills', '3'], 'There is no flag "--kills".'],
  [['--starts', 'many'], '--starts is "many"'],
  [['--kill-rounds=0'], '--kill-rounds is "0"'],
  [['--wal-step'], '--wal-step is ""'],
])('stops with code 2 and names every flag: %s', async (args, sentence) => {
  const { code, said } = await long(...args);
  expect(said).toContain(sentence);
  for (const flag of [
    '--starts',
    '--kill-rounds',
    '--histories',
    '--planted-seeds',
    '--wal-step',
  ]) {
    expect(said).toContain(flag);
  }
  expect(code).toBe(2);
});

it('runs nothing when npm kept a flag for itself', async () => {
  const environment = { npm_lifecycle_event: 'test:long', npm_config_kill_rounds: 'true' };
  const command = [process.execPath, 'e2e/long.ts', '200'];
  const { code, said } = await runToEnd({ command, folder, environment });
  expect(said).toBe(
    'npm kept --kill-rounds for itself. Write two dashes first: npm run test:long -- --kill-rounds 500.\n',
  );
  expect(code).toBe(2);
});

it('hands counts to the tests and everything else to vitest', async () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'long-'));
  const report = path.join(scratch, 'report.json');
  const vitest = ['--reporter=json', `--outputFile.json=${report}`, '--testNamePattern', 'no such'];
  const { code } = await long('--starts', '7', ...vitest, 'e2e/start-and-stop.long.test.ts');
  expect(code).toBe(0);
  // Nothing ran, but it is named after the count it would have had.
  expect(readFileSync(report, 'utf8')).toContain('starts on the same folder 7 times');
  rmSync(scratch, { recursive: true });
});
