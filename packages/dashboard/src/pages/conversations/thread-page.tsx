import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useLayoutEffect, useRef, useState } from 'react';
import { latestConversationsQuery, threadQuery } from '../../api/queries.ts';
import type { Conversation, Message } from '../../api/types.ts';
import { toWindow } from '../../model/window.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { EmptyState, Loading, QueryView } from '../../parts/states.tsx';
import { useNow } from '../../parts/use-now.ts';
import classes from './conversations.module.css';
import { OWNERS } from './owners.ts';
import { ReplyBox } from './reply-box.tsx';
import { ThreadMessage } from './thread-message.tsx';

export function ThreadPage({ id }: { id: string }) {
  const conversation = useConversation(id);
  const thread = useQuery(threadQuery(id));
  return (
    <PageFrame
      title={conversation?.contact.label ?? 'Conversation'}
      about={conversation ? <About conversation={conversation} /> : null}
      crumbs={[{ label: 'Conversations', to: '/conversations' }]}
    >
      <QueryView query={thread} loading={<Loading rows={5} height={56} />}>
        {({ data }) => (
          <div>
            <Thread messages={data} />
            <ReplyBox id={id} windowExpiresAt={conversation?.windowExpiresAt} />
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
}

/** Undefined until loaded, and for one that is not among the latest 200; a known one is kept when it falls out of them. */
function useConversation(id: string): Conversation | undefined {
  const [known, setKnown] = useState<Conversation>();
  const list = useQuery(latestConversationsQuery);
  const found = list.data?.data.find((one) => one.id === id);
  if (found && found !== known) setKnown(found);
  return found ?? known;
}

function About({ conversation }: { conversation: Conversation }) {
  const { contact } = conversation;
  const view = toWindow(conversation.windowExpiresAt, useNow());
  const identity = [
    contact.username ? `@${contact.username}` : null,
    contact.phone ? `+${contact.phone}` : null,
    contact.bsuid,
  ];
  return (
    <>
      <Text size="sm" c="dimmed">
        <bdi>{identity.filter(Boolean).join(' · ')}</bdi>
      </Text>
      <Group gap={6} mt={6}>
        <StateBadge view={{ label: view.label, tone: view.open ? (view.urgent ? 'busy' : 'good') : 'bad', mark: '' }} />
        <StateBadge view={{ label: OWNERS[conversation.owner].label, tone: 'neutral', mark: '' }} />
        {conversation.state === 'open' ? null : (
          <StateBadge view={{ label: conversation.state, tone: 'neutral', mark: '' }} />
        )}
      </Group>
    </>
  );
}

function Thread({ messages }: { messages: Message[] }) {
  const log = useRef<HTMLDivElement>(null);
  const sorted = messages.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
  const last = sorted.at(-1)?.id;
  useLayoutEffect(() => {
    if (last !== undefined) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [last]);
  if (sorted.length === 0)
    return <EmptyState title="No messages in this conversation">The first one appears here by itself.</EmptyState>;
  return (
    // Safari gives scrolling areas no focus of their own, so the keyboard could not scroll this one.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div ref={log} className={classes.thread} role="log" aria-label="Messages" aria-live="polite" tabIndex={0}>
      {sorted.map((message, index) => (
        <ThreadMessage key={message.id} message={message} before={sorted[index - 1]} />
      ))}
    </div>
  );
}
