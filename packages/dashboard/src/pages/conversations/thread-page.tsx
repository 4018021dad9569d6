import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { channelsQuery, conversationQuery, threadQuery } from '../../api/queries.ts';
import type { Conversation, Message } from '../../api/types.ts';
import { toTargetId } from '../../model/bubble.ts';
import { toWindow } from '../../model/window.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { EmptyState, Loading, QueryView } from '../../parts/states.tsx';
import { useNow } from '../../parts/use-now.ts';
import classes from './conversations.module.css';
import { OWNERS } from './owners.ts';
import { ReleaseConversation } from './release-conversation.tsx';
import { ReplyBox } from './reply-box.tsx';
import { ThreadMessage } from './thread-message.tsx';

export function ThreadPage({ id, after }: { id: string; after: string | undefined }) {
  const { data: conversation } = useQuery(conversationQuery(id));
  const thread = useQuery(threadQuery(id, after));
  return (
    <PageFrame
      title={conversation?.contact.label ?? 'Conversation'}
      about={conversation ? <About conversation={conversation} /> : null}
      crumbs={[{ label: 'Conversations', to: '/conversations' }]}
    >
      <QueryView query={thread} loading={<Loading rows={5} height={56} />}>
        {({ data, next }) => (
          <div className={classes.pane}>
            <Thread id={id} newestFirst={data} next={next} />
            <PausedNotice channelId={conversation?.channelId} />
            {after ? <BackToNewest id={id} /> : null}
            {!after && conversation ? <ReplyBox key={conversation.id} conversation={conversation} /> : null}
          </div>
        )}
      </QueryView>
    </PageFrame>
  );
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
        {' · '}
        <Link to="/contacts/$id" params={{ id: contact.id }} className="link">
          Contact and consents
        </Link>
      </Text>
      <Group gap={6} mt={6}>
        <StateBadge view={{ label: view.label, tone: view.open ? (view.urgent ? 'busy' : 'good') : 'bad', mark: '' }} />
        <StateBadge view={{ label: OWNERS[conversation.owner].label, tone: 'neutral', mark: '' }} />
        <ReleaseConversation conversation={conversation} />
        {conversation.state === 'open' ? null : (
          <StateBadge view={{ label: conversation.state, tone: 'neutral', mark: '' }} />
        )}
      </Group>
    </>
  );
}

const NEAR_END_PX = 80;

function Thread({ id, newestFirst, next }: { id: string; newestFirst: Message[]; next: string | null }) {
  const log = useRef<HTMLDivElement>(null);
  // The API's order, turned round: it also orders messages that carry the same time.
  const messages = newestFirst.toReversed();
  const byWhatsappId = new Map(messages.map((message) => [message.whatsappId ?? message.id, message]));
  const last = messages.at(-1)?.id;
  const isEmpty = messages.length === 0;
  // Who reads further up stays there when a message arrives.
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (last !== undefined && atEnd.current) log.current?.scrollTo({ top: log.current.scrollHeight });
  }, [last]);
  // The box below grows with what is written in it: the end stays in sight.
  useEffect(() => {
    const element = log.current;
    if (isEmpty || !element) return undefined;
    const observer = new ResizeObserver(() => {
      if (atEnd.current) element.scrollTo({ top: element.scrollHeight });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isEmpty]);
  if (isEmpty)
    return <EmptyState title="No messages in this conversation">The first one appears here by itself.</EmptyState>;
  return (
    <div
      ref={log}
      className={classes.thread}
      role="log"
      aria-label="Messages"
      aria-live="polite"
      // Safari gives scrolling areas no focus of their own, so the keyboard could not scroll this one.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
      }}
    >
      {next ? (
        <Link to="/conversations/$id" params={{ id }} search={{ after: next }} className={`link ${classes.older}`}>
          Older messages
        </Link>
      ) : null}
      {messages.map((message, index) => (
        <ThreadMessage
          key={message.id}
          message={message}
          before={messages[index - 1]}
          quoted={byWhatsappId.get(toTargetId(message) ?? '')}
        />
      ))}
    </div>
  );
}

/** A reply on a paused channel waits: said where it is written. */
function PausedNotice({ channelId }: { channelId: string | undefined }) {
  const channels = useQuery(channelsQuery);
  const isPaused = channels.data?.data.some(({ id, state }) => id === channelId && state === 'paused');
  if (!isPaused) return null;
  return (
    <div className={classes.paused}>
      Sending on this channel is paused, so messages wait. The reason and the way out are under{' '}
      <Link to="/channels" className="link">
        Channels
      </Link>
      .
    </div>
  );
}

function BackToNewest({ id }: { id: string }) {
  return (
    <div className={classes.reply}>
      <Link to="/conversations/$id" params={{ id }} className="link">
        Newest messages, and the reply box
      </Link>
    </div>
  );
}
