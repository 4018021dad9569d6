/** A bounded memory of what was put in last: the oldest leaves when the weight is exceeded. */
export interface Recent<T> {
  keep(key: string, value: T, weight: number): void;
  get(key: string): T | undefined;
}

const COMPACT_AT = 4_096;

/**
 * The order of leaving is kept in a list of its own: a Map that loses its first entries all the time is walked over
 * their graves at every look for the oldest (4 % of a busy gateway).
 */
export function makeRecent<T>(maxWeight: number): Recent<T> {
  interface Entry {
    readonly key: string;
    readonly value: T;
    readonly weight: number;
  }
  const entries = new Map<string, Entry>();
  let order: Entry[] = [];
  let oldest = 0;
  let total = 0;

  function evict(): void {
    while (total > maxWeight && oldest < order.length) {
      const entry = order[oldest++];
      // Put in again since: then its place is further back.
      if (!entry || entries.get(entry.key) !== entry) continue;
      entries.delete(entry.key);
      total -= entry.weight;
    }
    if (oldest < COMPACT_AT) return;
    order = order.slice(oldest);
    oldest = 0;
  }

  return {
    keep(key, value, weight) {
      total += weight - (entries.get(key)?.weight ?? 0);
      const entry = { key, value, weight };
      entries.set(key, entry);
      order.push(entry);
      if (total > maxWeight) evict();
    },
    get: (key) => entries.get(key)?.value,
  };
}
