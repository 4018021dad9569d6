import { type Bucket, bucketWith, type Budget, takeToken, toWait } from './pacing.ts';

/**
 * What a channel may spend on sending again: when the provider is ill, everybody's retries would keep it ill, and Meta
 * punishes accounts for storms of them. Times are in ms that never jump.
 */
export interface RetryBudget {
  /** Ms until one may be sent again. */
  wait(nowMs: number): number;
  take(nowMs: number): void;
  /** One was sent for the first time: a share of a retry is earned. */
  earn(): void;
  /** One that was sent again was accepted: it cost nothing. Thousands that failed in a bad hour go as soon as it is over. */
  refund(): void;
}

const BUDGET: Budget = { burst: 30, refillMs: 2_000 };
const SHARE = 0.1;

export function makeRetryBudget(): RetryBudget {
  let bucket: Bucket = bucketWith(BUDGET.burst, 0);
  const add = (tokens: number) => void (bucket = { ...bucket, tokens: Math.min(BUDGET.burst, bucket.tokens + tokens) });
  return {
    wait: (nowMs) => toWait(bucket, BUDGET, nowMs),
    take: (nowMs) => void (bucket = takeToken(bucket, BUDGET, nowMs)),
    earn: () => add(SHARE),
    refund: () => add(1),
  };
}
