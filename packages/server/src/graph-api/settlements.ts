import { type Clock, type Database, type Log, toReason } from '#kit';
import { type Outcome, readOutcomes } from './store.ts';

export interface Settlements {
  /** What became of a message; null when that is not known in time. Never rejects. */
  wait(id: string): Promise<Outcome | null>;
  /** Ends all waiting: nothing more is known. */
  stop(): void;
}

export interface SettlementsOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly waitMs: number;
}

/** A round trip to Meta takes some 100 ms: so much more is not felt, and 40 looks a second are not either. */
const LOOK_MS = 25;
/** After a look that failed. */
const PAUSE_MS = 500;

type Tell = (outcome: Outcome | null) => void;

/**
 * Waits for messages to be settled, by whichever process: one look over all that are waited for, again and again while
 * there are any. A request costs no connection and no listener.
 */
export function makeSettlements({ db, clock, log, waitMs }: SettlementsOptions): Settlements {
  const waiting = new Map<string, Set<Tell>>();
  let isLooking = false;
  let hasStopped = false;

  function tell(id: string, outcome: Outcome | null): void {
    const all = waiting.get(id) ?? [];
    waiting.delete(id);
    for (const one of all) one(outcome);
  }

  function next(ms: number): void {
    isLooking = waiting.size > 0;
    if (isLooking) clock.after(ms, () => void look());
  }

  async function look(): Promise<void> {
    try {
      const startedAt = clock.elapsed();
      for (const outcome of await readOutcomes(db, [...waiting.keys()])) tell(outcome.id, outcome);
      // A database that is slow already is asked less often.
      next(Math.max(LOOK_MS, 3 * (clock.elapsed() - startedAt)));
    } catch (error) {
      log.warn({ waiting: waiting.size, reason: toReason(error) }, 'graph.look_failed');
      next(PAUSE_MS);
    }
  }

  function add(id: string, resolve: Tell): void {
    const cancel = clock.after(waitMs, () => {
      const all = waiting.get(id);
      all?.delete(one);
      if (all?.size === 0) waiting.delete(id);
      resolve(null);
    });
    const one: Tell = (outcome) => {
      cancel();
      resolve(outcome);
    };
    waiting.set(id, (waiting.get(id) ?? new Set<Tell>()).add(one));
    if (!isLooking) next(LOOK_MS);
  }

  return {
    wait: (id) => (hasStopped ? Promise.resolve(null) : new Promise((resolve) => add(id, resolve))),
    stop() {
      hasStopped = true;
      for (const id of waiting.keys()) tell(id, null);
    },
  };
}
