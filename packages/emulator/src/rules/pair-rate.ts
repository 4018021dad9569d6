import { type BucketShape, takeToken, type Bucket } from './bucket.ts';

/** One message per 6 s to the same person, bursts up to 45; beyond: 131056. */
const pairRate: BucketShape = { capacity: 45, refillPerMs: 1 / 6_000 };

/** Meta's limit per (number, person). */
export interface PairRate {
  take(numberId: string, address: string, now: number): boolean;
}

export function makePairRate(shape: BucketShape = pairRate): PairRate {
  const buckets = new Map<string, Bucket>();
  return {
    take(numberId, address, now) {
      const key = `${numberId} ${address}`;
      const next = takeToken(shape, buckets.get(key), now);
      if (next === null) return false;
      buckets.set(key, next);
      return true;
    },
  };
}
