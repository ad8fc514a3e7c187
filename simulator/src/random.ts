// Seeded random numbers: sfc32 by Chris Doty-Humphrey (PractRand), seeded through splitmix32. The
// same seed gives the same run on every machine.

export interface Random {
  /** In `[0, 1)`. */
  unit(): number;
  /** A whole number in `[0, bound)`. */
  below(bound: number): number;
  chance(probability: number): boolean;
  /** Exponentially distributed, with this mean. */
  around(mean: number): number;
  pick<Item>(items: readonly Item[]): Item;
  /** Another stream that this one does not disturb. */
  fork(): Random;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const split = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  let [a, b, c, counter] = [split(), split(), split(), 1];
  const word = (): number => {
    const sum = (a + b + counter) >>> 0;
    counter = (counter + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum;
  };
  for (let round = 0; round < 12; round += 1) word();
  const random: Random = {
    unit: () => word() / 4_294_967_296,
    below: (bound) => Math.floor(random.unit() * bound),
    chance: (probability) => random.unit() < probability,
    around: (mean) => -Math.log(1 - random.unit()) * mean,
    pick: (items) => items[random.below(items.length)]!,
    fork: () => seeded(word()),
  };
  return random;
}
