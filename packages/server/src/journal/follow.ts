import { type Clock, type Database, type Lease, type LeaseKeeper, LeaseLost, type Log, makeDelay, toReason } from '#kit';
import { toLeaseName, toShardOfLease } from './shard.ts';
import { type JournalRow, readHorizon, readNext } from './store.ts';

export interface FollowerOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly keeper: LeaseKeeper;
  readonly batchSize: number;
  readonly pollMs: number;
  /**
   * Processes rows in order, in one transaction that is valid only while `leases` hold (see `fence`). Called also with
   * no rows when `hasWork` says there is something else to commit.
   */
  readonly handle: (rows: readonly JournalRow[], leaseOf: (shard: number) => Lease | undefined) => Promise<void>;
  readonly hasWork: () => boolean;
  /** True while there is more in memory than should be: nothing more is read. */
  readonly isFull: () => boolean;
  readonly onGained: (shards: readonly number[]) => Promise<void>;
  readonly onLost: (shards: readonly number[]) => void;
  /** After every renewal, with all shards held: for chores of the same rhythm. */
  readonly onTurn: (shards: readonly number[]) => Promise<void>;
}

export interface Follower {
  /** Runs until `stop`; resolves when the last batch is committed and the leases are released. */
  run(): Promise<void>;
  stop(): void;
  wake(): void;
  /** For metrics: how far this worker has read, and what it owns. */
  state(): { readonly scan: number; readonly horizon: number; readonly shards: number };
}

const BACKOFF_MS = 500;

/**
 * Follows the journal on the shards this worker holds. One batch at a time; `scan` is the position up to which every
 * held shard is done. A newly gained shard may be further back: then the scan steps back, and rows its siblings have
 * already done are passed over.
 */
export function makeFollower(options: FollowerOptions): Follower {
  const { keeper, clock } = options;
  const done = new Map<number, number>();
  let stopping = new AbortController();
  let wakeUp = new AbortController();
  let awake = false;
  let scan = 0;
  let horizon = 0;

  async function gain(gained: readonly Lease[]): Promise<void> {
    for (const lease of gained) done.set(toShardOfLease(lease.name), lease.cursor);
    scan = Math.min(...done.values());
    await options.onGained(gained.map((lease) => toShardOfLease(lease.name)));
  }

  async function turn(): Promise<void> {
    // All rows up to `scan` are done for every held shard, also for those that had none.
    for (const [shard, position] of done) done.set(shard, Math.max(position, scan));
    const { gained, lost } = await keeper.turn(scan);
    for (const name of lost) done.delete(toShardOfLease(name));
    if (lost.length > 0) options.onLost(lost.map(toShardOfLease));
    if (gained.length > 0) await gain(gained);
    await options.onTurn([...done.keys()]);
  }

  const leaseOf = (shard: number): Lease | undefined => keeper.held.get(toLeaseName(shard));

  /** The next rows; null when there is nothing to read, or no room. */
  async function next(): Promise<JournalRow[] | null> {
    horizon = await readHorizon(options.db);
    if (horizon <= scan || done.size === 0 || options.isFull()) return null;
    const shards = done.size === 256 ? null : [...done.keys()];
    return readNext(options.db, { after: scan, upTo: horizon, shards, limit: options.batchSize });
  }

  async function step(): Promise<boolean> {
    if (keeper.isDue()) await turn();
    awake = false;
    const rows = await next();
    const fresh = (rows ?? []).filter((row) => row.position > (done.get(row.shard) ?? Infinity));
    if (fresh.length > 0 || options.hasWork()) await options.handle(fresh, leaseOf);
    if (rows === null) return false;
    for (const row of fresh) done.set(row.shard, row.position);
    scan = rows.length < options.batchSize ? Math.max(scan, horizon) : (rows.at(-1)?.position ?? scan);
    return true;
  }

  async function rest(): Promise<void> {
    if (awake || options.hasWork()) return;
    await makeDelay(clock, options.pollMs, AbortSignal.any([stopping.signal, wakeUp.signal]));
    wakeUp = new AbortController();
  }

  async function recover(error: unknown): Promise<void> {
    options.log.warn({ reason: toReason(error), lease: error instanceof LeaseLost }, 'journal.batch_failed');
    if (error instanceof LeaseLost) return turn();
    await makeDelay(clock, BACKOFF_MS, stopping.signal);
  }

  /** What is left after the last batch; a failure here costs a redo by the next owner, nothing else. */
  async function finish(): Promise<void> {
    while (options.hasWork()) await options.handle([], leaseOf);
    await keeper.turn(scan);
    await keeper.releaseAll();
  }

  return {
    async run() {
      stopping = new AbortController();
      while (!stopping.signal.aborted) {
        try {
          if (!(await step())) await rest();
        } catch (error) {
          await recover(error).catch((again: unknown) => options.log.warn({ reason: toReason(again) }, 'journal.recovery_failed'));
        }
      }
      await finish().catch((error: unknown) => options.log.warn({ reason: toReason(error) }, 'journal.finish_failed'));
    },
    stop: () => stopping.abort(),
    wake() {
      awake = true;
      wakeUp.abort();
    },
    state: () => ({ scan, horizon, shards: done.size }),
  };
}
