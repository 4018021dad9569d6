import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Compares two secrets of any length without telling, by its duration, where they differ: both are hashed first, so
 * the compared buffers have one length. False when nothing is expected (an unset secret must fail closed) or given.
 */
export function secretsMatch(given: string | undefined, expected: string): boolean {
  if (typeof given !== 'string' || expected === '') return false;
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}
