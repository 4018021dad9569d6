import { type Clock, type Database, type Log, makeDelay } from '#kit';
import { makeLanes, type Reaction, type Result, type StoredTask, SUSPECTED, type Task } from '#reactions';
import { makeProbation, toLaneKey } from './probation.ts';
import { readEvents } from './read-events.ts';

/** The tasks this process knows of, each once: those that wait or run, and those whose result is not committed yet. */
export interface Backlog {
  /** New tasks, in journal order; one that is known already is passed over. */
  add(tasks: readonly Task[]): void;
  /** The same for tasks read from the table, with the events they point to. */
  takeUp(stored: readonly StoredTask[]): Promise<void>;
  /** Results to be committed: afterwards either `settle` or `restore` them. */
  take(): Result[];
  restore(results: readonly Result[]): void;
  settle(results: readonly Result[]): void;
  drop(shards: readonly number[]): void;
  /** Starts nothing more; resolves when what runs has ended, or has had its time. */
  drain(): Promise<void>;
  readonly pending: number;
  readonly hasResults: boolean;
}

export interface BacklogOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly reactions: ReadonlyMap<string, Reaction>;
  readonly onResult: () => void;
  /** Counts the run of a suspected task before it begins. */
  readonly countRun: (task: Task) => Promise<void>;
}

const CONCURRENCY = 64;
/** How often a task may be the head of its lane when a process ends, before it is taken for the reason. */
const MAX_DEATHS = 5;
/** Time for running handlers at a stop; below the lease's, so that what they bring can still be committed. */
const DRAIN_MS = 5_000;

const keyOf = (task: Task): string => `${task.position} ${task.reaction}`;

export function makeBacklog(options: BacklogOptions): Backlog {
  const { db, clock, reactions, onResult } = options;
  const known = new Map<string, Task>();
  const ofLane = (task: Task) => known.values().filter((other) => toLaneKey(other) === toLaneKey(task));
  const probation = makeProbation({
    ...options,
    count: options.countRun,
    // In the order in which they came in: what was replayed stands last in its lane, whatever its position.
    hasEarlier: (task) => ofLane(task).next().value?.position !== task.position,
    hasMore: (task) => ofLane(task).next().done !== true,
  });
  const admit = (task: Task) => probation.admit(task);
  const lanes = makeLanes({ reactions, clock, concurrency: CONCURRENCY, onResult, admit });

  function enlist(tasks: readonly Task[]): Task[] {
    const fresh = tasks.filter((task) => !known.has(keyOf(task)));
    for (const task of fresh) known.set(keyOf(task), task);
    return fresh;
  }

  function forget(tasks: readonly Task[]): void {
    for (const task of tasks) known.delete(keyOf(task));
  }

  async function takeUp(stored: readonly StoredTask[]): Promise<void> {
    if (stored.length === 0) return;
    const deadly = new Set(stored.filter((task) => task.deaths > MAX_DEATHS).map((task) => task.position));
    const suspected = new Set(stored.filter((task) => task.deaths >= SUSPECTED).map((task) => task.position));
    const fresh = enlist(await toTasks(db, stored));
    for (const task of fresh) if (suspected.has(task.position)) probation.suspect(task);
    lanes.restore(fresh.filter((task) => deadly.has(task.position)).map(toDeadly));
    lanes.add(fresh.filter((task) => !deadly.has(task.position)));
  }

  return {
    add: (tasks) => lanes.add(enlist(tasks)),
    takeUp,
    take: () => lanes.take(),
    restore: (results) => lanes.restore(results),
    settle(results) {
      forget(results.filter(({ outcome }) => outcome !== 'retry').map(({ task }) => task));
      probation.pass(results.map(({ task }) => task));
    },
    drop(shards) {
      const lost = new Set(shards);
      const gone = [...known.values()].filter(({ shard }) => lost.has(shard));
      forget(gone);
      lanes.drop(shards);
      probation.drop(gone);
    },
    async drain() {
      const over = new AbortController();
      probation.close();
      await Promise.race([lanes.close(), makeDelay(clock, DRAIN_MS, over.signal)]);
      over.abort();
    },
    get pending() {
      return lanes.pending;
    },
    get hasResults() {
      return lanes.hasResults;
    },
  };
}

async function toTasks(db: Database, stored: readonly StoredTask[]): Promise<Task[]> {
  const events = await readEvents(db, stored);
  return stored.flatMap((task, n): Task[] => {
    const { conversationId, contactId, messageId, owner, ownerEpoch } = task;
    const view = { conversationId, contactId, messageId, owner, ownerEpoch };
    const event = events[n];
    return event ? [{ ...task, event, view }] : [];
  });
}

function toDeadly(task: Task): Result {
  const reason = 'The process ended several times while this event was being handled.';
  const error = { reason, stack: null };
  return { task, outcome: 'quarantine', intents: [], notes: [], tookMs: 0, error, notBefore: null };
}
