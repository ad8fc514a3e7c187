// The replay as the command line gives it: reads the file, shows how far it is, prints the result,
// and says by the exit code whether all is well.

import type { ReplayFlags } from '../command-line.ts';
import { readOrders } from '../orders/read.ts';
import { totalsOf } from './expected.ts';
import { progressOn } from './progress.ts';
import { replay } from './replay.ts';
import { isClean, table, verdictLine } from './report.ts';

/** The exit code: 0 only when the verdict is clean and the totals are the file's. */
export async function replayFile(asked: ReplayFlags & { readonly file: string }): Promise<0 | 1> {
  const { orders, skipped } = await readOrders(asked.file, asked.skipBad === true);
  for (const problem of skipped) console.error(`left out: ${problem}`);
  const progress = progressOn(process.stderr, orders.length);
  const tell = (message: string): void => {
    progress.end();
    console.error(message);
  };
  const { report, findings, devices } = await replay(orders, {
    entries: asked.entries,
    displays: asked.displays,
    chaosSeed: asked.chaos === true ? asked.seed : undefined,
    keep: asked.keep,
    progress: progress.show,
    trouble: tell,
  });
  progress.end();
  for (const finding of findings) console.error(finding);
  const wanted = { ...totalsOf(orders), devices };
  const verdict = verdictLine(report, wanted);
  if (asked.json === true) {
    console.error(verdict);
    console.log(JSON.stringify(report));
  } else console.log(`${table(report, wanted)}\n\n${verdict}`);
  return isClean(report, wanted) ? 0 : 1;
}
