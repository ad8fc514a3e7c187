#!/usr/bin/env node
// The `pos-sync` command: says what it can do, reads what was asked, and ends with 0, with 1 when it
// failed, or with 2 when it was asked wrongly.

import { program } from './command-line.ts';
import { end } from './end.ts';
import { refuseTakenByNpm } from './taken-by-npm.ts';

try {
  refuseTakenByNpm(program, process.env);
  await program.parseAsync();
} catch (error) {
  end(error);
}
