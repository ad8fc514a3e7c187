// What was promised, and what was measured. A bar that is missed is said plainly and fails nothing:
// a benchmark that people learn to quiet is worth less than none. Work that went wrong does fail.

export interface Bar {
  readonly name: string;
  readonly measured: number;
  /** `at most 2`, `at least 0.5`, `exactly 20`. */
  readonly promised: string;
  readonly holds: boolean;
  /** Not a promise about speed but about what arrived: the bench fails without it. */
  readonly isWork: boolean;
}

export function atMost(name: string, measured: number, limit: number): Bar {
  const promised = `at most ${limit}`;
  return { name, measured, promised, holds: measured <= limit, isWork: false };
}

export function atLeast(name: string, measured: number, limit: number): Bar {
  const promised = `at least ${limit}`;
  return { name, measured, promised, holds: measured >= limit, isWork: false };
}

/** For what must be right however slow the machine is. */
export function exactly(name: string, measured: number, wanted: number): Bar {
  const promised = `exactly ${wanted}`;
  return { name, measured, promised, holds: measured === wanted, isWork: true };
}

export function printBars(bars: readonly Bar[]): void {
  for (const { name, measured, promised, holds } of bars) {
    const verdict = holds ? 'holds       ' : 'FALLS SHORT ';
    console.log(`${verdict} ${name}: ${measured} (${promised})`);
  }
}
