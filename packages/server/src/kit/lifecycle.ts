import type { Log } from './log.ts';
import { toReason } from './log.ts';

/** What has been started, to be stopped in reverse, each within its bound. */
export interface Started {
  /** Remembers how to stop something that has just been started. */
  add(name: string, stop: () => Promise<void> | void, boundMs?: number): void;
  /** Stops everything, last first. A part that fails or hangs is named and passed over: the next must still stop. */
  stopAll(): Promise<void>;
}

const BOUND_MS = 15_000;

export function makeStarted(log: Log): Started {
  const parts: { name: string; stop: () => Promise<void> | void; boundMs: number }[] = [];

  async function stopOne(part: (typeof parts)[number]): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const bound = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`did not stop within ${part.boundMs / 1000} s`)), part.boundMs);
    });
    try {
      await Promise.race([part.stop(), bound]);
    } catch (error) {
      log.error({ part: part.name, reason: toReason(error) }, 'stop.failed');
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    add(name, stop, boundMs = BOUND_MS) {
      parts.push({ name, stop, boundMs });
    },
    async stopAll() {
      for (let part = parts.pop(); part; part = parts.pop()) await stopOne(part);
    },
  };
}
