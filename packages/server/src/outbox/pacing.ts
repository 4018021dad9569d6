/** A token bucket as a value: how many may go now, and since when it has been filling. Times in ms that never jump. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

export interface Budget {
  /** Most that may go at once. */
  readonly burst: number;
  /** Time for one token to come back. */
  readonly refillMs: number;
}

/** Meta: one message in 6 s to the same person, bursts up to 45 (error 131056). */
export const PAIR_BUDGET: Budget = { burst: 45, refillMs: 6_000 };

export const bucketWith = (tokens: number, nowMs: number): Bucket => ({ tokens, at: nowMs });

/** What it is by now. */
export function fillUntil(bucket: Bucket, budget: Budget, nowMs: number): Bucket {
  const passed = Math.max(0, nowMs - bucket.at);
  return { tokens: Math.min(budget.burst, bucket.tokens + passed / budget.refillMs), at: Math.max(bucket.at, nowMs) };
}

/** How long until one token is there; 0 when it is. */
export function toWait(bucket: Bucket, budget: Budget, nowMs: number): number {
  const { tokens } = fillUntil(bucket, budget, nowMs);
  // A hair under one token is one: sums of fractions never quite add up.
  return tokens > 1 - 1e-9 ? 0 : Math.ceil(Math.max(0, bucket.at - nowMs) + (1 - tokens) * budget.refillMs);
}

/** Takes one token; the caller has checked that it is there. */
export function takeToken(bucket: Bucket, budget: Budget, nowMs: number): Bucket {
  const now = fillUntil(bucket, budget, nowMs);
  return { tokens: Math.max(0, now.tokens - 1), at: now.at };
}

/** No token before `untilMs`: what a throttle answer asks for. */
export function drainUntil(bucket: Bucket, budget: Budget, untilMs: number): Bucket {
  return { tokens: 0, at: Math.max(bucket.at, untilMs - budget.refillMs) };
}
