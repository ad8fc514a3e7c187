// Random identifiers: at least 96 random bits, in letters and digits that are safe in a URL.

export interface Ids {
  next(): string;
  /** An integer in `[0, bound)`, for jitter and letters; never for secrets. */
  below(bound: number): number;
}
