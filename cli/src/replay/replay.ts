// `pos-sync replay`: real devices in processes of their own, the orders of a file, and a verdict that
// believes only rows; through a hub of its own, or one that runs already. Whatever was opened on the way
// is closed, however it ends.

import { Failure } from '../failure.ts';
import type { Order } from '../orders/order.ts';
import { replayAlone } from './own-hub.ts';
import { replayThrough } from './running-hub.ts';
import { makeFolder } from './scratch-folder.ts';
import type { Replayed, ReplayOptions } from './stage.ts';

export async function replay(orders: readonly Order[], options: ReplayOptions): Promise<Replayed> {
  const { folder, clear } = makeFolder(options.keep);
  const closing: (() => Promise<unknown>)[] = [];
  let isOver = false;
  const { visit } = options;
  const stopped = onceStopped(
    visit === undefined
      ? 'Nothing of it is left; start it again.'
      : 'Its devices are put away; what they ordered stays in the hub.',
  );
  const opened = async (close: () => Promise<unknown>): Promise<void> => {
    if (isOver) await close();
    else closing.push(close);
  };
  try {
    const stage = { folder, opened, isStopped: stopped.isStopped };
    return await Promise.race([
      visit === undefined
        ? replayAlone(orders, options, stage)
        : replayThrough(visit, orders, options, stage),
      stopped.promise,
    ]);
  } finally {
    isOver = true;
    stopped.forget();
    for (let close = closing.pop(); close !== undefined; close = closing.pop()) await close();
    clear();
  }
}

/** Ctrl+C must not leave a hub and its devices behind. */
function onceStopped(whatIsLeft: string) {
  const { promise, reject } = Promise.withResolvers<never>();
  let wasStopped = false;
  const stop = (): void => {
    wasStopped = true;
    reject(new Failure(1, 'The replay was stopped.', whatIsLeft));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  promise.catch(() => undefined);
  const forget = (): void => {
    for (const signal of signals) process.off(signal, stop);
  };
  return { promise, forget, isStopped: () => wasStopped };
}
