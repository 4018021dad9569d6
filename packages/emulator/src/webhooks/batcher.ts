import type { Clock } from '../contract.ts';
import { drawInteger, type Random } from '../seed.ts';
import type { Update } from './update.ts';

export interface BatchShape {
  readonly min: number;
  readonly max: number;
  /** How long a batch waits for more. */
  readonly waitMs: number;
}

interface OpenBatch {
  readonly size: number;
  readonly updates: Update[];
  readonly cancel: () => void;
}

/**
 * Gathers updates of one destination until the drawn size is reached or the wait is over. What goes into a batch depends
 * on the clock and the seed alone, never on how fast the receiver answers: that keeps the byte stream repeatable.
 */
export interface Batcher {
  add(destination: string, update: Update): void;
  /** How many wait in open batches. */
  waiting(): number;
}

export function makeBatcher(deps: {
  clock: Clock;
  random: Random;
  shape: BatchShape;
  onBatch: (updates: readonly Update[]) => void;
}): Batcher {
  const open = new Map<string, OpenBatch>();
  const leave = (destination: string, batch: OpenBatch): void => {
    open.delete(destination);
    batch.cancel();
    deps.onBatch(batch.updates);
  };
  const begin = (destination: string): OpenBatch => {
    const size = drawInteger(deps.random, deps.shape.min, deps.shape.max);
    const cancel =
      size > 1 ? deps.clock.after(deps.shape.waitMs, () => leave(destination, batch)) : (): void => undefined;
    const batch: OpenBatch = { size, updates: [], cancel };
    open.set(destination, batch);
    return batch;
  };
  return {
    add(destination, update) {
      const batch = open.get(destination) ?? begin(destination);
      batch.updates.push(update);
      if (batch.updates.length >= batch.size) leave(destination, batch);
    },
    waiting: () => [...open.values()].reduce((sum, batch) => sum + batch.updates.length, 0),
  };
}
