import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, segment } from './client.ts';
import { isAway } from './problem.ts';
import type {
  Alert,
  Channel,
  Conversation,
  EventDetail,
  EventSummary,
  Me,
  Message,
  MessageDetail,
  Page,
  QuarantineEntry,
} from './types.ts';

/** Fast enough to feel live, slow enough for a hundred open pages. The browser stops it while the tab is hidden. */
export const LIVE_MS = 1_500;
/** For what changes by the minute. */
export const PATIENT_MS = 10_000;

export interface EventFilter {
  kind?: string | undefined;
  state?: string | undefined;
  after?: string | undefined;
}

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => get<Me>('/me'),
  retry: false,
  staleTime: 60_000,
  refetchInterval: ({ state }) => (isAway(state.error) ? LIVE_MS : false),
});

export const eventsQuery = (filter: EventFilter, live: boolean) =>
  queryOptions({
    queryKey: ['events', filter],
    queryFn: () => get<Page<EventSummary>>('/events', { ...filter, limit: 50 }),
    // Once an answer failed, ask until there is one: a page that stands still must not stay broken.
    refetchInterval: ({ state }) => (live || state.error ? LIVE_MS : false),
    placeholderData: keepPreviousData,
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: () => get<EventDetail>(`/events/${segment(id)}`),
    refetchInterval: LIVE_MS * 2,
  });

export const conversationsQuery = (after?: string) =>
  queryOptions({
    queryKey: ['conversations', after ?? ''],
    queryFn: () => get<Page<Conversation>>('/conversations', { after, limit: 50 }),
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });

export const conversationQuery = (id: string) =>
  queryOptions({
    queryKey: ['conversation', id],
    queryFn: () => get<Conversation>(`/conversations/${segment(id)}`),
    refetchInterval: LIVE_MS,
  });

/** The latest 100 messages, newest first, or those before `after`. */
export const threadQuery = (id: string, after?: string) =>
  queryOptions({
    queryKey: ['thread', id, after ?? ''],
    queryFn: () => get<Page<Message>>(`/conversations/${segment(id)}/messages`, { after, limit: 100 }),
    refetchInterval: LIVE_MS,
  });

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ['message', id],
    queryFn: () => get<MessageDetail>(`/messages/${segment(id)}`),
    refetchInterval: LIVE_MS,
  });

export const quarantineQuery = (after?: string) =>
  queryOptions({
    queryKey: ['quarantine', after ?? ''],
    queryFn: () => get<Page<QuarantineEntry>>('/quarantine', { after, limit: 50 }),
    refetchInterval: LIVE_MS * 2,
    placeholderData: keepPreviousData,
  });

export const channelsQuery = queryOptions({
  queryKey: ['channels'],
  queryFn: () => get<Page<Channel>>('/channels', { limit: 200 }),
  refetchInterval: LIVE_MS * 2,
});

/** Newest first; `open`: only what has not ended. */
export const alertsQuery = ({ open, after }: { open: boolean; after?: string | undefined }) =>
  queryOptions({
    queryKey: ['alerts', open, after ?? ''],
    queryFn: () => get<Page<Alert>>('/alerts', { open: open ? 'true' : undefined, after, limit: 50 }),
    refetchInterval: LIVE_MS * 2,
    placeholderData: keepPreviousData,
  });
