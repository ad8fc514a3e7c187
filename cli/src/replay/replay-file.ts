// The replay as the command line gives it: reads the file, shows how far it is, prints the result,
// and says by the exit code whether all is well.

import type { ReplayFlags } from '../command-line.ts';
import { readOrders } from '../orders/read.ts';
import { type FileTotals, totalsOf } from './expected.ts';
import { progressOn } from './progress.ts';
import { replay } from './replay.ts';
import { type Report, table } from './report.ts';

/** The exit code: 0 only when the verdict is clean and the totals are the file's. */
export async function replayFile(asked: ReplayFlags & { readonly file: string }): Promise<0 | 1> {
  const { orders, skipped } = await readOrders(asked.file, asked.skipBad === true);
  for (const problem of skipped) console.error(`left out: ${problem}`);
  const progress = progressOn(process.stderr, orders.length);
  const tell = (message: string): void => {
    progress.end();
    console.error(message);
  };
  const { report, findings } = await replay(orders, {
    entries: asked.entries,
    displays: asked.displays,
    chaosSeed: asked.chaos === true ? asked.seed : undefined,
    keep: asked.keep,
    progress: progress.show,
    trouble: tell,
  });
  progress.end();
  for (const finding of findings) console.error(finding);
  const wanted = totalsOf(orders);
  const isClean = isWell(report, wanted);
  if (!isClean) console.error(sayWanted(wanted));
  console.log(asked.json === true ? JSON.stringify(report) : table(report));
  return isClean ? 0 : 1;
}

function isWell(report: Report, wanted: FileTotals): boolean {
  const { lost, duplicated, divergentDevices, orders, lines, totalMinor } = report;
  const isSame =
    orders === wanted.orders && lines === wanted.lines && totalMinor === wanted.totalMinor;
  return isSame && lost === 0 && duplicated === 0 && divergentDevices === 0;
}

function sayWanted({ orders, lines, totalMinor }: FileTotals): string {
  return `NOT CLEAN. The file has ${orders} orders, ${lines} lines, ${totalMinor} minor units.`;
}
