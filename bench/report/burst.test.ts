import { describe, expect, test } from 'vitest';
import { toSlowSeconds } from './burst.ts';

describe('seconds until it is quick again', () => {
  test.each([
    { name: 'none when it never was slow', bySecond: [10, 20, 10], slow: 0 },
    { name: 'what was slow before the stretch does not count', bySecond: [9_000, 10, 10], slow: 0 },
    { name: 'up to the last slow second, quick ones between included', bySecond: [10, 9_000, 10, 2_000, 10], slow: 3 },
  ])('are $name', ({ bySecond, slow }) => {
    expect(toSlowSeconds(bySecond, 1, 1_000)).toBe(slow);
  });
});
