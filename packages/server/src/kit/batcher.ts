import type { Clock } from './clock.ts';

/**
 * Group commit: flushes at once when idle; what arrives while a flush is in flight waits and leaves as the next batch,
 * so batches grow with load and an idle item waits for nobody. Bounded: past `maxWaiting` weight, `add` refuses; an item
 * heavier than the bound is taken when nothing else waits, or it could never be stored.
 */
export interface Batcher<T> {
  /** Resolves when the flush that holds this item is done; rejects with the flush's error; null = refused, full. */
  add(item: T): Promise<void> | null;
  readonly waiting: number;
  /** Resolves when nothing is waiting or in flight. */
  idle(): Promise<void>;
}

export interface BatcherOptions<T> {
  readonly maxItems: number;
  readonly maxWeight: number;
  readonly maxWaiting: number;
  readonly inFlight: number;
  readonly weight: (item: T) => number;
  readonly flush: (items: readonly T[]) => Promise<void>;
  /**
   * Flushes start at least `ms` apart, unless `enough` items wait (half of `maxItems`, if it is not said): under load a commit then carries several items
   * instead of one or two, and what comes after a pause still leaves at once.
   */
  readonly gather?: { readonly clock: Clock; readonly ms: number; readonly enough?: number };
  /** A flush that takes longer is not waited for: its items and all behind it reject, and until it ends `add` refuses. */
  readonly patience?: { readonly clock: Clock; readonly ms: number };
}

/** Not done in time; it may still be done later. */
export class Stalled extends Error {
  override readonly name = 'Stalled';
}

interface Waiting<T> {
  readonly item: T;
  readonly weight: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Items that need not wait for company. */
const toEnough = <T>({ gather, maxItems }: BatcherOptions<T>): number => gather?.enough ?? maxItems >> 1;

/** How long the next flush should wait for company. */
function toPause<T>(options: BatcherOptions<T>, waiting: number, startedAt: number): number {
  const { gather } = options;
  if (!gather || waiting >= toEnough(options)) return 0;
  return Math.min(gather.ms, startedAt + gather.ms - gather.clock.elapsed());
}

/** How many of the waiting go together. */
function countNext<T>(options: BatcherOptions<T>, queue: readonly Waiting<T>[]): number {
  let weight = 0;
  let count = 0;
  while (count < queue.length && count < options.maxItems) {
    weight += queue[count]?.weight ?? 0;
    if (count > 0 && weight > options.maxWeight) break;
    count++;
  }
  return count;
}

class GroupCommit<T> implements Batcher<T> {
  readonly #options: BatcherOptions<T>;
  #queue: Waiting<T>[] = [];
  #waiting = 0;
  #flying = 0;
  #stalled = 0;
  #startedAt = -Infinity;
  #isPausing = false;
  #onIdle: (() => void)[] = [];

  constructor(options: BatcherOptions<T>) {
    this.#options = options;
  }

  add(item: T): Promise<void> | null {
    const { weight: weigh, maxWaiting } = this.#options;
    const weight = weigh(item);
    if (this.#stalled > 0 || (this.#waiting > 0 && this.#waiting + weight > maxWaiting)) return null;
    this.#waiting += weight;
    return new Promise((resolve, reject) => {
      const count = this.#queue.push({ item, weight, resolve, reject });
      // One turn of the event loop gathers what arrived together (all sockets read in this turn).
      if (count === 1 || count === toEnough(this.#options)) setImmediate(() => this.#next());
    });
  }

  get waiting(): number {
    return this.#waiting;
  }

  idle(): Promise<void> {
    if (this.#queue.length === 0 && this.#flying === 0) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  #next(): void {
    const { gather, inFlight } = this.#options;
    while (this.#queue.length > 0 && this.#flying < inFlight) {
      const pauseMs = toPause(this.#options, this.#queue.length, this.#startedAt);
      if (pauseMs > 0) return this.#pause(pauseMs);
      this.#startedAt = gather?.clock.elapsed() ?? 0;
      void this.#flush();
    }
    if (this.#queue.length > 0 || this.#flying > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  #pause(ms: number): void {
    if (this.#isPausing) return;
    this.#isPausing = true;
    this.#options.gather?.clock.after(ms, () => {
      this.#isPausing = false;
      this.#next();
    });
  }

  async #flush(): Promise<void> {
    const batch = this.#queue.splice(0, countNext(this.#options, this.#queue));
    this.#flying++;
    const end = this.#watch(batch);
    try {
      await this.#options.flush(batch.map((entry) => entry.item));
      for (const entry of batch) entry.resolve();
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    } finally {
      end();
      this.#flying--;
      for (const entry of batch) this.#waiting -= entry.weight;
      this.#next();
    }
  }

  /** Watches over one flush; returns what is to be done when it has ended. */
  #watch(batch: readonly Waiting<T>[]): () => void {
    const { patience } = this.#options;
    let isLate = false;
    const cancel = patience?.clock.after(patience.ms, () => {
      isLate = true;
      this.#giveUp(batch);
    });
    return () => {
      cancel?.();
      if (isLate) this.#stalled--;
    };
  }

  #giveUp(batch: readonly Waiting<T>[]): void {
    this.#stalled++;
    const behind = this.#queue.splice(0);
    for (const entry of behind) this.#waiting -= entry.weight;
    for (const entry of [...batch, ...behind]) entry.reject(new Stalled('the flush takes too long'));
  }
}

export const makeBatcher = <T>(options: BatcherOptions<T>): Batcher<T> => new GroupCommit(options);
