import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks again and again until the answer is neither null, undefined nor false, and returns it. Fails after `withinMs`
 * with what was waited for and what was seen last. For whole processes, which have no clock to inject.
 */
export async function until<T>(
  what: string,
  ask: () => T | Promise<T>,
  {
    withinMs = 30_000,
    everyMs = 25,
    seen = () => '',
  }: { withinMs?: number; everyMs?: number; seen?: () => string | Promise<string> } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const startedAt = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer as NonNullable<Exclude<T, false>>;
    if (performance.now() - startedAt > withinMs)
      throw new Error(`Waited ${withinMs / 1000} s in vain until ${what}. ${await seen()}`);
    await delay(everyMs);
  }
}
