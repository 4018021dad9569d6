import type { Database } from '#kit';
import { keepOpen } from './store.ts';

/** What a gateway says of itself: that it takes webhooks. */
export interface OpenWord {
  /** A webhook was refused that its provider brings again, nobody knows when. */
  refused(): void;
  /** Holds for a while; said again and again. */
  say(): Promise<void>;
}

/**
 * How long webhooks are taken without a gap counts from the first word of the gateway that has refused one or started last:
 * before a start there was an end, and an absence may be shorter than the word holds.
 */
export function makeOpenWord(db: Database, forMs: number): OpenWord {
  let hasGap = true;
  return {
    refused() {
      hasGap = true;
    },
    async say() {
      const isAnew = hasGap;
      hasGap = false;
      try {
        await keepOpen(db, forMs, isAnew);
      } catch (error) {
        hasGap ||= isAnew;
        throw error;
      }
    },
  };
}
