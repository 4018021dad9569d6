import { describe, expect, test } from 'vitest';
import type { PhoneMessage } from '../../../src/contract.ts';
import { toDayLabel, toRowTime, toTimeline } from './timeline.ts';

const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();
const bubble = (id: string, time: number, direction: 'in' | 'out' = 'out'): PhoneMessage => ({
  id,
  at: time,
  direction,
  personId: 'p',
  numberId: 'n',
  body: { type: 'text' },
  reactions: {},
});
const now = at(21, 12);

describe('days', () => {
  test.each([
    [at(21, 0), 'Today'],
    [at(20, 23, 59), 'Yesterday'],
    [at(15, 9), 'Sunday'],
    [at(14, 9), '14 November 2026'],
    [at(22, 1), '22 November 2026'],
  ])('%d is called %s', (time, label) => {
    expect(toDayLabel(time, now)).toBe(label);
  });

  test('a list row shows the clock today and the date without its year before', () => {
    expect(toRowTime(at(21, 9, 5), now)).toBe('09:05');
    expect(toRowTime(at(1, 9, 5), now)).toBe('1 November');
  });
});

describe('the timeline', () => {
  test('puts bubbles in order of time and a separator before each day', () => {
    const items = toTimeline([bubble('b', at(21, 8)), bubble('a', at(20, 8)), bubble('c', at(21, 9))], now);
    expect(items.map((item) => (item.kind === 'day' ? item.label : item.message.id))).toEqual([
      'Yesterday',
      'a',
      'Today',
      'b',
      'c',
    ]);
  });

  test('bubbles of the same moment keep the order in which they came', () => {
    const items = toTimeline([bubble('x', at(21, 8)), bubble('y', at(21, 8))], now);
    expect(items.map((item) => item.key).slice(1)).toEqual(['x', 'y']);
  });

  test('only the first bubble of a run of one side, and of a day, is marked', () => {
    const items = toTimeline(
      [bubble('a', at(20, 8)), bubble('b', at(20, 9)), bubble('c', at(20, 10), 'in'), bubble('d', at(21, 8), 'in')],
      now,
    );
    expect(items.flatMap((item) => (item.kind === 'message' ? [item.first] : []))).toEqual([true, false, true, true]);
  });
});
