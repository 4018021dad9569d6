import type { MessageState } from '../api/types.ts';
import { pickWords, type Search } from './search-params.ts';

/** How far back, in the address; the first is what the API looks at by itself. */
export const SPANS = {
  '7d': { label: 'Last 7 days', ms: 7 * 86_400_000 },
  '1h': { label: 'Last hour', ms: 3_600_000 },
  '1d': { label: 'Last 24 hours', ms: 86_400_000 },
  '30d': { label: 'Last 30 days', ms: 30 * 86_400_000 },
} as const;
export type Span = keyof typeof SPANS;

export const SENT_STATES = [
  'scheduled',
  'queued',
  'sending',
  'retry',
  'ambiguous',
  'accepted',
  'sent',
  'delivered',
  'read',
  'played',
  'failed',
  'blocked',
  'cancelled',
  'expired',
] as const satisfies MessageState[];

/** Filters of the list of outgoing messages, as the URL keeps them. */
export interface MessageSearch {
  state?: MessageState;
  channel?: string;
  origin?: string;
  type?: string;
  since?: Span;
  after?: string;
}

export function parseMessageSearch(search: Search): MessageSearch {
  const state = SENT_STATES.find((name) => name === search.state);
  const since = Object.keys(SPANS).find((name): name is Span => name === search.since);
  return {
    ...pickWords(search, ['channel', 'origin', 'type', 'after']),
    ...(state ? { state } : {}),
    ...(since && since !== '7d' ? { since } : {}),
  };
}
