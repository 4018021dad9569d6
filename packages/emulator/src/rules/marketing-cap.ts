const dayMs = 24 * 60 * 60 * 1_000;

/** Marketing templates each person got in the last 24 h. */
export interface MarketingCap {
  /** Counts one more unless the person has had `cap` already; null caps nothing. */
  take(person: string, cap: number | null, now: number): boolean;
}

export function makeMarketingCap(): MarketingCap {
  const times = new Map<string, number[]>();
  return {
    take(person, cap, now) {
      if (cap === null) return true;
      const recent = (times.get(person) ?? []).filter((at) => now - at < dayMs);
      const isFree = recent.length < cap;
      times.set(person, isFree ? [...recent, now] : recent);
      return isFree;
    },
  };
}
