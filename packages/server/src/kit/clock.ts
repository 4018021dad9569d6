/** Time as a port: everything that waits or stamps takes one, so that tests and simulations own it. */
export interface Clock {
  /** Unix milliseconds; may jump when somebody sets the machine's clock. */
  now(): number;
  /** Milliseconds since some moment; never jumps, so rates are measured by it. */
  elapsed(): number;
  /** Runs `job` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, job: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delayMs, job) {
    const timer = setTimeout(job, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs` of this clock's time, or at once when `signal` fires. */
export function makeDelay(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}
