/** What fuzzing found worth keeping: one JSON value a line, replayed by every run of the suite. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../support/wharf.ts';

export type Target = 'splitter' | 'api' | 'http';

const pathOf = (target: Target): string => join(ROOT, `test/attacks/corpus/${target}.jsonl`);

export function readCorpus<T>(target: Target): T[] {
  if (!existsSync(pathOf(target))) return [];
  const lines = readFileSync(pathOf(target), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as T);
}

export const keep = (target: Target, input: unknown): void =>
  appendFileSync(pathOf(target), `${JSON.stringify(input)}\n`);
