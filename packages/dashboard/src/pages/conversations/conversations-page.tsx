import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { conversationsQuery, meQuery } from '../../api/queries.ts';
import type { Conversation } from '../../api/types.ts';
import { toMessageState } from '../../model/delivery-state.ts';
import { toAgo } from '../../model/time.ts';
import { toWindow } from '../../model/window.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Pager } from '../../parts/pager.tsx';
import { RichText } from '../../parts/rich-text.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { EmptyState, QueryView } from '../../parts/states.tsx';
import { useNow } from '../../parts/use-now.ts';
import classes from './conversations.module.css';
import { OWNERS } from './owners.ts';

export function ConversationsPage({ after }: { after: string | undefined }) {
  const conversations = useQuery(conversationsQuery(after));
  const now = useNow();
  return (
    <PageFrame title="Conversations" about="One per person and number, latest first.">
      <QueryView query={conversations}>
        {({ data, next }) => (
          <>
            {data.length > 0 ? (
              <ul className={classes.list}>
                {data.map((conversation) => (
                  <ConversationRow key={conversation.id} conversation={conversation} now={now} />
                ))}
              </ul>
            ) : (
              <NoConversations />
            )}
            <Pager to="/conversations" after={after} next={next} />
          </>
        )}
      </QueryView>
    </PageFrame>
  );
}

function ConversationRow({ conversation, now }: { conversation: Conversation; now: number }) {
  const { contact, lastMessage, lastMessageAt } = conversation;
  const view = toWindow(conversation.windowExpiresAt, now);
  return (
    <li className={classes.row}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Link to="/conversations/$id" params={{ id: conversation.id }} className={classes.rowLink}>
          <bdi>{contact.label}</bdi>
        </Link>
        {lastMessageAt ? (
          <Text component="time" dateTime={lastMessageAt} size="xs" c="dimmed" className={classes.when}>
            {toAgo(lastMessageAt, now)}
          </Text>
        ) : null}
      </Group>
      <Text size="sm" c="dimmed" truncate>
        {lastMessage?.direction === 'out' ? 'You: ' : ''}
        <bdi>{lastMessage ? <RichText text={lastMessage.preview} links={false} /> : 'No messages'}</bdi>
      </Text>
      <Group gap={6} mt={4}>
        {lastMessage?.direction === 'out' ? <StateBadge view={toMessageState(lastMessage.state)} /> : null}
        <StateBadge view={{ label: OWNERS[conversation.owner].label, tone: 'neutral', mark: '' }} />
        {conversation.state === 'open' ? null : (
          <StateBadge view={{ label: conversation.state, tone: 'neutral', mark: '' }} />
        )}
        {view.urgent || !view.open ? (
          <StateBadge view={{ label: view.label, tone: view.open ? 'busy' : 'neutral', mark: '' }} />
        ) : null}
      </Group>
    </li>
  );
}

function NoConversations() {
  const me = useQuery(meQuery);
  const phoneUrl = me.data?.phoneUrl;
  return (
    <EmptyState title="No conversations yet">
      {phoneUrl ? (
        <>
          One begins with a customer’s first message: write “hello” on the{' '}
          <a className="link" href={phoneUrl} target="_blank" rel="noreferrer">
            phone page
          </a>
          .
        </>
      ) : (
        'One begins with a customer’s first message to your number.'
      )}
    </EmptyState>
  );
}
