import { type Clock, type Log, toReason } from '#kit';
import type { Task } from '#reactions';

/**
 * What was under way when a process ended several times is suspected of having ended it. It is not run side by side with
 * others any more but alone: after everything before it in its lane is committed, and after its run was counted. So only
 * the guilty one is counted on, and whoever merely stood near it is found innocent by being handled.
 */
export interface Probation {
  /** The lane of a task whose process ended before, again and again. */
  suspect(task: Task): void;
  /** Null: it may run at once; else true as soon as it may, false when it never may. */
  admit(task: Task): Promise<boolean> | null;
  /** What came of these runs is committed: others may have been waiting for it. The next run of one may be waiting itself. */
  pass(tasks: readonly Task[]): void;
  /** These are forgotten, waiting or not. */
  drop(tasks: readonly Task[]): void;
  /** Nobody else is admitted. */
  close(): void;
}

export interface ProbationOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Counts a run before it begins; rejects when it cannot, or must not. */
  readonly count: (task: Task) => Promise<void>;
  /** Whether something before it in its lane is not committed yet; whether anything of its lane is left at all. */
  readonly hasEarlier: (task: Task) => boolean;
  readonly hasMore: (task: Task) => boolean;
}

interface Waiting {
  readonly task: Task;
  readonly resolve: (isAdmitted: boolean) => void;
}

/** Until a run can be counted, for example because the database is away. */
const AGAIN_MS = 500;

export const toLaneKey = ({ channelId, lane }: Pick<Task, 'channelId' | 'lane'>): string => `${channelId}\n${lane}`;

/** Whether a task, in whatever run, is among these. */
function toTest(tasks: readonly Task[]): (task: Task) => boolean {
  const keys = new Set(tasks.map(({ position, reaction }) => `${position} ${reaction}`));
  return ({ position, reaction }) => keys.has(`${position} ${reaction}`);
}

class SerialProbation implements Probation {
  readonly #options: ProbationOptions;
  readonly #lanes = new Set<string>();
  #waiting: Waiting[] = [];
  /** The one that runs alone, until what came of it is committed. */
  #current: Task | null = null;

  constructor(options: ProbationOptions) {
    this.#options = options;
  }

  suspect(task: Task): void {
    this.#lanes.add(toLaneKey(task));
  }

  admit(task: Task): Promise<boolean> | null {
    if (!this.#lanes.has(toLaneKey(task))) return null;
    return new Promise((resolve) => {
      this.#waiting.push({ task, resolve });
      this.#next();
    });
  }

  pass(tasks: readonly Task[]): void {
    if (this.#lanes.size === 0) return;
    if (this.#current && toTest(tasks)(this.#current)) this.#current = null;
    for (const task of tasks) if (!this.#options.hasMore(task)) this.#lanes.delete(toLaneKey(task));
    this.#next();
  }

  drop(tasks: readonly Task[]): void {
    const isDropped = toTest(tasks);
    for (const { resolve } of this.#waiting.filter(({ task }) => isDropped(task))) resolve(false);
    this.#waiting = this.#waiting.filter(({ task }) => !isDropped(task));
    this.pass(tasks);
  }

  close(): void {
    for (const { resolve } of this.#waiting.splice(0)) resolve(false);
  }

  #next(): void {
    if (this.#current !== null) return;
    const next = this.#waiting.find(({ task }) => !this.#options.hasEarlier(task));
    if (!next) return;
    this.#current = next.task;
    this.#waiting = this.#waiting.filter((other) => other !== next);
    void this.#begin(next);
  }

  async #begin(next: Waiting): Promise<void> {
    const { count, clock, log } = this.#options;
    try {
      await count(next.task);
      next.resolve(true);
    } catch (error) {
      log.warn({ reason: toReason(error), position: next.task.position }, 'reaction.uncounted');
      if (this.#current === next.task) this.#waiting.unshift(next);
      else next.resolve(false);
      clock.after(AGAIN_MS, () => {
        if (this.#current === next.task) this.#current = null;
        this.#next();
      });
    }
  }
}

export const makeProbation = (options: ProbationOptions): Probation => new SerialProbation(options);
