import { useSyncExternalStore } from 'react';

/** One clock for all who read it: a table of fifty times needs one timer, not fifty. */
class SharedClock {
  readonly #listeners = new Set<() => void>();
  readonly #everyMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;
  #now = Date.now();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) this.#start();
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearInterval(this.#timer);
    };
  };

  read = (): number => this.#now;

  #start(): void {
    this.#now = Date.now();
    this.#timer = setInterval(() => {
      this.#now = Date.now();
      for (const listener of this.#listeners) listener();
    }, this.#everyMs);
  }
}

const seconds = new SharedClock(1_000);

/** Local time, refreshed every second while anyone looks. */
export function useNow(): number {
  return useSyncExternalStore(seconds.subscribe, seconds.read);
}

/** Local time that changes once a day: for what only asks which day it is. */
export function useToday(): number {
  return useSyncExternalStore(seconds.subscribe, () => new Date(seconds.read()).setHours(0, 0, 0, 0));
}
