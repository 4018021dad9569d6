/** How often one address may fail to sign in: ten times at once, then once every six seconds. */
const BURST = 10;
const REFILL_MS = 6_000;
const MAX_ADDRESSES = 10_000;

interface Bucket {
  tokens: number;
  at: number;
}

export interface Guard {
  /** Takes a token; returns how long to wait, in ms, when there is none. */
  take(address: string, nowMs: number): number;
  /** The attempt was good: it does not count. */
  giveBack(address: string): void;
  readonly size: number;
}

/** A token bucket for each address. An attempt is paid before it runs, so attempts side by side cannot slip through. */
export function makeGuard(): Guard {
  const buckets = new Map<string, Bucket>();

  function refill(address: string, nowMs: number): Bucket {
    const bucket = buckets.get(address) ?? { tokens: BURST, at: nowMs };
    bucket.tokens = Math.min(BURST, bucket.tokens + (nowMs - bucket.at) / REFILL_MS);
    bucket.at = nowMs;
    return bucket;
  }

  // Full buckets say nothing. When an attacker has that many addresses, the oldest are let go as well.
  function makeRoom(nowMs: number): void {
    if (buckets.size < MAX_ADDRESSES) return;
    for (const [address, bucket] of buckets) if (bucket.at + BURST * REFILL_MS <= nowMs) buckets.delete(address);
    for (const address of buckets.keys()) {
      if (buckets.size < MAX_ADDRESSES) return;
      buckets.delete(address);
    }
  }

  return {
    take(address, nowMs) {
      makeRoom(nowMs);
      const bucket = refill(address, nowMs);
      buckets.set(address, bucket);
      if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) * REFILL_MS);
      bucket.tokens--;
      return 0;
    },
    giveBack(address) {
      const bucket = buckets.get(address);
      if (bucket) bucket.tokens = Math.min(BURST, bucket.tokens + 1);
    },
    get size() {
      return buckets.size;
    },
  };
}
