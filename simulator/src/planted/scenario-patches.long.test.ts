import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScenarioPatch, scenarioPatches } from './scenario-patches.ts';
import { copyWorkspace, plant, removeCopy } from './workspace-copy.ts';

const packages = ['packages/sync', 'packages/shop', 'packages/client', 'local-server', 'simulator'];
const folders = ['e2e', 'bench'];
const runMs = 120_000;

interface Report {
  readonly numFailedTests: number;
}

describe('the test of a scenario fails over an engine that breaks it', () => {
  let copy = '';
  beforeAll(() => {
    copy = copyWorkspace(packages, folders);
  });
  afterAll(() => removeCopy(copy));

  for (const patch of scenarioPatches) {
    const { proves, title, file } = patch;
    it(`${proves}: "${title}", with another ${file}`, () => {
      const takeBack = plant(copy, title, [patch]);
      try {
        const { numFailedTests } = runTest(copy, patch);
        expect(numFailedTests, 'no test noticed').toBeGreaterThan(0);
      } finally {
        takeBack();
      }
    });
  }
});

/** A file that cannot even be loaded fails no test: a patch that breaks the syntax proves nothing. */
function runTest(copy: string, { test, title }: ScenarioPatch): Report {
  const report = path.join(copy, 'report.json');
  const vitest = path.join(copy, 'node_modules/vitest/vitest.mjs');
  const flags = ['--root', copy, '--reporter', 'json', '--outputFile', report];
  const args = [vitest, 'run', ...flags, '-t', title, test];
  const ran = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', timeout: runMs });
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as Report;
  } catch {
    throw new Error(`The tests did not run: ${ran.stdout}${ran.stderr}`);
  } finally {
    rmSync(report, { force: true });
  }
}
