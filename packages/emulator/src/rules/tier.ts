import type { MessagingTier } from '../contract.ts';

const dayMs = 24 * 60 * 60 * 1_000;

/** Different people a portfolio may write to outside service windows in 24 h. */
export const tierLimits: Readonly<Record<MessagingTier, number>> = {
  TIER_250: 250,
  TIER_2K: 2_000,
  TIER_10K: 10_000,
  TIER_100K: 100_000,
  TIER_UNLIMITED: Number.POSITIVE_INFINITY,
};

/** Who was written to in the last 24 h. People stand in the order of their last message, so the oldest are in front. */
export interface TierWindow {
  /** There is room for this person: counted already, or fewer than `limit` are. */
  hasRoom(person: string, limit: number, now: number): boolean;
  add(person: string, now: number): void;
  count(now: number): number;
}

export function makeTierWindow(): TierWindow {
  const lastAt = new Map<string, number>();
  const prune = (now: number): void => {
    for (const [person, at] of lastAt) {
      if (now - at < dayMs) return;
      lastAt.delete(person);
    }
  };
  return {
    hasRoom(person, limit, now) {
      prune(now);
      return lastAt.has(person) || lastAt.size < limit;
    },
    add(person, now) {
      lastAt.delete(person);
      lastAt.set(person, now);
    },
    count(now) {
      prune(now);
      return lastAt.size;
    },
  };
}
