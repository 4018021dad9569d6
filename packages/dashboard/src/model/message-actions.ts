import type { Message, MessageState } from '../api/types.ts';

/** What a person may do about an outgoing message. */
export type MessageAction = 'reschedule' | 'cancel' | 'retry';

export const ACTION_LABELS: Record<MessageAction, string> = {
  reschedule: 'Change the time …',
  cancel: 'Cancel …',
  retry: 'Send again …',
};

/** By action: null where it is allowed, else why not. */
type Row = Record<MessageAction, string | null>;

const WAITING: Row = { reschedule: null, cancel: null, retry: 'It has not come to an end yet.' };

const toGone = (gone: string): Row => ({
  reschedule: gone,
  cancel: gone,
  retry: `${gone} To say it once more, write a new message.`,
});
const toEnded = (ended: string): Row => ({ reschedule: ended, cancel: ended, retry: null });

const onItsWay: Row = {
  reschedule: 'It is being sent at this moment.',
  cancel: 'It is being sent at this moment.',
  retry: 'It is being sent at this moment.',
};
const unclear: Row = {
  reschedule: 'It may have gone: the answer was lost.',
  cancel: 'It may have gone: the answer was lost.',
  retry: 'It may have gone. It settles by itself; then it can be sent again.',
};

/** The one table of what is allowed in which state. The API has the last word: a message can go while one looks. */
const ACTIONS: Record<MessageState, Row> = {
  received: toGone('The customer wrote it.'),
  scheduled: WAITING,
  queued: WAITING,
  retry: WAITING,
  sending: onItsWay,
  ambiguous: unclear,
  accepted: toGone('It has been sent.'),
  sent: toGone('It has been sent.'),
  delivered: toGone('It has arrived.'),
  read: toGone('It has been read.'),
  played: toGone('It has been played.'),
  deleted: toGone('It was deleted.'),
  failed: toEnded('It has failed.'),
  blocked: toEnded('It was blocked.'),
  cancelled: toEnded('It was cancelled.'),
  expired: toEnded('It has expired.'),
};

const UNKNOWN = 'This page does not know its state.';

/** Why this cannot be done with the message; null: it can. */
export function decideAction({ state }: Pick<Message, 'state'>, action: MessageAction): string | null {
  return Object.hasOwn(ACTIONS, state) ? ACTIONS[state][action] : UNKNOWN;
}

const WAITS: ReadonlySet<string> = new Set(['scheduled', 'queued', 'retry', 'sending']);
const FAILED: ReadonlySet<string> = new Set(['failed', 'blocked', 'cancelled', 'expired']);

export function toMessageTitle({ direction, state }: Pick<Message, 'direction' | 'state'>): string {
  if (direction === 'in') return 'Message received';
  if (WAITS.has(state)) return 'Message to be sent';
  return FAILED.has(state) ? 'Message not sent' : 'Message sent';
}
