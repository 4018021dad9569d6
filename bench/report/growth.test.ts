import { expect, test } from 'vitest';
import type { PeakRound } from '../phases/peak-round.ts';
import { toRatio } from './growth.ts';

test('the ratio is the median of the rounds after the first, each against its own neighbour', () => {
  const round = (empty: number, full: number) => ({
    empty: { perSecond: empty } as PeakRound,
    full: { perSecond: full } as PeakRound,
  });
  const rounds = [round(100, 1), round(100, 90), round(50, 50), round(200, 160)];
  expect(toRatio(rounds, ({ perSecond }) => perSecond)).toBeCloseTo(0.9);
});
