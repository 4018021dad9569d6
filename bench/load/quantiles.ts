/** Latencies of one run, in ms. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The middle of the values; NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Nearest-rank quantiles of all values, none left out. */
export function toQuantiles(values: Float64Array | readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: at(1) };
}

/** One latency, and when what it is about was intended. */
export interface Latency {
  readonly atMs: number;
  readonly latencyMs: number;
}

/** Quantiles of each stretch of time by intended time, from the first one on. */
export function toQuantilesBy(points: readonly Latency[], stretchMs: number): Quantiles[] {
  const from = points.reduce((first, { atMs }) => Math.min(first, atMs), Infinity);
  const stretches = Map.groupBy(points, ({ atMs }) => Math.floor((atMs - from) / stretchMs));
  return [...stretches]
    .toSorted(([a], [b]) => a - b)
    .map(([, all]) => toQuantiles(all.map(({ latencyMs }) => latencyMs)));
}

/** Shows whether a bad tail was one stall or the whole run. */
export const toP99BySecond = (points: readonly Latency[]): number[] =>
  toQuantilesBy(points, 1_000).map(({ p99 }) => p99);
