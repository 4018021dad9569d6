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
  /** Resolves when nothing runs and nothing waits for a retry sooner than its time. */
  close(): Promise<void>;
}

export interface LanesOptions {
  readonly reactions: ReadonlyMap<string, Reaction>;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly onResult: () => void;
}

interface Lane {
  readonly key: string;
  readonly shard: number;
  readonly tasks: Task[];
}

/**
 * Runs tasks lane by lane: within a lane one after the other, in order, also over retries; lanes side by side up to
 * `concurrency`. Keeps nothing durable: its tasks are rows that stay until their result is committed.
 */
export function makeLanes(options: LanesOptions): Lanes {
  const lanes = new Map<string, Lane>();
  const ready: Lane[] = [];
  const gone = new WeakSet<Lane>();
  let results: Result[] = [];
  let running = 0;
  let pending = 0;
  let closing = false;
  let onQuiet: (() => void) | null = null;

  const isQuiet = () => running === 0;

  function start(): void {
    while (!closing && running < options.concurrency && ready.length > 0) {
      const lane = ready.shift();
      const task = lane?.tasks[0];
      if (lane && task && !gone.has(lane)) void runHead(lane, task);
    }
    if (isQuiet()) onQuiet?.();
  }

  async function runHead(lane: Lane, task: Task): Promise<void> {
    running++;
    const reaction = options.reactions.get(task.reaction);
    const result = await runTask(task, reaction ?? { wants: () => true, handle: () => {} }, options.clock);
    running--;
    if (!gone.has(lane)) settle(lane, result);
    start();
  }

  function settle(lane: Lane, result: Result): void {
    results.push(result);
    if (result.outcome === 'retry') {
      lane.tasks[0] = { ...result.task, attempts: result.task.attempts + 1 };
      options.clock.after((result.notBefore ?? 0) - options.clock.now(), () => requeue(lane));
    } else {
      lane.tasks.shift();
      pending--;
      if (lane.tasks.length > 0) ready.push(lane);
      else lanes.delete(lane.key);
    }
    options.onResult();
  }

  function requeue(lane: Lane): void {
    if (gone.has(lane)) return;
    ready.push(lane);
    start();
  }

  function addOne(task: Task): void {
    const key = `${task.channelId}\n${task.lane}`;
    let lane = lanes.get(key);
    if (!lane) {
      lane = { key, shard: task.shard, tasks: [] };
      lanes.set(key, lane);
      ready.push(lane);
    }
    lane.tasks.push(task);
    pending++;
  }

  return {
    add(tasks) {
      for (const task of tasks) addOne(task);
      start();
    },
    take() {
      const taken = results;
      results = [];
      return taken;
    },
    restore(back) {
      results = [...back, ...results];
    },
    drop(shards) {
      const lost = new Set(shards);
      results = results.filter((result) => !lost.has(result.task.shard));
      for (const lane of lanes.values()) {
        if (!lost.has(lane.shard)) continue;
        gone.add(lane);
        lanes.delete(lane.key);
        pending -= lane.tasks.length;
      }
    },
    get pending() {
      return pending;
    },
    get hasResults() {
      return results.length > 0;
    },
    close() {
      closing = true;
      return isQuiet() ? Promise.resolve() : new Promise((resolve) => (onQuiet = resolve));
    },
  };
}
