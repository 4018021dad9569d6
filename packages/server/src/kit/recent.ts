/** A bounded memory of what was put in last: the oldest leaves when the weight is exceeded. */
export interface Recent<T> {
  keep(key: string, value: T, weight: number): void;
  get(key: string): T | undefined;
}

export function makeRecent<T>(maxWeight: number): Recent<T> {
  const entries = new Map<string, { value: T; weight: number }>();
  let total = 0;

  function evict(): void {
    for (const [key, entry] of entries) {
      if (total <= maxWeight) return;
      entries.delete(key);
      total -= entry.weight;
    }
  }

  return {
    keep(key, value, weight) {
      total += weight - (entries.get(key)?.weight ?? 0);
      entries.delete(key);
      entries.set(key, { value, weight });
      if (total > maxWeight) evict();
    },
    get: (key) => entries.get(key)?.value,
  };
}
