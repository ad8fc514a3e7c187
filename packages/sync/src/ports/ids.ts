// Identifiers that never clash, in letters and digits that are safe in a URL. A hub's are all random,
// 96 bits or more, for they are nonces and salts as well; a device's may begin with the time.

export interface Ids {
  next(): string;
  /** An integer in `[0, bound)`, for jitter and letters; never for secrets. */
  below(bound: number): number;
}
