import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from './client.ts';
import type {
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

export interface EventFilter {
  kind?: string | undefined;
  state?: string | undefined;
  after?: string | undefined;
}

const path = (id: string): string => encodeURIComponent(id);

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => get<Me>('/me'),
  retry: false,
  staleTime: 60_000,
});

export const eventsQuery = (filter: EventFilter, live: boolean) =>
  queryOptions({
    queryKey: ['events', filter],
    queryFn: () => get<Page<EventSummary>>('/events', { ...filter, limit: 50 }),
    refetchInterval: live ? LIVE_MS : false,
    placeholderData: keepPreviousData,
  });

export const eventQuery = (id: string) =>
  queryOptions({
    queryKey: ['event', id],
    queryFn: () => get<EventDetail>(`/events/${path(id)}`),
    refetchInterval: LIVE_MS * 2,
  });

export const conversationsQuery = (after?: string) =>
  queryOptions({
    queryKey: ['conversations', after ?? ''],
    queryFn: () => get<Page<Conversation>>('/conversations', { after, limit: 50 }),
    refetchInterval: LIVE_MS,
    placeholderData: keepPreviousData,
  });

/** The API lists conversations but has no address for one of them: this is where a thread finds its own. */
export const latestConversationsQuery = queryOptions({
  queryKey: ['conversations', 'latest'],
  queryFn: () => get<Page<Conversation>>('/conversations', { limit: 200 }),
  refetchInterval: LIVE_MS,
});

export const threadQuery = (id: string) =>
  queryOptions({
    queryKey: ['thread', id],
    queryFn: () => get<Page<Message>>(`/conversations/${path(id)}/messages`, { limit: 200 }),
    refetchInterval: LIVE_MS,
  });

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ['message', id],
    queryFn: () => get<MessageDetail>(`/messages/${path(id)}`),
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
