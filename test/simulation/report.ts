import type { Outcome } from './world/world.ts';

const MAX_LINES = 120;

/** What a failing seed prints: of the trace, what concerns the messages in question, and what struck the processes. */
export function toReport(seed: number, { crimes, trace, counts }: Outcome): string {
  if (crimes.length === 0) return '';
  const ids = new Set(crimes.slice(0, 5).flatMap((crime) => crime.match(/\b(msg|rdm)_\w+/g) ?? []));
  const isWanted = (line: string) =>
    / starts$| is struck | jump by |night falls|morning comes|is resumed/.test(line) ||
    [...ids].some((id) => line.includes(id));
  const lines = trace.filter(isWanted);
  return [
    `seed ${seed} (repeat it with SEED=${seed}): ${JSON.stringify(counts)}`,
    ...crimes.slice(0, 20),
    ...lines.slice(-MAX_LINES).map((line) => (line.length > 240 ? `${line.slice(0, 240)}…` : line)),
  ].join('\n');
}
