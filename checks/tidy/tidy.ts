// All rules of the tree, in the order in which their findings are shown.

import { scenarios } from '../scenarios.ts';
import { baselineIsUnedited } from './baseline.ts';
import { foldersAreNouns } from './folders.ts';
import { layersPointOneWay } from './layers.ts';
import { nothingIsLeftOver } from './leftovers.ts';
import { filesOpenWithAReason } from './opening.ts';
import { coreIsPure } from './purity.ts';
import { scenariosAreTested } from './scenario-titles.ts';
import { filesFitInTheHead } from './size.ts';
import type { Problem, Rule, Tree } from './source-tree.ts';
import { rulesAreTested } from './spec.ts';

const rules: readonly Rule[] = [
  layersPointOneWay,
  coreIsPure,
  foldersAreNouns,
  filesOpenWithAReason,
  filesFitInTheHead,
  nothingIsLeftOver,
  rulesAreTested,
  scenariosAreTested(scenarios),
  baselineIsUnedited,
];

export function inspect(tree: Tree): Problem[] {
  return rules.flatMap((rule) => rule(tree));
}
