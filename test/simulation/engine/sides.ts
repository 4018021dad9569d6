import type { DatabasePool, Statement, Value } from '../../../packages/server/src/kit/index.ts';
import type { Activity, Line, Time } from './time.ts';

/** Connections beside the world's own, for appends that stay open: what they draw is taken, and nobody sees it yet. */
export interface Sides {
  /** Carries the statement out now, and commits it so much later; null: no connection is free, or others wait for all. */
  hold(one: Statement, values: readonly Value[], forMs: number): Promise<number> | null;
  /** Nothing is open any more, and nothing opens until `work` is done. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Commits what is open; at the end of a world. */
  end(): Promise<void>;
}

export interface SidesOptions {
  readonly pools: readonly DatabasePool[];
  readonly time: Time;
  readonly activity: Activity;
  readonly line: Line;
  readonly onCommit: () => void;
}

export function makeSides({ pools, time, activity, line, onCommit }: SidesOptions): Sides {
  const free = [...pools];
  const open = new Map<() => void, Promise<unknown>>();
  let isClosed = false;

  /** Between two of the line's turns everything stands still: so each half of it is one. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => activity.during(() => line.run(work));

  async function hold(pool: DatabasePool, ask: { one: Statement; values: readonly Value[]; forMs: number }) {
    const [begun, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const work = pool.transaction(async (tx) => {
      const count = await tx.run(ask.one, ask.values);
      begun.resolve();
      await commit.promise;
      return count;
    });
    work.catch(begun.reject);
    open.set(commit.resolve, work);
    try {
      await inTurn(() => begun.promise);
      await time.delay(ask.forMs);
      return await inTurn(async () => {
        commit.resolve();
        const count = await work;
        onCommit();
        return count;
      });
    } finally {
      open.delete(commit.resolve);
      free.push(pool);
    }
  }

  return {
    hold(one, values, forMs) {
      const pool = isClosed ? undefined : free.pop();
      return pool === undefined ? null : hold(pool, { one, values, forMs });
    },
    async alone(work) {
      isClosed = true;
      while (open.size > 0) await time.delay(5);
      try {
        return await work();
      } finally {
        isClosed = false;
      }
    },
    async end() {
      isClosed = true;
      for (const commit of open.keys()) commit();
      await Promise.allSettled(open.values());
    },
  };
}
