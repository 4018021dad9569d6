import type { Clock } from './clock.ts';
import { type Log, toReason } from './log.ts';

/** Whether something answers, asked again and again, so that nobody has to find out the slow way. */
export interface Health {
  readonly isUp: boolean;
  /** Why it is down, or 'up'. */
  readonly state: string;
  /** Somebody saw it fail: down at once, up again at the next good answer. */
  suspect(reason: string): void;
  stop(): void;
}

export interface HealthOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Rejects when it is not well. */
  readonly check: () => Promise<void>;
  readonly everyMs: number;
  /** An answer later than this counts as none. */
  readonly boundMs: number;
}

export function makeHealth(options: HealthOptions): Health {
  const { clock, log, name } = options;
  let state = 'up';
  let stopped = false;
  let cancel = () => {};

  function change(next: string): void {
    if (next !== state) (next === 'up' ? log.info : log.warn)({ name, state: next }, 'health.changed');
    state = next;
  }

  function bound(): { late: Promise<never>; clear: () => void } {
    let clear = () => {};
    const late = new Promise<never>((_, reject) => {
      clear = clock.after(options.boundMs, () => reject(new Error(`no answer within ${options.boundMs} ms`)));
    });
    return { late, clear };
  }

  async function ask(): Promise<void> {
    const { late, clear } = bound();
    try {
      await Promise.race([options.check(), late]);
      change('up');
    } catch (error) {
      change(toReason(error));
    } finally {
      clear();
    }
    if (!stopped)
      cancel = clock.after(state === 'up' ? options.everyMs : Math.min(options.everyMs, 200), () => void ask());
  }

  cancel = clock.after(options.everyMs, () => void ask());
  return {
    get isUp() {
      return state === 'up';
    },
    get state() {
      return state;
    },
    suspect(reason) {
      if (state !== 'up') return;
      change(reason);
      cancel();
      cancel = clock.after(100, () => void ask());
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
