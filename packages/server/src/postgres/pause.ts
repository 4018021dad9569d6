import { setTimeout as delay } from 'node:timers/promises';
import { EmbeddedPostgresError } from './problem.ts';

/** Waits, or throws at once when `stop()` is called. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
  throwIfStopped(signal);
}

function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new EmbeddedPostgresError('stopped', 'PostgreSQL was stopped while it was starting.');
}
