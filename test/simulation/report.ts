import type { Outcome } from './world/world.ts';

const MAX_CRIMES = 12;
const MAX_LINES = 100;
const MAX_LENGTH = 240;

/** What strikes everybody: between what happens to the guilty it is part of the story. */
const COMMON = / starts$| is struck | jump by |leases are stolen|night falls|morning comes|is resumed|^not over/;

/** Ids of messages and events, in crimes and in the trace. */
const ID = /\b(?:msg|rdm)_\w+|wamid\.[\w=+/]+|\bposition \d+/g;

const idsOf = (text: string): string[] => text.match(ID) ?? [];

/** Of a trace, what tells of these ids, from the first time they are heard of, with what struck the processes meanwhile. */
function pick(trace: readonly string[], ids: ReadonlySet<string>): string[] {
  const isGuilty = (line: string): boolean => [...ids].some((id) => line.includes(id));
  const first = ids.size === 0 ? 0 : trace.findIndex(isGuilty);
  const lines = trace.slice(Math.max(0, first)).filter((line) => isGuilty(line) || COMMON.test(line));
  if (lines.length <= MAX_LINES) return lines;
  const half = MAX_LINES / 2;
  return [...lines.slice(0, half), `         … ${lines.length - MAX_LINES} lines …`, ...lines.slice(-half)];
}

const cut = (line: string): string => (line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)}…` : line);

/** What a failing seed prints: what is wrong, how to repeat it, and of the trace what concerns the guilty. */
export function toReport(seed: number, { crimes, trace, counts }: Outcome): string {
  if (crimes.length === 0) return '';
  const ids = new Set(crimes.slice(0, 4).flatMap(idsOf).slice(0, 6));
  return [
    `seed ${seed} failed: ${JSON.stringify(counts)}`,
    `repeat it with: npm run simulate -- --seed ${seed} --trace`,
    ...crimes.slice(0, MAX_CRIMES).map((crime) => `  ${crime}`),
    ...(crimes.length > MAX_CRIMES ? [`  and ${crimes.length - MAX_CRIMES} more`] : []),
    ...pick(trace, ids).map(cut),
  ].join('\n');
}
