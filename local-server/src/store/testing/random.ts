// Chance that a seed repeats, for tests of the store: Math.random cannot be seeded.

export interface Random {
  /** An integer in `[0, bound)`. */
  below(bound: number): number;
}

/** Tommy Ettinger's mulberry32 (public domain). */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return { below: (bound) => Math.floor(next() * bound) };
}
