// A failure scenario counts as survived only while a test that carries its number exists.

import type { Rule } from './source-tree.ts';
import { testTitles } from './test-titles.ts';

const inTitle = /\[scenarios? ([\d, ]+)\]/g;

export function scenariosAreTested(scenarios: readonly number[]): Rule {
  return (tree) => {
    const tested = new Set<number>();
    for (const { title } of testTitles(tree)) {
      for (const [, numbers = ''] of title.matchAll(inTitle)) {
        for (const number of numbers.split(',')) tested.add(Number(number));
      }
    }
    return scenarios
      .filter((scenario) => !tested.has(scenario))
      .map((scenario) => ({
        severity: 'error',
        file: 'checks/scenarios.ts',
        line: 1,
        message: `scenario ${scenario} has no test whose title carries [scenario ${scenario}]`,
      }));
  };
}
