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
   * Flushes start at least `ms` apart, unless a batch is half full: under load a commit then carries several items
   * instead of one or two, and what comes after a pause still leaves at once.
   */
  readonly gather?: { readonly clock: Clock; readonly ms: number };
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

/** How long the next flush should wait for company. */
function toPause<T>({ gather, maxItems }: BatcherOptions<T>, waiting: number, startedAt: number): number {
  if (!gather || waiting >= maxItems / 2) return 0;
  return Math.min(gather.ms, startedAt + gather.ms - gather.clock.now());
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

export function makeBatcher<T>(options: BatcherOptions<T>): Batcher<T> {
  let queue: Waiting<T>[] = [];
  let waiting = 0;
  let flying = 0;
  let startedAt = -Infinity;
  let isPausing = false;
  let stalled = 0;
  let onIdle: (() => void)[] = [];

  function giveUp(batch: readonly Waiting<T>[]): void {
    stalled++;
    for (const entry of queue) waiting -= entry.weight;
    for (const entry of [...batch, ...queue]) entry.reject(new Stalled('the flush takes too long'));
    queue = [];
  }

  /** Watches over one flush; returns what is to be done when it has ended. */
  function watch(batch: readonly Waiting<T>[]): () => void {
    let isLate = false;
    const cancel = options.patience?.clock.after(options.patience.ms, () => {
      isLate = true;
      giveUp(batch);
    });
    return () => {
      cancel?.();
      if (isLate) stalled--;
    };
  }

  async function flush(): Promise<void> {
    const batch = queue.slice(0, countNext(options, queue));
    queue = queue.slice(batch.length);
    flying++;
    const end = watch(batch);
    try {
      await options.flush(batch.map((entry) => entry.item));
      for (const entry of batch) entry.resolve();
    } catch (error) {
      for (const entry of batch) entry.reject(error);
    } finally {
      end();
      flying--;
      for (const entry of batch) waiting -= entry.weight;
      next();
    }
  }

  function pause(ms: number): void {
    if (isPausing) return;
    isPausing = true;
    options.gather?.clock.after(ms, () => {
      isPausing = false;
      next();
    });
  }

  function next(): void {
    while (queue.length > 0 && flying < options.inFlight) {
      const pauseMs = toPause(options, queue.length, startedAt);
      if (pauseMs > 0) return pause(pauseMs);
      startedAt = options.gather?.clock.now() ?? 0;
      void flush();
    }
    if (queue.length > 0 || flying > 0) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  }

  return {
    add(item) {
      const weight = options.weight(item);
      if (stalled > 0 || (waiting > 0 && waiting + weight > options.maxWaiting)) return null;
      waiting += weight;
      return new Promise((resolve, reject) => {
        queue.push({ item, weight, resolve, reject });
        // One turn of the event loop gathers what arrived together (all sockets read in this turn).
        if (queue.length === 1 || queue.length === options.maxItems >> 1) setImmediate(next);
      });
    },
    get waiting() {
      return waiting;
    },
    idle: () =>
      queue.length === 0 && flying === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve)),
  };
}
