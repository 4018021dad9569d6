import { medianOf } from '../load/quantiles.ts';
import type { StartPhase } from '../phases/start.ts';
import { count, type Section, seconds, withinSeconds } from './table.ts';

export function toStartSection({ empty, existing, messages }: StartPhase): Section {
  const each = (all: readonly number[]): string => all.map(seconds).join(', ');
  return {
    title: `Cold start: from the process to the first webhook answered 200, ${empty.length} times each in alternation, medians`,
    rows: [
      withinSeconds('Empty data folder (makes its PostgreSQL)', medianOf(empty), 5),
      { what: '  each', figure: each(empty) },
      withinSeconds(`Existing data folder, ${count(messages)} messages, stopped in order`, medianOf(existing), 2),
      { what: '  each', figure: each(existing) },
    ],
  };
}
