import { expect, it } from 'vitest';

import { holdFolder } from './lock.ts';
import { makeFolder, removeFolder } from './testing/folder.ts';
import { startChild } from './testing/start-child.ts';

it('starts in a folder at which others look all the time', async () => {
  const folder = makeFolder();
  holdFolder(folder)();
  const other = startChild('look', folder);
  await other.said(1);
  for (let starts = 0; starts < 200; starts += 1) {
    expect(() => holdFolder(folder)()).not.toThrow();
  }
  await other.kill();
  removeFolder(folder);
});
