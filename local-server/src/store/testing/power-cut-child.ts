// The process whose power is cut: commits to a real store and says so after each commit. It closes
// the store once on the way and opens it again, as a hub that was restarted.

import { writeSync } from 'node:fs';

import { openStore } from '../open.ts';
import { commitLarge, commitsBeforeRestart, powerCommits } from './power-sample.ts';
import { genesis } from '@pos-sync/sync/testing';

const [folder = ''] = process.argv.slice(2);

let store = openStore('sqlite', folder);
store.begin(genesis);
for (let seq = 1; seq <= powerCommits; seq += 1) {
  commitLarge(store, seq);
  writeSync(1, `committed ${seq}\n`);
  if (seq === commitsBeforeRestart) {
    store.close();
    store = openStore('sqlite', folder);
  }
}
store.close();
