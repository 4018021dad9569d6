import type { Random } from '../seed.ts';

export interface RetryShape {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly giveUpMs: number;
}

/** Wait before repeat number `attempt` (1 is the first): doubling up to the cap, ±20 % so that a herd spreads out. */
export function toBackoffMs(shape: RetryShape, attempt: number, random: Random): number {
  const plain = Math.min(shape.maxMs, shape.firstMs * 2 ** Math.min(attempt - 1, 40));
  return Math.round(plain * (0.8 + 0.4 * random()));
}
