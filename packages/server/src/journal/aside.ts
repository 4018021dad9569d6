import { type Clock, makeDelay } from '#kit';

export interface AsideOptions<R> {
  readonly clock: Clock;
  readonly batchSize: number;
  /** Batches begin at least this far apart. */
  readonly gatherMs: number;
  /** Waiting rows beyond which `add` waits for room. */
  readonly maxWaiting: number;
  /** Done, or not at all. */
  readonly handle: (rows: readonly R[]) => Promise<void>;
  /** Nothing that was given since `scan` may count as done; all of it is forgotten here. */
  readonly onFailure: (error: unknown, scan: number) => void;
}

/** Does rows that need no order beside the reading, a batch at a time: large ones, which cost less for each row. */
export interface Aside<R> {
  /** `scan`: where reading starts again if they come to nothing. Resolves when there is room for more. */
  add(rows: readonly R[], scan: number): Promise<void>;
  /** Hurries; resolves when nothing is left, done or failed. Never rejects. */
  quiet(): Promise<void>;
}

class RowsAside<R> implements Aside<R> {
  readonly #options: AsideOptions<R>;
  #waiting: { readonly row: R; readonly scan: number }[] = [];
  #running: Promise<void> | null = null;
  #hurry = new AbortController();
  #startedAt = -Infinity;

  constructor(options: AsideOptions<R>) {
    this.#options = options;
  }

  async add(rows: readonly R[], scan: number): Promise<void> {
    if (rows.length === 0) return;
    for (const row of rows) this.#waiting.push({ row, scan });
    this.#running ??= this.#run();
    if (this.#waiting.length > this.#options.maxWaiting) await this.quiet();
  }

  async quiet(): Promise<void> {
    this.#hurry.abort();
    await this.#running;
    this.#hurry = new AbortController();
  }

  async #run(): Promise<void> {
    const { batchSize, handle, onFailure } = this.#options;
    while (this.#waiting.length > 0) {
      await this.#gather();
      const batch = this.#waiting.splice(0, batchSize);
      try {
        await handle(batch.map(({ row }) => row));
      } catch (error) {
        this.#waiting = [];
        onFailure(error, batch[0]?.scan ?? 0);
      }
    }
    this.#running = null;
  }

  /** What comes after a pause goes at once. */
  async #gather(): Promise<void> {
    const { clock, gatherMs } = this.#options;
    const leftMs = Math.min(gatherMs, this.#startedAt + gatherMs - clock.elapsed());
    if (leftMs > 0) await makeDelay(clock, leftMs, this.#hurry.signal);
    this.#startedAt = clock.elapsed();
  }
}

export const makeAside = <R>(options: AsideOptions<R>): Aside<R> => new RowsAside(options);
