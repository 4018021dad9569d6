import {
  type Clock,
  type CursorOf,
  type Lease,
  type LeaseKeeper,
  LeaseLost,
  type Log,
  makeDelay,
  toReason,
} from '#kit';
import { type Aside, makeAside } from './aside.ts';
import { makeReader, type Reader, type ReaderOptions } from './reader.ts';
import { toLeaseName, toShardOfLease } from './shard.ts';
import { type JournalRow, readHorizon, toSegment } from './store.ts';

export type LeaseOf = (shard: number) => Lease | undefined;

/** What else is committed under the leases: it stands still while they change hands. */
export interface Beside {
  /** Begins nothing more; resolves when nothing is under way. So it is at first, and after a failure. */
  hold(): Promise<void>;
  go(): void;
  /** Commits what is left, also when held. */
  finish(): Promise<void>;
}

export interface FollowerOptions<R extends JournalRow> extends ReaderOptions<R> {
  readonly clock: Clock;
  readonly log: Log;
  readonly keeper: LeaseKeeper;
  readonly pollMs: number;
  /** Batches start at least this far apart. */
  readonly gatherMs: number;
  /** Processes rows in order, in transactions that are valid only while the leases hold (see `fence`). */
  readonly handle: (rows: readonly R[]) => Promise<void>;
  /** A row that may be handled after later ones, and beside them: nobody waits for what comes of it. */
  readonly isFree: (row: R) => boolean;
  readonly beside: Beside;
  /** True while there is more in memory than should be: nothing more is read. */
  readonly isFull: () => boolean;
  /** Asked again when it fails: a shard is read only once it went well. */
  readonly onGained: (shards: readonly number[]) => Promise<void>;
  readonly onLost: (shards: readonly number[]) => void;
  /** Before anything else after a failure: a commit whose answer was lost may have left work that nobody took up. */
  readonly onDoubt: (shards: readonly number[]) => Promise<void>;
  /** After every renewal, with all shards held: for chores of the same rhythm. */
  readonly onTurn: (shards: readonly number[]) => Promise<void>;
  /** Once, when reading has ended: what still runs may come to its end, and is committed under the leases. */
  readonly onStopping: () => Promise<void>;
}

export interface Follower {
  /** Runs until `stop`; resolves when the last batch is committed and the leases are released. */
  run(): Promise<void>;
  stop(): void;
  wake(): void;
  /** What stands beside the reading failed, and is held: the next step takes the turn that every failure calls for. */
  fail(error: unknown): void;
  /** For metrics: how far this worker has read, and what it owns. */
  state(): { readonly scan: number; readonly horizon: number; readonly shards: number };
}

const BACKOFF_MS = 500;
/** A tenth of a second is not seen on a tick, and makes one batch of what would be five. */
const ASIDE_GATHER_MS = 100;
/** Free rows in memory beyond which reading waits for them. */
const MAX_ASIDE = 5_000;
/** A reason of our own: without one each abort makes an exception with a stack, 2 % of a busy process. */
const WOKEN = 'woken';

interface Shard {
  readonly epoch: number;
  /** Segment up to which it is done. */
  done: number;
}

/**
 * Follows the journal on the shards this worker holds, one batch at a time; rows that need no order go aside, so that
 * the others do not wait for them.
 *
 * Every worker reads every segment and takes the rows of its shards. `scan` is the segment up to which every held shard
 * is done. A newly gained shard may be further back: then the scan steps back, and rows that its siblings have done
 * already are passed over (`done` knows, by shard).
 *
 * What is held is read off the keeper, epoch by epoch, and never off what a turn reported: a turn may fail half-way.
 */
class JournalFollower<R extends JournalRow> implements Follower {
  readonly #options: FollowerOptions<R>;
  readonly #reader: Reader<R>;
  readonly #aside: Aside<R>;
  readonly #shards = new Map<number, Shard>();
  readonly #stopping = new AbortController();
  #wakeUp = new AbortController();
  #awake = false;
  /** Something failed, perhaps after its commit: what the tables say counts, not what we remember. */
  #doubtful = false;
  /** What failed beside the reading, and from where to read again. */
  #failure: { readonly error: unknown; readonly scan: number } | null = null;
  #horizon = 0;

