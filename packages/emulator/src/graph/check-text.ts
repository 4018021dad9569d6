import { invalid, type Refusal } from './answer.ts';

/** Length in characters; 0 for what is no text. */
export const lengthOf = (value: unknown): number => (typeof value === 'string' ? Array.from(value).length : 0);

/** Refuses text longer than `max`. Absent text is fine here. */
export function textLimit(name: string, value: unknown, max: number): Refusal | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') return invalid(`${name} must be a string`);
  return lengthOf(value) > max ? invalid(`${name} length invalid. Max length: ${max}`) : null;
}

/** Refuses text that is missing, empty or longer than `max`. */
export const needed = (name: string, value: unknown, max: number): Refusal | null =>
  lengthOf(value) === 0
    ? invalid(`${name} is required. Min length: 1, Max length: ${max}`)
    : textLimit(name, value, max);

export function firstProblem(checks: readonly (() => Refusal | null)[]): Refusal | null {
  for (const check of checks) {
    const problem = check();
    if (problem !== null) return problem;
  }
  return null;
}
