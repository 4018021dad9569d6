import { expect, test } from 'vitest';
import { makeGuard } from './guard.ts';

test('addresses that have been quiet are forgotten, and a flood of addresses has a bound', () => {
  const guard = makeGuard();
  for (let n = 0; n < 9_999; n++) guard.take(`quiet ${n}`, 0);
  guard.take('busy', 60_000);
  guard.take('new', 60_000);
  expect(guard.size).toBe(2);
  for (let n = 0; n < 30_000; n++) guard.take(`flood ${n}`, 60_001);
  expect(guard.size).toBeLessThanOrEqual(10_000);
});

test('tokens come back one by one, up to the burst and not beyond', () => {
  const guard = makeGuard();
  for (let n = 0; n < 10; n++) expect(guard.take('a', 0)).toBe(0);
  expect(guard.take('a', 1_500)).toBe(4_500);
  expect(guard.take('a', 6_000)).toBe(0);
  for (let n = 0; n < 10; n++) expect(guard.take('a', 10_000_000)).toBe(0);
  expect(guard.take('a', 10_000_000)).toBe(6_000);
  for (let n = 0; n < 20; n++) guard.giveBack('a');
  for (let n = 0; n < 10; n++) expect(guard.take('a', 10_000_000)).toBe(0);
  expect(guard.take('a', 10_000_000)).toBe(6_000);
});
