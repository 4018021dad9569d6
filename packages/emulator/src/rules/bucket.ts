/** A token bucket as a value: `tokens` as they were at `at`. */
export interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

export interface BucketShape {
  readonly capacity: number;
  readonly refillPerMs: number;
}

/** The bucket after taking one token at `now`, or null when there is none. An absent bucket is full. */
export function takeToken(shape: BucketShape, bucket: Bucket | undefined, now: number): Bucket | null {
  const filled = refill(shape, bucket, now);
  // A refill of 1/6000 a millisecond adds up to 0.9999…: the token is there.
  if (filled.tokens < 1 - 1e-9) return null;
  return { tokens: filled.tokens - 1, at: filled.at };
}

function refill(shape: BucketShape, bucket: Bucket | undefined, now: number): Bucket {
  if (bucket === undefined) return { tokens: shape.capacity, at: now };
  const passedMs = Math.max(0, now - bucket.at);
  return { tokens: Math.min(shape.capacity, bucket.tokens + passedMs * shape.refillPerMs), at: now };
}
