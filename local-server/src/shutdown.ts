// Stops the hub in order when the box shuts down or somebody presses Ctrl+C: what was opened last
// closes first, and one part that hangs cannot keep the hub from being gone in time.

import type { Log } from './log.ts';

export type Close = () => Promise<void> | void;

/** Service managers kill what is not gone after a while; the hub promises five seconds. */
const stopMs = 4_000;

const parentCheckMs = 500;

/** Parts add themselves as they open. */
export function stopOnSignals(log: Log): { add: (name: string, close: Close) => void } {
  const parts: { name: string; close: Close }[] = [];
  let stopping = false;

  const stop = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'the hub is stopping');
    setTimeout(() => {
      log.error({ open: parts.map((part) => part.name) }, 'a part did not close in time');
      process.exit(0);
    }, stopMs).unref();
    for (let part = parts.at(-1); part !== undefined; part = parts.at(-1)) {
      try {
        await part.close();
      } catch (error) {
        log.error({ part: part.name, error }, 'a part did not close cleanly');
        process.exitCode = 1;
      }
      parts.pop();
    }
    log.info('the hub has stopped');
    process.exit();
  };

  stopWithNpm(() => void stop('npm ended'));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => void stop(signal));
  }
  return { add: (name, close) => void parts.push({ name, close }) };
}

/**
 * npm runs a script through a shell, and a shell that is told to end does not tell its program: the
 * hub would go on alone, holding its port. So a hub that npm started stops when that shell is gone.
 */
function stopWithNpm(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stop();
  }, parentCheckMs).unref();
}
