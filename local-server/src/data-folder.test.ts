import { existsSync } from 'node:fs';

import { expect, it } from 'vitest';

import { prepareDataFolder } from './data-folder.ts';

// Linux answers a new folder in /proc as if /proc itself were missing; elsewhere it is.
it.each(['/proc', '/no/such/folder'])(
  'says that %s does not exist only when that is so',
  (parent) => {
    const sentence = prepareDataFolder(`${parent}/foo`) ?? 'it was made';
    expect(sentence).toContain(`The data folder ${parent}/foo cannot be made`);
    expect(sentence.includes(`${parent} does not exist`)).toBe(!existsSync(parent));
  },
);
