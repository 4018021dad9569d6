import type { CrewReport } from './crew-protocol.ts';

/** What the command prints while it runs. */
export interface Progress {
  add(report: CrewReport): void;
  /** The last lines; true when nothing was wrong. */
  end(): boolean;
}

/** Reports that are printed whole; of further seeds only the number is told. */
const MAX_REPORTS = 5;
const EVERY_MS = 10_000;

const toRate = (worlds: number, tookMs: number): number => Math.round((worlds * 60_000) / Math.max(1, tookMs));
const toText = (count: number): string => count.toLocaleString('en');

/** What all worlds together saw. */
const TOLD: readonly (readonly [string, string])[] = [
  ['kills', 'deaths'],
  ['deliveries', 'webhook posts'],
  ['calls', 'calls to Meta'],
  ['arrivals', 'messages on phones'],
];

export function makeProgress(total: number, print: (line: string) => void = console.log): Progress {
  const startedAt = performance.now();
  const sums = new Map<string, number>();
  const failed: number[] = [];
  let [worlds, toldAt] = [0, startedAt];

  function tell(nowMs: number): void {
    toldAt = nowMs;
    // One world prints what it is and no more, so that two runs of a seed print the same.
    if (total === 1) return;
    const rss = Math.round(process.memoryUsage.rss() / 2 ** 20);
    const rate = toRate(worlds, nowMs - startedAt);
    print(`${toText(worlds)} of ${toText(total)} worlds, ${rate} a minute, ${failed.length} failed, ${rss} MB`);
  }

  return {
    add({ seed, crimes, report, counts, trace }) {
      worlds++;
      for (const [name, count] of Object.entries(counts)) sums.set(name, (sums.get(name) ?? 0) + count);
      if (trace.length > 0) print(trace.join('\n'));
      if (crimes > 0) {
        failed.push(seed);
        print(failed.length <= MAX_REPORTS ? `\n${report}\n` : `seed ${seed} failed, too`);
      }
      const nowMs = performance.now();
      if (nowMs - toldAt > EVERY_MS) tell(nowMs);
    },
    end() {
      tell(performance.now());
      print(TOLD.map(([name, words]) => `${toText(sums.get(name) ?? 0)} ${words}`).join(', '));
      if (failed.length > 0) print(`failed: ${failed.toSorted((a, b) => a - b).join(' ')}`);
      return failed.length === 0;
    },
  };
}
