import { expect, test } from 'vitest';
import type { MessageState } from '../api/types.ts';
import { decideAction, type MessageAction, toMessageTitle } from './message-actions.ts';

const ALL = ['reschedule', 'cancel', 'retry'] as const satisfies MessageAction[];
const allowed = (state: MessageState): MessageAction[] =>
  ALL.filter((action) => decideAction({ state }, action) === null);

test.each<[MessageState, MessageAction[]]>([
  ['scheduled', ['reschedule', 'cancel']],
  ['queued', ['reschedule', 'cancel']],
  ['retry', ['reschedule', 'cancel']],
  ['failed', ['retry']],
  ['blocked', ['retry']],
  ['cancelled', ['retry']],
  ['expired', ['retry']],
  ['sending', []],
  ['ambiguous', []],
  ['delivered', []],
  ['received', []],
])('of a message that is %s may be done: %j', (state, actions) => {
  expect(allowed(state)).toEqual(actions);
});

test('what is not allowed says why, also in a state that came later', () => {
  expect(decideAction({ state: 'read' }, 'cancel')).toBe('It has been read.');
  expect(decideAction({ state: 'later' as MessageState }, 'cancel')).toContain('does not know');
  expect(decideAction({ state: 'toString' as MessageState }, 'retry')).toContain('does not know');
});

test.each<['in' | 'out', MessageState, string]>([
  ['in', 'received', 'Message received'],
  ['out', 'scheduled', 'Message to be sent'],
  ['out', 'blocked', 'Message not sent'],
  ['out', 'read', 'Message sent'],
])('a message that came or went %s and is %s is titled', (direction, state, title) => {
  expect(toMessageTitle({ direction, state })).toBe(title);
});
