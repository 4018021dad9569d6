import { drainToken, takeToken, type Bucket, type BucketShape } from './bucket.ts';

/** Messages per second of one number, inbound and outbound counted together; a send beyond: 130429. */
export interface Throughput {
  take(numberId: string, now: number): boolean;
  /** A customer's message: counted, never refused. */
  count(numberId: string, now: number): void;
}

const toShape = (perSecond: number): BucketShape => ({ capacity: perSecond, refillPerMs: perSecond / 1_000 });

/** `perSecondOf` is asked at each message: a number's limit can be raised while it runs. */
export function makeThroughput(perSecondOf: (numberId: string) => number): Throughput {
  const buckets = new Map<string, Bucket>();
  return {
    take(numberId, now) {
      const next = takeToken(toShape(perSecondOf(numberId)), buckets.get(numberId), now);
      if (next !== null) buckets.set(numberId, next);
      return next !== null;
    },
    count(numberId, now) {
      buckets.set(numberId, drainToken(toShape(perSecondOf(numberId)), buckets.get(numberId), now));
    },
  };
}
