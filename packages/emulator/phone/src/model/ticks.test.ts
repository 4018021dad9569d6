import { expect, test } from 'vitest';
import { toTick } from './ticks.ts';

test.each([
  [{ direction: 'out', ticks: 'sent' } as const, '✓', false],
  [{ direction: 'out' } as const, '✓', false],
  [{ direction: 'out', ticks: 'delivered' } as const, '✓✓', false],
  [{ direction: 'out', ticks: 'read' } as const, '✓✓', true],
])('%j shows %s', (message, mark, read) => {
  expect(toTick(message)).toMatchObject({ mark, read });
});

test('what the business wrote, and what was deleted, has no ticks', () => {
  expect(toTick({ direction: 'in' })).toBeNull();
  expect(toTick({ direction: 'out', ticks: 'read', deleted: true })).toBeNull();
});
