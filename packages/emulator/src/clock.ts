import type { Clock } from './contract.ts';

/** The machine's time. */
export function machineClock(): Clock {
  return {
    now: () => Date.now(),
    after: (delayMs, job) => {
      const timer = setTimeout(job, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/** A clock whose outstanding jobs can be given up at once: a closed emulator must not act any more. */
export interface StoppableClock extends Clock {
  stop(): void;
}

export function makeStoppableClock(clock: Clock): StoppableClock {
  const cancels = new Set<() => void>();
  let isStopped = false;
  return {
    now: () => clock.now(),
    after(delayMs, job) {
      if (isStopped) return () => undefined;
      const cancel = clock.after(delayMs, () => {
        cancels.delete(cancel);
        job();
      });
      cancels.add(cancel);
      return () => {
        cancels.delete(cancel);
        cancel();
      };
    },
    stop() {
      isStopped = true;
      for (const cancel of cancels) cancel();
      cancels.clear();
    },
  };
}

export interface VirtualClock extends Clock {
  /** Moves time forward by `ms`, running due jobs in order of their time, then of their scheduling. */
  advance(ms: number): void;
  /** Jobs that wait for their time. */
  waiting(): number;
}

interface Job {
  readonly dueAt: number;
  readonly order: number;
  readonly run: () => void;
}

const isBefore = (a: Job, b: Job): boolean => (a.dueAt === b.dueAt ? a.order < b.order : a.dueAt < b.dueAt);

/** Where `job` belongs in the sorted list: after everything due at the same moment. */
function positionOf(jobs: readonly Job[], job: Job): number {
  let low = 0;
  let high = jobs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = jobs[middle];
    if (other !== undefined && isBefore(other, job)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A clock that stands still until told. `startMs` is Unix milliseconds. */
export function makeVirtualClock(startMs: number): VirtualClock {
  const jobs: Job[] = [];
  let nowMs = startMs;
  let order = 0;
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const job = { dueAt: nowMs + Math.max(0, delayMs), order: order++, run };
      jobs.splice(positionOf(jobs, job), 0, job);
      return () => {
        const at = jobs.indexOf(job);
        if (at >= 0) jobs.splice(at, 1);
      };
    },
    advance(ms) {
      const endMs = nowMs + ms;
      for (let job = jobs[0]; job !== undefined && job.dueAt <= endMs; job = jobs[0]) {
        jobs.shift();
        nowMs = job.dueAt;
        job.run();
      }
      nowMs = endMs;
    },
    waiting: () => jobs.length,
  };
}
