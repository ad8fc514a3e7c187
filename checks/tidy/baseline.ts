// The bench divides by what these programs cost. Editing them would move every published number,
// so they stay byte for byte as they came.

import { createHash } from 'node:crypto';

import type { Problem, Tree } from './source-tree.ts';

const folder = 'bench/baseline/';

const checksums: Record<string, string> = {
  'README.md': 'b0c3aae0fd15467a88e80117d38ec56cf2e72c0507a6b7b3e1016eb7fd98ee6a',
  'hub.mjs': 'bf369d66b70772798bc95e4ad5753deb5b9a41b23ab55880503d8955321a0e84',
  'load.mjs': '00dd4acb6fd52b6991de14a459fcef9891056e801d03fd0a5dd9b7cf76c6ccd0',
  'relay.mjs': '1ef269f36290e08ca2b2eb444081f947b6d827f56eef3c0cce982fc98f23a9d7',
};

export function baselineIsUnedited(tree: Tree): Problem[] {
  const present = tree.files.filter((file) => file.startsWith(folder));
  if (present.length === 0) return [];
  const wrong = (file: string, message: string): Problem => {
    return { severity: 'error', file, line: 1, message };
  };
  const added = present
    .filter((file) => !(file.slice(folder.length) in checksums))
    .map((file) => wrong(file, 'is not one of the baseline files'));
  const edited = Object.entries(checksums).flatMap(([name, checksum]) => {
    const text = tree.read(folder + name);
    if (text === undefined) return [wrong(folder + name, 'is missing')];
    const isSame = createHash('sha256').update(text).digest('hex') === checksum;
    return isSame ? [] : [wrong(folder + name, 'was edited: take the original again')];
  });
  return [...added, ...edited];
}
