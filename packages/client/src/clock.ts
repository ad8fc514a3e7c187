// The machine's own clock, as browsers and Node both have it.

import type { Clock } from '@pos-sync/sync';

export const systemClock: Clock = {
  now: () => ({ monoMs: performance.now(), wallMs: Date.now() }),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  soon(run) {
    setTimeout(run, 0);
  },
};
