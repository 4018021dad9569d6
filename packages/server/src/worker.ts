import type { Directory } from '#channels';
import { claimNew, type Follower, type LeaseOf, makeFollower, toLeaseName } from '#journal';
import {
  type Clock,
  type DatabasePool,
  fence,
  type LeaseKeeper,
  LeaseLost,
  type Log,
  toDatabaseFault,
  toReason,
} from '#kit';
import type { Senders } from '#outbox';
import { claimReplayed, claimTasks, countRun, loadTasks, quarantineRow, type Reaction, type Task } from '#reactions';
import { type Backlog, makeBacklog } from './backlog.ts';
import { makeCommitter } from './committer.ts';
import { leasesOf, walk } from './pipeline.ts';
import { makeSieve } from './poison.ts';
import { expandSegment, type Read } from './read-events.ts';

export interface WorkerOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly keeper: LeaseKeeper;
  readonly directory: Directory;
  readonly reactions: ReadonlyMap<string, Reaction>;
  readonly senders: Pick<Senders, 'offer' | 'release' | 'recheck'>;
  readonly onEvents: (kinds: readonly string[]) => void;
}

export interface Worker {
  /** Runs until `stop`; resolves when what was running is committed, or has had its time. */
  run(): Promise<void>;
  stop(): void;
  wake(): void;
  state(): ReturnType<Follower['state']> & { readonly pending: number };
}

const BATCH = 1_000;
const POLL_MS = 250;
/** A walk waits for the database 7 to 10 times, whatever its size: at a few hundred events a second they should share that. */
const GATHER_MS = 6;
/** Reactions in memory beyond which reading pauses: the journal is the queue, not the heap. */
const MAX_PENDING = 5_000;

type Work = WorkerOptions & { readonly backlog: Backlog; readonly leaseOf: LeaseOf };

async function commit(work: Work, reads: readonly Read[]): Promise<void> {
  const walked = await walk(work, reads);
  work.backlog.add(walked.tasks);
  work.senders.release(walked.settled);
  work.onEvents(walked.fresh.map((read) => read.kind));
}

/**
 * Statuses are nine of ten events, and join by a lattice in whatever order. With a reaction that wants it, its place in the
 * conversation counts; so it does for a failure, which may be an opt-out.
 */
function isFree(reactions: Work['reactions'], { event }: Read): boolean {
  if (event.kind !== 'message.status' || event.errors.length > 0) return false;
  return ![...reactions.values()].some((reaction) => reaction.wants(event));
}

/** The mark stays with it: whoever delivers the event again changes nothing until it is replayed. */
async function setAside(work: Work, read: Read, error: unknown): Promise<void> {
  await work.db.transaction(async (tx) => {
    await fence(tx, leasesOf(work, [read]));
    const [fresh] = await claimNew(tx, [read]);
    if (fresh) await quarantineRow(tx, fresh, error, work.clock.now());
  });
}

/** The same place, told in nothing but plain ASCII: any row of it can be stored, and a replay still finds the event. */
function toBare(read: Read): Read {
  const plain = (text: string) => text.replaceAll(/[^ -~]/g, '?');
  const { position, channel, lane, pointer } = read;
  const texts = { channel: plain(channel), lane: plain(lane), pointer: plain(pointer) };
  return { ...read, ...texts, eventId: `x:${position}`, kind: 'unreadable' };
}

/** Its row itself may be what cannot be stored; left at that, nothing behind it would ever be read. */
async function quarantine(work: Work, read: Read, error: unknown): Promise<void> {
  try {
    await setAside(work, read, error);
  } catch (again) {
    if (again instanceof LeaseLost || toDatabaseFault(again) !== 'data') throw again;
    work.log.error({ reason: toReason(again), position: read.position }, 'event.unrecorded');
    await setAside(work, toBare(read), error);
  }
}

/**
 * One worker: follows the journal on its shards, walks each batch, runs the reactions and commits their results. What a
 * shard's new owner must not meet half-done stands still while leases change hands.
 */
export function makeWorker(options: WorkerOptions): Worker {
  const { db, log, keeper, senders } = options;
  const leaseOf: LeaseOf = (shard) => keeper.held.get(toLeaseName(shard));
  const count = (task: Task) =>
    db.transaction(async (tx) => {
      await fence(tx, leasesOf({ leaseOf }, [task]));
      await countRun(tx, task);
    });
  const backlog: Backlog = makeBacklog({ ...options, onResult: () => committer.wake(), countRun: count });
  /** Epochs by lease whose owner's death was counted: what follows the count may fail and be tried again. */
  const counted = new Map<string, number>();
  const hasDied = (shard: number): boolean => {
    const lease = leaseOf(shard);
    return lease !== undefined && keeper.abandoned.has(lease.name) && counted.get(lease.name) !== lease.epoch;
  };
  const committer = makeCommitter({ ...options, backlog, leaseOf, onFailure: (error) => follower.fail(error) });
  const work = { ...options, backlog, leaseOf };
  const handle = makeSieve<Read>({
    log,
    positionOf: (read) => read.position,
    commit: (reads) => commit(work, reads),
    quarantine: (read, error) => quarantine(work, read, error),
  });
  const follower: Follower = makeFollower({
    ...options,
    batchSize: BATCH,
    pollMs: POLL_MS,
    gatherMs: GATHER_MS,
    expand: expandSegment,
    handle,
    isFree: (read) => isFree(options.reactions, read),
    beside: committer,
    isFull: () => backlog.pending > MAX_PENDING,
    onGained: async (shards) => {
      senders.recheck();
      const tasks = await claimTasks(db, shards, shards.filter(hasDied));
      for (const lease of shards.map(leaseOf)) if (lease) counted.set(lease.name, lease.epoch);
      await backlog.takeUp(tasks);
    },
    onLost: (shards) => backlog.drop(shards),
    onDoubt: async (shards) => backlog.takeUp(await loadTasks(db, shards)),
    onTurn: async (shards) => {
      await options.directory.refresh();
      await backlog.takeUp(await claimReplayed(db, shards));
    },
    onStopping: () => backlog.drain(),
  });
  return {
    run: () => follower.run(),
    stop: () => follower.stop(),
    wake: () => follower.wake(),
    state: () => ({ ...follower.state(), pending: backlog.pending }),
  };
}
