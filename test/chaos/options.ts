import { parseArgs } from 'node:util';
import { FORMS, type FormName, KINDS, type Kind } from './kinds.ts';

/** What a run was asked for. */
export interface Options {
  readonly seed: number;
  /** Of storm, both forms together; starting and coming to rest come on top. */
  readonly minutes: number;
  readonly forms: readonly FormName[];
  readonly only: readonly Kind[];
  /** Messages of customers in a second. */
  readonly rate: number;
  /** Where data folders are made. */
  readonly dir: string | undefined;
  readonly planOnly: boolean;
  readonly quick: boolean;
}

export const USAGE = `npm run chaos -- [options]

  --minutes N    of faults, both forms of Wharf together (default 10)
  --quick        short: 56 s of faults, 2 minutes in all
  --seed N       the plan of faults and the load (default: drawn, and printed)
  --only A,B     only these faults: ${KINDS.join(', ')}
  --form NAME    only one form: ${FORMS.join(' or ')}
  --rate N       customers' messages in a second (default 60)
  --dir FOLDER   where the data goes (default: the system's temporary folder)
  --plan         print the plan and end`;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

function parseNumber(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value < min || value > max)
    throw new UsageError(`--${name} takes a number from ${min} to ${max}, not ${text}`);
  return value;
}

function parseWords<T extends string>(name: string, text: string | undefined, words: readonly T[]): T[] {
  const given = (text ?? '').split(',').filter((word) => word !== '');
  const unknown = given.find((word) => !words.includes(word as T));
  if (unknown !== undefined) throw new UsageError(`--${name} knows ${words.join(', ')}; not ${unknown}`);
  return given as T[];
}

const QUICK_MINUTES = 56 / 60;

/** Throws with what is wrong, in words. */
export function parseOptions(args: readonly string[], draw: () => number): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string' },
      seed: { type: 'string' },
      only: { type: 'string' },
      form: { type: 'string' },
      rate: { type: 'string', default: '60' },
      dir: { type: 'string' },
      plan: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  });
  const minutes = values.minutes ?? (values.quick ? String(QUICK_MINUTES) : '10');
  const forms = parseWords('form', values.form, FORMS);
  return {
    seed: values.seed === undefined ? draw() : parseNumber('seed', values.seed, { min: 0, max: 2 ** 31 }),
    minutes: parseNumber('minutes', minutes, { min: 0.2, max: 24 * 60 }),
    forms: forms.length > 0 ? forms : FORMS,
    only: parseWords('only', values.only, KINDS),
    rate: parseNumber('rate', values.rate, { min: 1, max: 300 }),
    dir: values.dir,
    planOnly: values.plan,
    quick: values.quick,
  };
}
