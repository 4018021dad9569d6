import { url as inspectorUrl } from 'node:inspector';
import type { Clock } from '#kit';
import { BEATS } from './worker-protocol.ts';

const LOOK_MS = 1_000;

/**
 * Watches whether a thread's event loop turns. It counts looks and not time: where the whole process stood still, the
 * first look afterwards must not condemn the thread. With a debugger attached, standing still is what is wanted.
 */
export function watchBeats(options: {
  readonly clock: Clock;
  readonly signals: Int32Array;
  /** Looks in vain after which it counts as blocked: one a second. */
  readonly limit: () => number;
  /** Told once. */
  readonly onBlocked: (reason: string) => void;
}): () => void {
  const { clock, signals, limit, onBlocked } = options;
  let last = -1;
  let missed = 0;
  let cancel = () => {};
  function look(): void {
    const beats = Atomics.load(signals, BEATS);
    missed = beats === last && inspectorUrl() === undefined ? missed + 1 : 0;
    last = beats;
    if (missed >= limit()) onBlocked(`it stood still for ${(missed * LOOK_MS) / 1000} s`);
    else cancel = clock.after(LOOK_MS, look);
  }
  look();
  return () => cancel();
}
