/** Unix seconds, the end left out. */
export interface Bucket {
  readonly start: number;
  readonly end: number;
}

const grains = ['HALF_HOUR', 'DAY', 'DAILY', 'MONTH', 'MONTHLY'] as const;
type Grain = (typeof grains)[number];
export const isGrain = (text: string): text is Grain => grains.some((each) => each === text);

/** More points than this nobody reads. */
const maxBuckets = 5_000;

/** The buckets that touch `start` to `end`: half hours, days and months of UTC. Pure. */
export function toBuckets(start: number, end: number, grain: Grain): Bucket[] {
  const buckets: Bucket[] = [];
  if (!Number.isFinite(start) || !Number.isFinite(end)) return buckets;
  for (let from = floor(start, grain); from < end && buckets.length < maxBuckets; ) {
    const until = next(from, grain);
    buckets.push({ start: from, end: until });
    from = until;
  }
  return buckets;
}

const seconds: Readonly<Record<string, number>> = { HALF_HOUR: 1_800, DAY: 86_400, DAILY: 86_400 };

function floor(at: number, grain: Grain): number {
  const size = seconds[grain];
  if (size !== undefined) return Math.floor(at / size) * size;
  const date = new Date(at * 1_000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 1_000;
}

function next(from: number, grain: Grain): number {
  const size = seconds[grain];
  if (size !== undefined) return from + size;
  const date = new Date(from * 1_000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / 1_000;
}
