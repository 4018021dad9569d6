import type { WhatsAppEvent } from '@wharf/whatsapp';
import type { Directory } from '#channels';
import { type Follower, type JournalRow, makeFollower, toLeaseName } from '#journal';
import {
  type Clock,
  type DatabasePool,
  fence,
  type Lease,
  type LeaseKeeper,
  LeaseLost,
  type Log,
  runBisected,
  toDatabaseFault,
  toReason,
} from '#kit';
import type { Senders } from '#outbox';
import {
  claimReplayed,
  claimTasks,
  type Lanes,
  makeLanes,
  quarantineRow,
  type Reaction,
  type Result,
  type StoredTask,
  type Task,
} from '#reactions';
import { walk } from './pipeline.ts';
import { type Read, readEvents } from './read-events.ts';

export interface WorkerOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly keeper: LeaseKeeper;
  readonly directory: Directory;
  readonly reactions: ReadonlyMap<string, Reaction>;
  readonly senders: Pick<Senders, 'wake' | 'release'>;
  readonly recall: (deliveryId: string) => readonly WhatsAppEvent[] | undefined;
  readonly onEvents: (kinds: readonly string[]) => void;
}

export interface Worker {
  run(): Promise<void>;
  stop(): void;
  wake(): void;
  state(): ReturnType<Follower['state']> & { readonly pending: number };
}

const BATCH = 500;
const POLL_MS = 250;
/** Reactions in memory beyond which reading pauses: the journal is the queue, not the heap. */
const MAX_PENDING = 5_000;
const MAX_DEATHS = 5;

type Item = { readonly read: Read } | { readonly result: Result };

const readsOf = (items: readonly Item[]): Read[] => items.flatMap((item) => ('read' in item ? [item.read] : []));
const resultsOf = (items: readonly Item[]): Result[] =>
  items.flatMap((item) => ('result' in item ? [item.result] : []));

/** One worker: follows the journal on its shards, walks each batch, runs the reactions and brings their results back. */
export function makeWorker(options: WorkerOptions): Worker {
  const { db, clock, log } = options;
  let follower: Follower | null = null;
  let shards: readonly number[] = [];
  const lanes: Lanes = makeLanes({
    reactions: options.reactions,
    clock,
    concurrency: 64,
    onResult: () => follower?.wake(),
  });
  let failed: Result[] = [];

  async function commit(items: readonly Item[], leaseOf: (shard: number) => Lease | undefined): Promise<void> {
    const walked = await walk({ ...options, leaseOf }, readsOf(items), resultsOf(items));
    lanes.add(walked.tasks);
    options.senders.wake(walked.wake);
    options.senders.release(walked.settled);
    options.onEvents(walked.fresh.map((read) => read.kind));
  }

  /** The one item that cannot be stored: set aside with its reason, so that its conversation goes on. */
  async function quarantine(item: Item, error: unknown, leaseOf: (shard: number) => Lease | undefined): Promise<void> {
    log.error(
      { reason: toReason(error), position: 'read' in item ? item.read.position : item.result.task.position },
      'event.quarantined',
    );
    if ('result' in item) {
      const told = { reason: toReason(error), stack: error instanceof Error ? (error.stack ?? null) : null };
      return commit(
        [{ result: { ...item.result, outcome: 'quarantine', intents: [], notes: [], error: told } }],
        leaseOf,
      );
    }
    const lease = leaseOf(item.read.shard);
    if (!lease) throw new LeaseLost(`${toLeaseName(item.read.shard)} is not held`);
    await db.transaction(async (tx) => {
      await fence(tx, [{ ...lease, cursor: item.read.position }]);
      await quarantineRow(tx, item.read, error, clock.now());
    });
  }

  async function handle(rows: readonly JournalRow[], leaseOf: (shard: number) => Lease | undefined): Promise<void> {
    const reads = await readEvents(db, rows, options.recall);
    const results = [...failed, ...lanes.take()];
    failed = [];
    const left = new Set(results);
    try {
      await runBisected<Item>([...results.map((result) => ({ result })), ...reads.map((read) => ({ read }))], {
        run: async (items) => {
          await commit(items, leaseOf);
          for (const result of resultsOf(items)) left.delete(result);
        },
        isPoison: (error) => !(error instanceof LeaseLost) && toDatabaseFault(error) === 'data',
        onPoison: async (item, error) => {
          await quarantine(item, error, leaseOf);
          if ('result' in item) left.delete(item.result);
        },
      });
    } catch (error) {
      lanes.restore([...left]);
      throw error;
    }
  }

  async function takeUp(stored: readonly StoredTask[]): Promise<void> {
    if (stored.length === 0) return;
    const rows = stored.map((task) => ({ ...task, provider: 'meta' as const, channel: '', kind: '' }));
    const reads = await readEvents(db, rows, () => undefined);
    const tasks = stored.flatMap((task, n): { task: Task; deaths: number }[] => {
      const read = reads[n];
      const { conversationId, contactId, messageId, owner, ownerEpoch } = task;
      const view = { conversationId, contactId, messageId, owner, ownerEpoch };
      return read
        ? [{ task: { ...task, event: read.event, view, receivedAt: task.receivedAt.getTime() }, deaths: task.deaths }]
        : [];
    });
    failed.push(...tasks.filter(({ deaths }) => deaths > MAX_DEATHS).map(({ task }) => toDeadly(task)));
    lanes.add(tasks.filter(({ deaths }) => deaths <= MAX_DEATHS).map(({ task }) => task));
  }

  follower = makeFollower({
    ...options,
    batchSize: BATCH,
    pollMs: POLL_MS,
    handle,
    hasWork: () => lanes.hasResults || failed.length > 0,
    isFull: () => lanes.pending > MAX_PENDING,
    onGained: async (gained) => takeUp(await claimTasks(db, gained)),
    onLost: (lost) => lanes.drop(lost),
    onTurn: async (held) => {
      shards = held;
      await options.directory.refresh();
      await takeUp(await claimReplayed(db, shards));
    },
  });
  const following = follower;

  return {
    async run() {
      await following.run();
      await lanes.close();
    },
    stop: () => following.stop(),
    wake: () => following.wake(),
    state: () => ({ ...following.state(), pending: lanes.pending }),
  };
}

function toDeadly(task: Task): Result {
  const reason = 'The process ended several times while this event was being handled.';
  return {
    task,
    outcome: 'quarantine',
    intents: [],
    notes: [],
    tookMs: 0,
    error: { reason, stack: null },
    notBefore: null,
  };
}
