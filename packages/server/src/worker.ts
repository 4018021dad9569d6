import type { Directory } from '#channels';
import { claimNew, type Follower, type LeaseOf, makeFollower, toLeaseName } from '#journal';
import {
  type Clock,
  type DatabasePool,
  fence,
  type LeaseKeeper,
  LeaseLost,
  type Log,
  runBisected,
  toDatabaseFault,
  toReason,
} from '#kit';
import type { Senders } from '#outbox';
import { claimReplayed, claimTasks, loadTasks, quarantineRow, type Reaction, type Result } from '#reactions';
import { type Backlog, makeBacklog } from './backlog.ts';
import { walk } from './pipeline.ts';
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
/** A walk costs about 16 round trips, whatever its size: at a few hundred events a second they should share them. */
const GATHER_MS = 6;
/** Reactions in memory beyond which reading pauses: the journal is the queue, not the heap. */
const MAX_PENDING = 5_000;
/** Times one event alone may run into the statement's time limit before it is taken for the reason. */
const MAX_TIMEOUTS = 3;

type Item = { readonly read: Read } | { readonly result: Result };

const readsOf = (items: readonly Item[]): Read[] => items.flatMap((item) => ('read' in item ? [item.read] : []));
const resultsOf = (items: readonly Item[]): Result[] =>
  items.flatMap((item) => ('result' in item ? [item.result] : []));
const positionOf = (item: Item): number => ('read' in item ? item.read.position : item.result.task.position);

interface Work {
  readonly options: WorkerOptions;
  readonly backlog: Backlog;
  readonly leaseOf: LeaseOf;
  /** How often each position ran into the time limit on its own. */
  readonly timeouts: Map<number, number>;
}

async function commit({ options, backlog, leaseOf }: Work, items: readonly Item[]): Promise<void> {
  const results = resultsOf(items);
  const walked = await walk({ ...options, leaseOf }, readsOf(items), results);
  backlog.settle(results);
  backlog.add(walked.tasks);
  options.senders.offer(walked.enqueued);
  options.senders.release(walked.settled);
  options.onEvents(walked.fresh.map((read) => read.kind));
}

/** The mark stays with it: whoever delivers the event again changes nothing until it is replayed. */
async function setAside({ options, leaseOf }: Work, read: Read, error: unknown): Promise<void> {
  const lease = leaseOf(read.shard);
  if (!lease) throw new LeaseLost(`${toLeaseName(read.shard)} is not held`);
  await options.db.transaction(async (tx) => {
    await fence(tx, [{ ...lease, cursor: read.cursor }]);
    const [fresh] = await claimNew(tx, [read]);
    if (fresh) await quarantineRow(tx, fresh, error, options.clock.now());
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
async function quarantineRead(work: Work, read: Read, error: unknown): Promise<void> {
  try {
    await setAside(work, read, error);
  } catch (again) {
    if (again instanceof LeaseLost || toDatabaseFault(again) !== 'data') throw again;
    work.options.log.error({ reason: toReason(again), position: read.position }, 'event.unrecorded');
    await setAside(work, toBare(read), error);
  }
}

/** A slow moment makes any event run into the limit; only one that does so again and again is at fault itself. */
function isSlowMoment(timeouts: Map<number, number>, item: Item, error: unknown): boolean {
  if (toDatabaseFault(error) !== 'timeout') return false;
  const count = (timeouts.get(positionOf(item)) ?? 0) + 1;
  timeouts.set(positionOf(item), count);
  return count < MAX_TIMEOUTS;
}

/** The one item that cannot be stored: set aside with its reason, so that its conversation goes on. */
async function quarantine(work: Work, item: Item, error: unknown): Promise<void> {
  if (isSlowMoment(work.timeouts, item, error)) throw error;
  work.timeouts.delete(positionOf(item));
  work.options.log.error({ reason: toReason(error), position: positionOf(item) }, 'event.quarantined');
  if ('read' in item) return quarantineRead(work, item.read, error);
  const told = { reason: toReason(error), stack: error instanceof Error ? (error.stack ?? null) : null };
  await commit(work, [{ result: { ...item.result, outcome: 'quarantine', intents: [], notes: [], error: told } }]);
}

async function handle(work: Work, reads: readonly Read[]): Promise<void> {
  const { backlog } = work;
  const results = backlog.take();
  const left = new Set(results);
  try {
    await runBisected<Item>([...results.map((result) => ({ result })), ...reads.map((read) => ({ read }))], {
      run: async (items) => {
        await commit(work, items);
        for (const result of resultsOf(items)) left.delete(result);
      },
      isPoison: (error) => !(error instanceof LeaseLost) && ['data', 'timeout'].includes(toDatabaseFault(error)),
      onPoison: async (item, error) => {
        await quarantine(work, item, error);
        if ('result' in item) left.delete(item.result);
      },
    });
  } catch (error) {
    backlog.restore([...left]);
    throw error;
  }
}

/** One worker: follows the journal on its shards, walks each batch, runs the reactions and brings their results back. */
export function makeWorker(options: WorkerOptions): Worker {
  const { db, clock, reactions } = options;
  let follower: Follower | null = null;
  const backlog = makeBacklog({ db, clock, reactions, onResult: () => follower?.wake() });
  const timeouts = new Map<number, number>();
  const following = makeFollower({
    ...options,
    batchSize: BATCH,
    pollMs: POLL_MS,
    gatherMs: GATHER_MS,
    expand: expandSegment,
    handle: (reads, leaseOf) => handle({ options, backlog, leaseOf, timeouts }, reads),
    hasWork: () => backlog.hasResults,
    isFull: () => backlog.pending > MAX_PENDING,
    onGained: async (shards) => {
      options.senders.recheck();
      const abandoned = shards.filter((shard) => options.keeper.abandoned.has(toLeaseName(shard)));
      await backlog.takeUp(await claimTasks(db, shards, abandoned));
    },
    onLost: (shards) => backlog.drop(shards),
    onDoubt: async (shards) => backlog.takeUp(await loadTasks(db, shards)),
    onTurn: async (shards) => {
      await options.directory.refresh();
      await backlog.takeUp(await claimReplayed(db, shards));
    },
    onStopping: () => backlog.drain(),
  });
  follower = following;
  return {
    run: () => following.run(),
    stop: () => following.stop(),
    wake: () => following.wake(),
    state: () => ({ ...following.state(), pending: backlog.pending }),
  };
}
