import type { Clock } from '#kit';
import type { Reaction } from './compose.ts';
import { type Result, runTask, type Task } from './run.ts';

export interface Lanes {
  /** Takes tasks in journal order. */
  add(tasks: readonly Task[]): void;
  /** Results since the last call, in the order they finished. They are the caller's until `restore`d. */
  take(): Result[];
  restore(results: readonly Result[]): void;
  /** Forgets everything of shards that another worker has now. */
  drop(shards: readonly number[]): void;
  readonly pending: number;
  readonly hasResults: boolean;
  /** Begins nothing more; resolves when nothing runs. What waits stays a row. */
  close(): Promise<void>;
}

export interface LanesOptions {
  readonly reactions: ReadonlyMap<string, Reaction>;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly onResult: () => void;
  /** Asked before each run; null: at once. False: not here, and not now. */
  readonly admit?: (task: Task) => Promise<boolean> | null;
}

interface Lane {
  readonly key: string;
  readonly shard: number;
  readonly tasks: Task[];
}

/** Who waits behind whom. A dropped lane is gone for good: its shard, should it come back, gets new ones. */
function makeRoster() {
  const lanes = new Map<string, Lane>();
  const ready: Lane[] = [];
  let pending = 0;

  const has = (lane: Lane): boolean => lanes.get(lane.key) === lane;

  return {
    has,
    get pending() {
      return pending;
    },
    add(task: Task): void {
      const key = `${task.channelId}\n${task.lane}`;
      const known = lanes.get(key);
      const lane = known ?? { key, shard: task.shard, tasks: [] };
      lane.tasks.push(task);
      pending++;
      if (known) return;
      lanes.set(key, lane);
      ready.push(lane);
    },
    /** The next lane whose head may run. */
    next(): Lane | undefined {
      for (let lane = ready.shift(); lane; lane = ready.shift()) if (has(lane)) return lane;
      return undefined;
    },
    /** The head is done. */
    advance(lane: Lane): void {
      lane.tasks.shift();
      pending--;
      if (lane.tasks.length > 0) ready.push(lane);
      else lanes.delete(lane.key);
    },
    /** The head may run again. */
    requeue(lane: Lane): void {
      if (has(lane)) ready.push(lane);
    },
    drop(shards: ReadonlySet<number>): void {
      for (const lane of lanes.values()) {
        if (!shards.has(lane.shard)) continue;
        lanes.delete(lane.key);
        pending -= lane.tasks.length;
      }
    },
  };
}

const NOTHING: Reaction = { wants: () => true, handle: () => {} };

/** Null: it was not admitted. */
async function runIfAdmitted({ admit, reactions, clock }: LanesOptions, task: Task): Promise<Result | null> {
  const admission = admit?.(task) ?? null;
  if (admission !== null && !(await admission)) return null;
  return runTask(task, reactions.get(task.reaction) ?? NOTHING, clock);
}

/**
 * Runs tasks lane by lane: within a lane one after the other, in order, also over retries; lanes side by side up to
 * `concurrency`. Keeps nothing durable: its tasks are rows that stay until their result is committed.
 */
export function makeLanes(options: LanesOptions): Lanes {
  const { clock } = options;
  const roster = makeRoster();
  let results: Result[] = [];
  let running = 0;
  let limit = options.concurrency;
  let onQuiet: (() => void)[] = [];

  function start(): void {
    while (running < limit) {
      const lane = roster.next();
      const head = lane?.tasks[0];
      if (!lane || !head) break;
      void runHead(lane, head);
    }
    if (running > 0) return;
    for (const resolve of onQuiet) resolve();
    onQuiet = [];
  }

  async function runHead(lane: Lane, task: Task): Promise<void> {
    running++;
    const result = await runIfAdmitted(options, task);
    running--;
    if (result && roster.has(lane)) settle(lane, result);
    start();
  }

  function settle(lane: Lane, result: Result): void {
    results.push(result);
    if (result.outcome === 'retry') {
      lane.tasks[0] = { ...result.task, attempts: result.task.attempts + 1 };
      clock.after((result.notBefore ?? 0) - clock.now(), () => {
        roster.requeue(lane);
        start();
      });
    } else roster.advance(lane);
    options.onResult();
  }

  return {
    add(tasks) {
      for (const task of tasks) roster.add(task);
      start();
    },
    take: () => results.splice(0),
    restore: (back) => void (results = [...back, ...results]),
    drop(shards) {
      const lost = new Set(shards);
      results = results.filter((result) => !lost.has(result.task.shard));
      roster.drop(lost);
    },
    get pending() {
      return roster.pending;
    },
    get hasResults() {
      return results.length > 0;
    },
    close() {
      limit = 0;
      return running === 0 ? Promise.resolve() : new Promise((resolve) => onQuiet.push(resolve));
    },
  };
}
