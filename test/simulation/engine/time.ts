/** The one time of a simulated world, in whole ms since it began. It moves only when the world is told to. */
export interface Time {
  elapsed(): number;
  /** Runs `job` once after so long, rounded up to a whole ms; the returned function cancels it. */
  after(delayMs: number, job: () => void): () => void;
  delay(ms: number): Promise<void>;
  /** Moves to the next moment that somebody waits for, and runs all of it; false when nobody waits. */
  step(): boolean;
  /** Moves on; what falls due meanwhile runs late. Only for a world where nothing runs. */
  skip(ms: number): void;
}

interface Job {
  readonly at: number;
  readonly run: () => void;
  isOver: boolean;
}

/** Jobs of one moment run in the order in which they were asked for. */
export function makeTime(): Time {
  const jobs: Job[] = [];
  let now = 0;

  /** Behind all that are due at the same time. */
  function insert(job: Job): void {
    let [low, high] = [0, jobs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((jobs[middle]?.at ?? 0) <= job.at) low = middle + 1;
      else high = middle;
    }
    jobs.splice(low, 0, job);
  }

  function after(delayMs: number, run: () => void): () => void {
    const job = { at: now + Math.max(0, Math.ceil(delayMs)), run, isOver: false };
    insert(job);
    return () => void (job.isOver = true);
  }

  function dropCancelled(): void {
    while (jobs[0]?.isOver) jobs.shift();
  }

  return {
    elapsed: () => now,
    after,
    delay: (ms) => new Promise((resolve) => void after(ms, resolve)),
    step() {
      dropCancelled();
      const [first] = jobs;
      if (!first) return false;
      now = Math.max(now, first.at);
      for (let job = jobs[0]; job && job.at <= now; job = jobs[0]) {
        jobs.shift();
        if (!job.isOver) job.run();
      }
      return true;
    },
    skip: (ms) => void (now += ms),
  };
}

/** Whether anything happens that needs no time to pass: statements and calls under way are counted. */
export interface Activity {
  /** Counts `work` until it ends. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing can happen any more without time passing. */
  quiet(): Promise<void>;
}

/**
 * Turns of the event loop without a statement under way, after which everybody waits for time. A batcher or committer
 * takes one turn between being asked and asking the database; three leave room for one that begets another.
 */
const QUIET_TURNS = 3;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function rest(): Promise<void> {
  for (let turns = 0; turns < QUIET_TURNS; turns++) await turn();
}

export function makeActivity(): Activity {
  let active = 0;
  let onIdle: (() => void) | null = null;
  return {
    async during(work) {
      active++;
      try {
        return await work();
      } finally {
        active--;
        if (active === 0) onIdle?.();
      }
    },
    async quiet() {
      for (let still = 0; still < QUIET_TURNS; still++) {
        if (active > 0) {
          await new Promise<void>((resolve) => (onIdle = resolve));
          onIdle = null;
          still = 0;
        }
        await turn();
      }
      if (active > 0) await this.quiet();
    },
  };
}

/**
 * One at a time, in the order in which it was asked for; each begins when all that the one before brought about is done. So
 * an answer never races with the turns of the event loop that somebody else waits for, and a seed repeats exactly.
 */
export interface Line {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function makeLine(): Line {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run(work) {
      const mine = last.then(rest).then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
  };
}
