import type { EventState, MessageState } from '../api/types.ts';

type Tone = 'good' | 'busy' | 'bad' | 'info' | 'neutral';

export interface StateView {
  label: string;
  tone: Tone;
  /** A glyph beside the words, never instead of them. */
  mark: string;
}

const MESSAGE_STATES: Record<MessageState, StateView> = {
  received: { label: 'Received', tone: 'neutral', mark: '' },
  scheduled: { label: 'Scheduled', tone: 'neutral', mark: '◷' },
  queued: { label: 'Queued', tone: 'busy', mark: '◷' },
  sending: { label: 'Sending', tone: 'busy', mark: '◷' },
  retry: { label: 'Will be retried', tone: 'busy', mark: '↻' },
  ambiguous: { label: 'Unclear whether it went', tone: 'busy', mark: '?' },
  accepted: { label: 'Accepted', tone: 'neutral', mark: '✓' },
  sent: { label: 'Sent', tone: 'neutral', mark: '✓' },
  delivered: { label: 'Delivered', tone: 'neutral', mark: '✓✓' },
  read: { label: 'Read', tone: 'info', mark: '✓✓' },
  played: { label: 'Played', tone: 'info', mark: '✓✓' },
  failed: { label: 'Failed', tone: 'bad', mark: '✕' },
  deleted: { label: 'Deleted', tone: 'neutral', mark: '' },
  blocked: { label: 'Blocked', tone: 'bad', mark: '✕' },
  cancelled: { label: 'Cancelled', tone: 'neutral', mark: '✕' },
  expired: { label: 'Expired', tone: 'bad', mark: '✕' },
};

export const EVENT_STATES: Record<EventState, StateView> = {
  waiting: { label: 'Waiting', tone: 'busy', mark: '◷' },
  done: { label: 'Done', tone: 'good', mark: '✓' },
  quarantined: { label: 'Quarantined', tone: 'bad', mark: '!' },
};

/** A state this page does not know yet is shown by its own name. */
export function toMessageState(state: string): StateView {
  return MESSAGE_STATES[state as MessageState] ?? { label: state, tone: 'neutral', mark: '' };
}

export function toEventState(state: string): StateView {
  return EVENT_STATES[state as EventState] ?? { label: state, tone: 'neutral', mark: '' };
}
