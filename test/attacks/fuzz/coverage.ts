import { Session } from 'node:inspector/promises';

/** Which blocks of some sources ran since it was last asked, and about how often. */
export interface Coverage {
  /** How many blocks ran that never ran before, or ran in another order of magnitude. */
  countNew(): Promise<number>;
  readonly size: number;
}

const toMagnitude = (count: number): number => Math.min(3, Math.ceil(Math.log2(count + 1) / 3));

/** V8's own counters over the files whose address holds `part`. */
export async function watchCoverage(part: string): Promise<Coverage> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set<string>();
  return {
    async countNew() {
      const { result } = await session.post('Profiler.takePreciseCoverage');
      const before = seen.size;
      for (const { url, functions } of result) {
        if (!url.includes(part)) continue;
        for (const { ranges } of functions)
          for (const { startOffset, endOffset, count } of ranges)
            if (count > 0) seen.add(`${url}:${startOffset}-${endOffset}:${toMagnitude(count)}`);
      }
      return seen.size - before;
    },
    get size() {
      return seen.size;
    },
  };
}
