/** Counts work that is not finished and tells when there is none: no polling. */
export interface Pending {
  add(count: number): void;
  done(count: number): void;
  count(): number;
  /** Resolves when the count is, or becomes, zero. */
  none(): Promise<void>;
}

export function makePending(): Pending {
  let count = 0;
  let waiting: (() => void)[] = [];
  const isBusy = (): boolean => count > 0;
  return {
    add(more) {
      count += more;
    },
    done(less) {
      count -= less;
      if (count < 0) throw new Error('More work finished than was begun: a `done` without its `add`.');
      if (count > 0) return;
      const resolves = waiting;
      waiting = [];
      for (const resolve of resolves) resolve();
    },
    count: () => count,
    async none() {
      // Whoever is woken may find new work begun in the meantime: look again.
      while (isBusy()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
  };
}
