import { awaitReplies } from './drain.ts';
import type { Stage } from './stage.ts';
import type { Wharf } from './wharf.ts';

/** Nothing may come for so long: a long seed is folded before its replies, which are its last requests. */
const SEED_MS = 90_000;
const SEED_MS_EACH = 0.5;

/**
 * Sent messages for the statuses to fold into; resolves when all of them are folded and every number has replied once.
 */
export async function seed(
  stage: Stage,
  wharf: Wharf,
  { count, numbers, run = 'seed' }: { count: number; numbers: number; run?: string },
): Promise<void> {
  const call = stage.load.call<readonly unknown[]>('seed', {
    port: wharf.port,
    secret: stage.secret,
    run,
    count,
    numbers,
  });
  const awaited = await Promise.race([call, wharf.crashed]);
  // The replies come last of all: until then nothing is to be seen from outside.
  const arrivals = await awaitReplies(stage, wharf, awaited.length, SEED_MS + count * SEED_MS_EACH);
  if (arrivals.length < awaited.length)
    throw new Error(`after the seed ${awaited.length} replies were due, ${arrivals.length} came`);
}
