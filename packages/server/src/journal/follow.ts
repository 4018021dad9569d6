import {
  type Clock,
  type Database,
  type Lease,
  type LeaseKeeper,
  LeaseLost,
  type Log,
  makeDelay,
  toReason,
} from '#kit';
import { toLeaseName, toShardOfLease } from './shard.ts';
import { type JournalRow, readHorizon, readNext } from './store.ts';

export type LeaseOf = (shard: number) => Lease | undefined;

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
  readonly handle: (rows: readonly JournalRow[], leaseOf: LeaseOf) => Promise<void>;
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
const SHARD_COUNT = 256;

/**
 * Follows the journal on the shards this worker holds, one batch at a time.
 *
 * `scan` is the position up to which every held shard is done. A newly gained shard may be further back: then the scan
 * steps back, and rows that its siblings have done already are passed over (`done` knows, by shard).
 */
class JournalFollower implements Follower {
  readonly #options: FollowerOptions;
  readonly #done = new Map<number, number>();
  readonly #stopping = new AbortController();
  #wakeUp = new AbortController();
  #awake = false;
  #scan = 0;
  #horizon = 0;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        if (!(await this.#step())) await this.#rest();
      } catch (error) {
        await this.#recover(error).catch((again: unknown) =>
          log.warn({ reason: toReason(again) }, 'journal.recovery_failed'),
        );
      }
    }
    await this.#finish().catch((error: unknown) => log.warn({ reason: toReason(error) }, 'journal.finish_failed'));
  }

  stop(): void {
    this.#stopping.abort();
  }

  wake(): void {
    this.#awake = true;
    this.#wakeUp.abort();
  }

  state(): ReturnType<Follower['state']> {
    return { scan: this.#scan, horizon: this.#horizon, shards: this.#done.size };
  }

  readonly #leaseOf: LeaseOf = (shard) => this.#options.keeper.held.get(toLeaseName(shard));

  /** Reads and handles one batch; false when there was nothing to read. */
  async #step(): Promise<boolean> {
    const { keeper, batchSize, hasWork, handle } = this.#options;
    if (keeper.isDue()) await this.#turn();
    this.#awake = false;
    const rows = await this.#next();
    const fresh = (rows ?? []).filter((row) => row.position > (this.#done.get(row.shard) ?? Infinity));
    if (fresh.length > 0 || hasWork()) await handle(fresh, this.#leaseOf);
    if (rows === null) return false;
    for (const row of fresh) this.#done.set(row.shard, row.position);
    this.#scan = rows.length < batchSize ? Math.max(this.#scan, this.#horizon) : (rows.at(-1)?.position ?? this.#scan);
    return true;
  }

  /** The next rows; null when there is nothing to read, or no room. */
  async #next(): Promise<JournalRow[] | null> {
    const { db, batchSize, isFull } = this.#options;
    this.#horizon = await readHorizon(db);
    if (this.#horizon <= this.#scan || this.#done.size === 0 || isFull()) return null;
    const shards = this.#done.size === SHARD_COUNT ? null : [...this.#done.keys()];
    return readNext(db, { after: this.#scan, upTo: this.#horizon, shards, limit: batchSize });
  }

  async #rest(): Promise<void> {
    const { clock, pollMs, hasWork } = this.#options;
    if (this.#awake || hasWork()) return;
    await makeDelay(clock, pollMs, AbortSignal.any([this.#stopping.signal, this.#wakeUp.signal]));
    this.#wakeUp = new AbortController();
  }

  async #turn(): Promise<void> {
    const { keeper, onLost, onTurn } = this.#options;
    // All rows up to `scan` are done for every held shard, also for those that had none.
    for (const [shard, position] of this.#done) this.#done.set(shard, Math.max(position, this.#scan));
    const { gained, lost } = await keeper.turn(this.#scan);
    for (const name of lost) this.#done.delete(toShardOfLease(name));
    if (lost.length > 0) onLost(lost.map(toShardOfLease));
    if (gained.length > 0) await this.#gain(gained);
    await onTurn([...this.#done.keys()]);
  }

  async #gain(gained: readonly Lease[]): Promise<void> {
    for (const lease of gained) this.#done.set(toShardOfLease(lease.name), lease.cursor);
    this.#scan = Math.min(...this.#done.values());
    await this.#options.onGained(gained.map((lease) => toShardOfLease(lease.name)));
  }

  async #recover(error: unknown): Promise<void> {
    const { log, clock } = this.#options;
    log.warn({ reason: toReason(error), lease: error instanceof LeaseLost }, 'journal.batch_failed');
    if (error instanceof LeaseLost) return this.#turn();
    await makeDelay(clock, BACKOFF_MS, this.#stopping.signal);
  }

  /** What is left after the last batch; a failure here costs a redo by the next owner, nothing else. */
  async #finish(): Promise<void> {
    const { hasWork, handle, keeper } = this.#options;
    while (hasWork()) await handle([], this.#leaseOf);
    await keeper.turn(this.#scan);
    await keeper.releaseAll();
  }
}

export const makeFollower = (options: FollowerOptions): Follower => new JournalFollower(options);
