// For every failure scenario that is a schedule, a patch to the sources that makes its test fail. A
// scenario whose test passes over a broken engine proves nothing.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Edit } from './workspace-copy.ts';

export interface ScenarioPatch extends Edit {
  /** A number of the list of scenarios, or a rule of the specification. */
  readonly proves: string;
  /** The file of the test that has to fail, from the root of the project. */
  readonly test: string;
  /** Part of the title of that test. */
  readonly title: string;
}

export const scenarioPatches = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'scenario-patches.json'), 'utf8'),
) as readonly ScenarioPatch[];
