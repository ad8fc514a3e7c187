// The replay as the command line gives it: reads the file, shows how far it is, prints the result,
// and says by the exit code whether all is well.

import path from 'node:path';

import type { ReplayFlags } from '../command-line.ts';
import { Failure } from '../failure.ts';
import { readOrders } from '../orders/read.ts';
import { standardDataFolder } from '../program.ts';
import { totalsOf } from './expected.ts';
import type { Visit } from './manager.ts';
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
  const { report, findings, devices, left } = await replay(orders, {
    entries: asked.entries,
    displays: asked.displays,
    chaosSeed: asked.chaos === true ? asked.seed : undefined,
    keep: asked.keep,
    visit: visitOf(asked),
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
  if (left !== undefined) console.error(left);
  return isClean(report, wanted) ? 0 : 1;
}

/** The hub of somebody's own that was asked for, and nothing that goes with the other kind only. */
function visitOf({ hub, data, code, intoLiveStore, chaos }: ReplayFlags): Visit | undefined {
  if (hub === undefined) {
    if (data === undefined && code === undefined && intoLiveStore === undefined) return undefined;
    const fix = 'Say which hub with --hub, or leave --data, --code and --into-live-store out.';
    throw new Failure(2, 'Without --hub a replay starts a hub of its own.', fix);
  }
  if (chaos === true) {
    const message = 'Chaos kills the hub again and again, and this one is not the replay’s own.';
    throw new Failure(2, message, 'Leave --chaos or --hub out.');
  }
  const dataFolder = path.resolve(data ?? standardDataFolder());
  return { hub, dataFolder, code, intoLiveStore: intoLiveStore === true };
}
