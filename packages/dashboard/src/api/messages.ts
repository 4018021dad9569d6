import { keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { type MessageSearch, SPANS } from '../model/message-search.ts';
import { get } from './client.ts';
import { LIVE_MS } from './queries.ts';
import type { Message, Page } from './types.ts';

/** Outgoing messages, newest first. */
export const messagesQuery = (search: MessageSearch) =>
  queryOptions({
    queryKey: ['messages', search],
    queryFn: () => {
      const { channel, since, ...filter } = search;
      const from = new Date(Date.now() - SPANS[since ?? '7d'].ms).toISOString();
      return get<Page<Message>>('/messages', {
        ...filter,
        direction: 'out',
        channelId: channel,
        since: from,
        limit: 50,
      });
    },
    refetchInterval: search.after ? false : LIVE_MS * 2,
    placeholderData: keepPreviousData,
  });

/** Whatever shows messages is read again. */
export async function refreshMessages(queries: QueryClient): Promise<void> {
  const keys = ['messages', 'message', 'thread', 'conversation', 'channels'];
  await Promise.all(keys.map((key) => queries.invalidateQueries({ queryKey: [key] })));
}
