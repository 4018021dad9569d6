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

/** Pause before asking again what is down, and what somebody suspects. */
const DOWN_MS = 200;
const SUSPECTED_MS = 100;

/** What it says, within the bound: 'up', or why not. Never rejects. */
async function hear({ clock, check, boundMs }: HealthOptions): Promise<string> {
  let clear = () => {};
  const late = new Promise<never>((_, reject) => {
    clear = clock.after(boundMs, () => reject(new Error(`no answer within ${boundMs} ms`)));
  });
  try {
    await Promise.race([check(), late]);
    return 'up';
  } catch (error) {
    return toReason(error);
  } finally {
    clear();
  }
}

export function makeHealth(options: HealthOptions): Health {
  const { clock, log, name } = options;
  let state = 'up';
  let stopped = false;
  let asking = false;
  /** Somebody saw it fail while the present question was under way: its answer is older than that. */
  let doubted = false;
  let cancel = () => {};

  function change(next: string): void {
    if (next === state) return;
    state = next;
    if (next === 'up') log.info({ name, state }, 'health.changed');
    else log.warn({ name, state }, 'health.changed');
  }

  function askAfter(delayMs: number): void {
    cancel();
    if (!stopped && !asking) cancel = clock.after(delayMs, () => void ask());
  }

  async function ask(): Promise<void> {
    asking = true;
    doubted = false;
    const heard = await hear(options);
    asking = false;
    if (stopped) return;
    if (!doubted || heard !== 'up') change(heard);
    askAfter(state === 'up' ? options.everyMs : Math.min(options.everyMs, DOWN_MS));
  }

  askAfter(options.everyMs);
  return {
    get isUp() {
      return state === 'up';
    },
    get state() {
      return state;
    },
    suspect(reason) {
      doubted = true;
      if (state !== 'up' || stopped) return;
      change(reason);
      askAfter(SUSPECTED_MS);
    },
    stop() {
      stopped = true;
      cancel();
    },
  };
}
