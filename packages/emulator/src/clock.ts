import type { Clock } from './contract.ts';
import { makeHeap } from './heap.ts';

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
  isCancelled: boolean;
}

/** A clock that stands still until told. `startMs` is Unix milliseconds. */
export function makeVirtualClock(startMs: number): VirtualClock {
  const jobs = makeHeap<Job>((a, b) => a.dueAt < b.dueAt || (a.dueAt === b.dueAt && a.order < b.order));
  let nowMs = startMs;
  let order = 0;
  let waiting = 0;
  const end = (job: Job): void => {
    if (job.isCancelled) return;
    job.isCancelled = true;
    waiting -= 1;
  };
  return {
    now: () => nowMs,
    after(delayMs, run) {
      const job = { dueAt: nowMs + Math.max(0, delayMs), order: order++, run, isCancelled: false };
      jobs.push(job);
      waiting += 1;
      return () => end(job);
    },
    advance(ms) {
      const endMs = nowMs + ms;
      for (let job = jobs.peek(); job !== undefined && job.dueAt <= endMs; job = jobs.peek()) {
        jobs.pop();
        if (job.isCancelled) continue;
        end(job);
        nowMs = job.dueAt;
        job.run();
      }
      nowMs = endMs;
    },
    waiting: () => waiting,
  };
}
