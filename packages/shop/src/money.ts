// Money is whole minor units. A sum that a number can no longer hold exactly is a bug or an attack,
// never a bill: it throws, and the engine keeps the command for a person to look at.

/** The sum of amounts in minor units. Throws RangeError when it is not exact any more. */
export function sumMinor(amounts: Iterable<number>): number {
  let sum = 0;
  for (const amount of amounts) sum = exact(sum + amount);
  return sum;
}

/** `quantity` times an amount in minor units. Throws RangeError when it is not exact any more. */
export function timesMinor(quantity: number, amountMinor: number): number {
  return exact(quantity * amountMinor);
}

function exact(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not an exact amount.`);
  return amount;
}
