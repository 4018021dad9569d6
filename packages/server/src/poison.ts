import { LeaseLost, type Log, runBisected, toDatabaseFault, toReason } from '#kit';

/** Times one event alone may run into the statement's time limit before it is taken for the reason. */
const MAX_TIMEOUTS = 3;

export interface SieveOptions<T> {
  readonly log: Log;
  readonly positionOf: (item: T) => number;
  /** All or nothing. */
  readonly commit: (items: readonly T[]) => Promise<void>;
  /** Sets the one item aside that cannot be stored, with its reason, so that its conversation goes on. */
  readonly quarantine: (item: T, error: unknown) => Promise<void>;
}

const isPoison = (error: unknown): boolean =>
  !(error instanceof LeaseLost) && ['data', 'timeout'].includes(toDatabaseFault(error));

/** Commits batches, and from each what of it can be committed. What is not an item's fault is thrown. */
export function makeSieve<T>(options: SieveOptions<T>): (items: readonly T[]) => Promise<void> {
  const { log, positionOf, commit, quarantine } = options;
  /** How often each position ran into the time limit on its own. */
  const timeouts = new Map<number, number>();

  /** A slow moment makes any event run into the limit; only one that does so again and again is at fault itself. */
  function isSlowMoment(position: number, error: unknown): boolean {
    if (toDatabaseFault(error) !== 'timeout') return false;
    const count = (timeouts.get(position) ?? 0) + 1;
    timeouts.set(position, count);
    return count < MAX_TIMEOUTS;
  }

  async function onPoison(item: T, error: unknown): Promise<void> {
    const position = positionOf(item);
    if (isSlowMoment(position, error)) throw error;
    timeouts.delete(position);
    log.error({ reason: toReason(error), position }, 'event.quarantined');
    await quarantine(item, error);
  }

  return (items) => runBisected(items, { run: commit, isPoison, onPoison });
}
