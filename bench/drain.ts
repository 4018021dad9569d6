import { setTimeout as pause } from 'node:timers/promises';
import type { Arrival } from './judge.ts';
import type { Stage } from './stage.ts';
import type { Wharf } from './wharf.ts';

/** With nothing new for this long, what has not come is missing. Longer than any retry of Wharf that needs no fault. */
const STALLED_MS = 15_000;
/** After the last awaited one: time for a doubled one to show itself. */
const AFTERMATH_MS = 500;

/** Waits until `count` messages have arrived at the Graph side, or nothing more comes. */
export async function awaitCount(stage: Stage, wharf: Wharf, count: number, stalledMs = STALLED_MS): Promise<void> {
  let seen = -1;
  let changedAt = performance.now();
  for (;;) {
    const arrived = await Promise.race([stage.graph.call<number>('count'), wharf.crashed]);
    if (arrived >= count) return;
    if (arrived !== seen) changedAt = performance.now();
    seen = arrived;
    if (performance.now() - changedAt > stalledMs) return;
    await pause(50);
  }
}

/** The same, and takes them all. */
export async function awaitReplies(
  stage: Stage,
  wharf: Wharf,
  count: number,
  stalledMs = STALLED_MS,
): Promise<readonly Arrival[]> {
  await awaitCount(stage, wharf, count, stalledMs);
  await pause(AFTERMATH_MS);
  return (await stage.graph.call<{ arrivals: Arrival[] }>('take')).arrivals;
}
