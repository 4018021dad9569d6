import { drainToken, takeToken, type Bucket } from './bucket.ts';

/** Messages per second of one number, inbound and outbound counted together; a send beyond: 130429. */
export interface Throughput {
  take(numberId: string, now: number): boolean;
  /** A customer's message: counted, never refused. */
  count(numberId: string, now: number): void;
}

export function makeThroughput(perSecond: number): Throughput {
  const shape = { capacity: perSecond, refillPerMs: perSecond / 1_000 };
  const buckets = new Map<string, Bucket>();
  return {
    take(numberId, now) {
      const next = takeToken(shape, buckets.get(numberId), now);
      if (next !== null) buckets.set(numberId, next);
      return next !== null;
    },
    count(numberId, now) {
      buckets.set(numberId, drainToken(shape, buckets.get(numberId), now));
    },
  };
}
