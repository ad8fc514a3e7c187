// Stops the hub in order when the box shuts down, somebody presses Ctrl+C or a manager asks for it: what
// was opened last closes first, and one part that hangs cannot keep the hub from being gone in time.

import { setImmediate as loopTurn } from 'node:timers/promises';

import type { Log } from './log.ts';

export type Close = () => Promise<void> | void;

export interface Shutdown {
  /** Parts add themselves as they open. */
  add(name: string, close: Close): void;
  /** Closes them and ends the process. */
  stop(why: string): void;
  /** Closes them; then `become` makes another program of the process, at once. */
  startAnew(why: string, become: () => never): void;
}

/** Service managers kill what is not gone after a while; the hub promises five seconds. */
const stopMs = 4_000;

const parentCheckMs = 500;

const quietMs = 0.2;

const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

export function stopOnSignals(log: Log): Shutdown {
  const parts: { name: string; close: Close }[] = [];
  const exit = (): void => process.exit();
  let leave = exit;
  let stopping = false;

  const stop = async (why: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    log.info({ why }, 'the hub is stopping');
    setTimeout(() => {
      log.error({ open: parts.map((part) => part.name) }, 'a part did not close in time');
      leave();
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
    await quietLoop();
    leave();
  };

  // Whoever wants it gone while it is about to start anew gets that: until here by being told, and then
  // by the system, which ends a process that listens to no signal.
  const end = (why: string): void => {
    leave = exit;
    void stop(why);
  };
  stopWithNpm(() => end('npm ended'));
  for (const signal of signals) process.on(signal, () => end(signal));
  return {
    add: (name, close) => void parts.push({ name, close }),
    stop: end,
    startAnew(why, become) {
      if (stopping) return;
      leave = () => {
        for (const signal of signals) process.removeAllListeners(signal);
        become();
      };
      void stop(why);
    },
  };
}

/**
 * A signal is told in the next turn of the loop: so nobody leaves before some turns were over at once,
 * in which nothing else was to be done.
 */
async function quietLoop(): Promise<void> {
  let quietTurns = 0;
  for (let turns = 0; quietTurns < 3 && turns < 1_000; turns += 1) {
    const beforeMs = performance.now();
    await loopTurn();
    quietTurns = performance.now() - beforeMs < quietMs ? quietTurns + 1 : 0;
  }
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
