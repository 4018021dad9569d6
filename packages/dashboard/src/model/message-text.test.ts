import { expect, test } from 'vitest';
import { toMessageState } from './delivery-state.ts';
import { toMessageText } from './message-text.ts';

test.each([
  ['in', 'text', { type: 'text', body: 'whole\ntext' }, 'whole\ntext'],
  ['out', 'text', { type: 'text', text: { body: 'whole\ntext' } }, 'whole\ntext'],
  ['out', 'text', { type: 'text', text: null }, 'line'],
  ['in', 'media', { media: {} }, 'line'],
] as const)('%s %s %j', (direction, type, body, text) => {
  expect(toMessageText({ direction, type, body, preview: 'line' })).toBe(text);
});

test('a state of a newer server is shown by its name', () => {
  expect(toMessageState('paused')).toEqual({ label: 'paused', tone: 'neutral', mark: '' });
});
