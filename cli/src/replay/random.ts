// Chance that a seed repeats: which victim, which moment. Chris Doty-Humphrey's sfc32 (public
// domain, PractRand), because Math.random cannot be seeded.

export interface Random {
  /** An integer in `[0, bound)`. */
  below(bound: number): number;
  pick<Item>(items: readonly Item[]): Item | undefined;
}

export function randomFrom(seed: number): Random {
  let [a, b, c, counter] = [0, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 12; round += 1) next();
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  return { below, pick: (items) => items[below(items.length)] };
}
