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

/** Resolves after `delayMs` of this clock's time, or at once when one of the signals fires. */
export function makeDelay(clock: Clock, delayMs: number, ...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    if (signals.some((signal) => signal.aborted)) return resolve();
    const done = () => {
      cancel();
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    for (const signal of signals) signal.addEventListener('abort', done, { once: true });
  });
}