  constructor(options: FollowerOptions<R>) {
    this.#options = options;
    this.#reader = makeReader(options);
    this.#aside = makeAside({
      ...options,
      gatherMs: ASIDE_GATHER_MS,
      maxWaiting: MAX_ASIDE,
      onFailure: (error, scan) => this.#note(error, scan),
    });
  }

  async run(): Promise<void> {
    const { log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        const startedAt = this.#options.clock.now();
        if (await this.#step()) await this.#gather(startedAt);
        else await this.#rest();
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
    this.#wakeUp.abort(WOKEN);
  }

  fail(error: unknown): void {
    this.#note(error, Infinity);
  }

  state(): ReturnType<Follower['state']> {
    return { scan: this.#reader.scan, horizon: this.#horizon, shards: this.#shards.size };
  }

  readonly #leaseOf: LeaseOf = (shard) => this.#options.keeper.held.get(toLeaseName(shard));

  /** Reads and handles one batch; false when there was nothing to do. */
  async #step(): Promise<boolean> {
    const { keeper, handle, isFree } = this.#options;
    this.#awake = false;
    this.#throwFailure();
    if (this.#doubtful || keeper.isDue()) await this.#turn();
    const rows = await this.#next();
    const fresh = rows.filter((row) => toSegment(row.position) > (this.#shards.get(row.shard)?.done ?? Infinity));
    const byFreedom = Map.groupBy(fresh, isFree);
    const ordered = byFreedom.get(false) ?? [];
    if (ordered.length > 0) await handle(ordered);
    await this.#aside.add(byFreedom.get(true) ?? [], this.#reader.scan);
    this.#reader.take(rows.length);
    return rows.length > 0;
  }

  #note(error: unknown, scan: number): void {
    this.#failure = { error, scan: Math.min(scan, this.#failure?.scan ?? Infinity) };
    this.wake();
  }

  /** What failed aside is read again. */
  #takeFailure(): { readonly error: unknown } | null {
    const failure = this.#failure;
    this.#failure = null;
    if (failure && failure.scan < this.#reader.scan) this.#reader.reset(failure.scan);
    return failure;
  }

  #throwFailure(): void {
    const failure = this.#takeFailure();
    if (failure) throw failure.error;
  }

  /** The next rows; none when there is nothing to read, or no room. */
  async #next(): Promise<readonly R[]> {
    this.#horizon = await readHorizon(this.#options.db);
    if (this.#shards.size === 0 || this.#options.isFull()) return [];
    return this.#reader.peek(this.#horizon);
  }

  /** After a batch: the next one starts a little later, so that it is larger. A wake does not cut this short. */
  async #gather(startedAt: number): Promise<void> {
    const { clock, gatherMs } = this.#options;
    const leftMs = Math.min(gatherMs, startedAt + gatherMs - clock.now());
    if (leftMs > 0) await makeDelay(clock, leftMs, this.#stopping.signal);
  }

  async #rest(): Promise<void> {
    const { clock, pollMs } = this.#options;
    if (this.#awake) return;
    await makeDelay(clock, pollMs, this.#stopping.signal, this.#wakeUp.signal);
    this.#wakeUp = new AbortController();
  }

  /** A lease that is held, but whose shard was not taken up yet, is as far as its owner before left it. */
  readonly #cursorOf: CursorOf = ({ name, epoch }) => {
    const shard = this.#shards.get(toShardOfLease(name));
    return shard?.epoch === epoch ? shard.done : 0;
  };

  /** All rows up to the scan are done for every shard, also for those that had none. */
  #catchUp(): void {
    for (const shard of this.#shards.values()) shard.done = Math.max(shard.done, this.#reader.scan);
  }

  /** Leases are renewed, given up and gained, each with how far it is done; what fails leaves the rest held. */
  async #turn(): Promise<void> {
    const { keeper, beside, onDoubt, onTurn } = this.#options;
    await Promise.all([beside.hold(), this.#aside.quiet()]);
    this.#throwFailure();
    this.#catchUp();
    await keeper.turn(this.#cursorOf);
    this.#lose();
    await this.#gain();
    if (this.#doubtful) await onDoubt([...this.#shards.keys()]);
    this.#doubtful = false;
    await onTurn([...this.#shards.keys()]);
    beside.go();
  }

  #lose(): void {
    const lost = [...this.#shards].filter(([shard, { epoch }]) => this.#leaseOf(shard)?.epoch !== epoch);
    if (lost.length === 0) return;
    for (const [shard] of lost) this.#shards.delete(shard);
    this.#options.onLost(lost.map(([shard]) => shard));
  }

  async #gain(): Promise<void> {
    const { keeper, onGained } = this.#options;
    const gained = new Map([...keeper.held.values()].map((lease) => [toShardOfLease(lease.name), lease] as const));
    for (const shard of this.#shards.keys()) gained.delete(shard);
    if (gained.size === 0) return;
    await onGained([...gained.keys()]);
    for (const [shard, { epoch, cursor }] of gained) this.#shards.set(shard, { epoch, done: cursor });
    this.#reader.reset(Math.min(...[...this.#shards.values()].map((shard) => shard.done)));
  }

  async #recover(error: unknown): Promise<void> {
    const { log, clock } = this.#options;
    const lost = error instanceof LeaseLost;
    log.warn({ reason: toReason(error), lease: lost }, 'journal.batch_failed');
    this.#doubtful = true;
    if (lost) return this.#turn();
    await makeDelay(clock, BACKOFF_MS, this.#stopping.signal);
  }

  /** What is left after the last batch; a failure here costs a redo by the next owner, nothing else. */
  async #finish(): Promise<void> {
    const { beside, keeper, onStopping } = this.#options;
    try {
      await this.#aside.quiet();
      await onStopping();
      await beside.finish();
    } finally {
      this.#takeFailure();
      this.#catchUp();
      await keeper.releaseAll(this.#cursorOf);
    }
  }
}

export const makeFollower = <R extends JournalRow>(options: FollowerOptions<R>): Follower =>
  new JournalFollower(options);
