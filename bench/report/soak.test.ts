import { describe, expect, test } from 'vitest';
import { toQuantiles } from '../load/quantiles.ts';
import { quarters } from './quarters.ts';
import { toDrift } from './soak.ts';

const minutes = (...p99s: readonly number[]) => p99s.map((p99) => toQuantiles([p99]));

describe('drift', () => {
  test.each([
    { name: 'a level run has none', p99s: [50, 50, 50, 50], whole: 4, drift: 1 },
    { name: 'twice as slow at the end is 2', p99s: [50, 50, 100, 100], whole: 4, drift: 2 },
    { name: 'one bad minute among several is no drift', p99s: [50, 50, 50, 50, 900, 50], whole: 6, drift: 1 },
    { name: 'a minute that was cut short does not count', p99s: [50, 50, 9_000], whole: 2, drift: 1 },
    {
      name: 'of thirty minutes the first and last five are compared',
      p99s: Array.from({ length: 30 }, (_, n) => n + 1),
      whole: 30,
      drift: 28 / 3,
    },
  ])('$name', ({ p99s, whole, drift }) => {
    expect(toDrift(minutes(...p99s), whole)).toBeCloseTo(drift);
  });
});

describe('quarters', () => {
  test.each([
    {
      values: [1, 2, 3, 4, 5, 6, 7, 8],
      parts: [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
    },
    { values: [1, 2, 3, 4, 5], parts: [[1], [2], [3], [4, 5]] },
    { values: [1, 2], parts: [[1], [1], [2], [2]] },
    { values: [], parts: [[], [], [], []] },
  ])('of $values are $parts', ({ values, parts }) => {
    expect(quarters(values)).toEqual(parts);
  });
});
