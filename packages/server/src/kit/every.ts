import type { Clock } from './clock.ts';
import { type Log, toReason } from './log.ts';

/** Does a chore again and again, never two at once; a failure is told and the next round comes anyway. */
export function every(options: {
  clock: Clock;
  log: Log;
  name: string;
  ms: number;
  chore: () => Promise<unknown>;
}): () => Promise<void> {
  let stopped = false;
  let cancel = () => {};
  let current: Promise<void> = Promise.resolve();

  async function round(): Promise<void> {
    try {
      await options.chore();
    } catch (error) {
      options.log.warn({ chore: options.name, reason: toReason(error) }, 'chore.failed');
    }
    if (!stopped) next();
  }
  function next(): void {
    cancel = options.clock.after(options.ms, () => {
      current = round();
    });
  }
  next();
  return () => {
    stopped = true;
    cancel();
    return current;
  };
}
