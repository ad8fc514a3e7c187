// The engine reads no clock of its own: time comes in with each input.

export interface Moment {
  /** Milliseconds on a clock that never goes back, from any start. */
  readonly monoMs: number;
  /** Milliseconds since 1970 by the machine's calendar, which may be wrong or jump. */
  readonly wallMs: number;
}

export interface Clock {
  now(): Moment;
  /** Calls `run` once after `delayMs`; the returned function calls it off. */
  after(delayMs: number, run: () => void): () => void;
  /** Calls `run` as soon as what is already waiting has been taken in. */
  soon(run: () => void): void;
}

export interface Timer {
  at(monoMs: number): void;
  /** For good. */
  stop(): void;
}

/** One timer for many wishes: it goes off at the earliest of them, and all others are forgotten. */
export function earliestTimer(clock: Clock, run: () => void): Timer {
  let cancel: (() => void) | undefined;
  let dueMs = Infinity;
  return {
    at(monoMs) {
      if (monoMs >= dueMs) return;
      cancel?.();
      dueMs = monoMs;
      cancel = clock.after(Math.max(0, monoMs - clock.now().monoMs), () => {
        dueMs = Infinity;
        run();
      });
    },
    stop() {
      cancel?.();
      dueMs = -Infinity;
    },
  };
}
