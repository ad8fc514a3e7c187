// Who tried a wrong code just now. Each address has a pace of its own: whoever guesses waits, and whoever
// was told the code is let in meanwhile from everywhere else.

export const betweenTriesMs = 1_000;
/** Beyond this the address that waited longest is forgotten. */
const addressesMax = 1_024;

export interface WrongTries {
  add(address: string): void;
  isTooSoon(address: string): boolean;
}

export function rememberWrongTries(nowMs: () => number): WrongTries {
  /** Oldest first. */
  const triedAtMs = new Map<string, number>();
  const isTooSoon = (address: string): boolean =>
    nowMs() - (triedAtMs.get(address) ?? -Infinity) < betweenTriesMs;
  return {
    isTooSoon,
    add(address) {
      triedAtMs.delete(address);
      triedAtMs.set(address, nowMs());
      for (const oldest of triedAtMs.keys()) {
        if (isTooSoon(oldest) && triedAtMs.size <= addressesMax) break;
        triedAtMs.delete(oldest);
      }
    },
  };
}
