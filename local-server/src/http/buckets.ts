// Token buckets, one for each address or device: how often somebody may do a thing. A bucket holds
// `burst` tokens, each act takes one, and `perSecond` flow back in.

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Takes a token of `key`; what it answers is how long to wait, 0 where there was a token. */
export type TakeToken = (key: string) => number;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** With more than so many buckets, those that are full again are forgotten. */
const bucketsMax = 1_024;

export function openBuckets({ perSecond, burst }: Rate, nowMs: () => number): TakeToken {
  const buckets = new Map<string, Bucket>();
  const fillMs = (burst / perSecond) * 1_000;
  const sweep = (now: number): void => {
    for (const [key, { atMs }] of buckets) if (now - atMs >= fillMs) buckets.delete(key);
    // Whoever comes from so many addresses gets no more memory than this.
    for (const key of buckets.keys()) {
      if (buckets.size < bucketsMax) return;
      buckets.delete(key);
    }
  };
  return (key) => {
    const now = nowMs();
    if (!buckets.has(key) && buckets.size >= bucketsMax) sweep(now);
    const bucket = buckets.get(key) ?? { tokens: burst, atMs: now };
    const flown = ((now - bucket.atMs) * perSecond) / 1_000;
    bucket.tokens = Math.min(burst, bucket.tokens + flown);
    bucket.atMs = now;
    buckets.set(key, bucket);
    if (bucket.tokens < 1) return Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond);
    bucket.tokens -= 1;
    return 0;
  };
}
