// The few numbers a row of measurements comes down to.

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

/** The value below which `part` of all lie; NaN for none. As the baseline's load counts it. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const index = Math.min(sorted.length - 1, Math.floor(sorted.length * part));
  return sorted[index] ?? Number.NaN;
}

export function percentiles(values: readonly number[]): Percentiles {
  return { p50: round(percentile(values, 0.5), 1), p99: round(percentile(values, 0.99), 1) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
