// A second process that works with a store, for tests that need one to be killed or to have fewer
// rights. Arguments: what to do, the data folder, and a user id to become first.

import { writeSync } from 'node:fs';
import { isFolderHeld } from '../lock.ts';
import { openStore } from '../open.ts';
import { StoreProblem } from '../problem.ts';
import { entryOf, genesis, rowAt, transactionOf } from '@pos-sync/sync/testing';

const [act, folder = '', user] = process.argv.slice(2);
// Rights bind nobody who is root; the modules are loaded by now, so no rights are needed for them.
if (user !== undefined) process.seteuid?.(Number(user));

if (act === 'look') lookForever();

try {
  const store = openStore('sqlite', folder);
  if (act === 'commit') commitForever();
  else if (act === 'hold') holdForever();
  else say('opened');

  function commitForever(): never {
    if (store.load() === undefined) store.begin(genesis);
    for (let seq = (store.load()?.head.seq ?? 0) + 1; ; seq += 1) {
      const rows = [rowAt(`order/${seq % 7}`, seq), rowAt(`line/${seq}`, seq)];
      store.commit(
        transactionOf([entryOf(seq)], { puts: rows, lastN: new Map([['tablet', seq]]) }),
      );
      say(String(seq));
    }
  }
} catch (error) {
  say(
    error instanceof StoreProblem ? `${error.code}: ${error.message} ${error.fix}` : String(error),
  );
}

function lookForever(): never {
  say('looking');
  for (;;) isFolderHeld(folder);
}

function holdForever(): void {
  say('holding');
  setInterval(() => undefined, 60_000);
}

/** Written at once: what a killed process said before must have been true. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}
