import { useQuery } from '@tanstack/react-query';
import { messagesQuery } from '../../api/messages.ts';
import { channelsQuery } from '../../api/queries.ts';
import type { MessageSearch } from '../../model/message-search.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Pager } from '../../parts/pager.tsx';
import { EmptyState, QueryView } from '../../parts/states.tsx';
import { MessageFilters } from './message-filters.tsx';
import { MessageTable } from './message-table.tsx';

export function MessagesPage({ search }: { search: MessageSearch }) {
  const messages = useQuery(messagesQuery(search));
  const channels = useQuery(channelsQuery).data?.data ?? [];
  const isFiltered = Boolean(search.state ?? search.channel ?? search.origin ?? search.type ?? search.since);
  return (
    <PageFrame title="Messages" about="What was sent, or waits to be, newest first.">
      <MessageFilters search={search} channels={channels} />
      <QueryView query={messages}>
        {({ data, next }) => (
          <>
            {data.length > 0 ? (
              <MessageTable messages={data} channels={channels} />
            ) : (
              <EmptyState title={isFiltered ? 'No message matches' : 'Nothing was sent in the last seven days'}>
                {isFiltered
                  ? 'Choose other filters, or clear them.'
                  : 'Answers of your handlers, replies from here and messages over the API appear in this list.'}
              </EmptyState>
            )}
            <Pager to="/messages" after={search.after} next={next} />
          </>
        )}
      </QueryView>
    </PageFrame>
  );
}
