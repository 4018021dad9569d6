import { Group, Paper, Stack, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { personQuery } from '../../api/people.ts';
import { messageQuery } from '../../api/queries.ts';
import type { MessageDetail } from '../../api/types.ts';
import { toMessageState } from '../../model/delivery-state.ts';
import { ACTION_LABELS, decideAction, type MessageAction, toMessageTitle } from '../../model/message-actions.ts';
import { toOrigin } from '../../model/origins.ts';
import { ownZone, toDateIn, toTheirZone } from '../../model/send-time.ts';
import { toWords } from '../../model/template-state.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Facts } from '../../parts/facts.tsx';
import { MessageDialog } from '../../parts/message-dialog.tsx';
import { MessageContent } from '../../parts/message-content.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { EmptyState, QueryView } from '../../parts/states.tsx';
import { Moment } from '../../parts/time.tsx';
import { Story } from './story.tsx';
import classes from './message.module.css';

export function MessagePage({ id }: { id: string }) {
  const message = useQuery(messageQuery(id));
  return (
    <PageFrame
      title={message.data ? toMessageTitle(message.data) : 'Message'}
      about={message.data ? <Headline message={message.data} /> : null}
      crumbs={[
        message.data?.direction === 'out'
          ? { label: 'Messages', to: '/messages' }
          : { label: 'Conversations', to: '/conversations' },
      ]}
      actions={message.data?.direction === 'out' ? <Actions message={message.data} /> : null}
    >
      <QueryView query={message}>
        {(data) => (
          <Stack gap="lg">
            <MessageFacts message={data} />
            <section>
              <Title order={2} size="h4" mb="sm">
                Its story
              </Title>
              {data.story.length > 0 ? (
                <Story steps={data.story} />
              ) : (
                <EmptyState title="Nothing has happened to it yet">Steps appear here by themselves.</EmptyState>
              )}
            </section>
            <CodeBlock label="Content" text={JSON.stringify(data.body, null, 2)} />
          </Stack>
        )}
      </QueryView>
    </PageFrame>
  );
}

function Headline({ message }: { message: MessageDetail }) {
  return (
    <div className={classes.headline}>
      <MessageContent message={message} />
    </div>
  );
}

function MessageFacts({ message }: { message: MessageDetail }) {
  return (
    <Paper withBorder p="md">
      <Facts
        rows={[
          ['State', <StateBadge key="state" view={toMessageState(message.state)} />],
          ['Why', message.reason],
          ['Time', <Moment key="at" iso={message.at} />],
          [
            'Not before',
            message.sendAt ? <SendAt key="send" sendAt={message.sendAt} contactId={message.contactId} /> : null,
          ],
          ['Not after', message.expiresAt ? <Moment key="end" iso={message.expiresAt} /> : null],
          ['Written by', toOrigin(message.origin)],
          ['Type', toWords(message.type)],
          ['Category', message.category ? toWords(message.category) : null],
          ['Repeats', message.retryOf ? <MessageLink key="of" id={message.retryOf} /> : null],
          ['Conversation', message.conversationId ? <ThreadLink key="thread" id={message.conversationId} /> : null],
          ['Edited', message.editedAt ? <Moment key="edited" iso={message.editedAt} /> : null],
          ['Deleted', message.revokedAt ? <Moment key="revoked" iso={message.revokedAt} /> : null],
          ['WhatsApp id', message.whatsappId ? <code key="id">{message.whatsappId}</code> : null],
        ]}
      />
    </Paper>
  );
}

/** On both clocks, where theirs is known and another one. */
function SendAt({ sendAt, contactId }: { sendAt: string; contactId: string | null }) {
  const person = useQuery({ ...personQuery(contactId ?? ''), enabled: contactId !== null }).data?.value;
  const zone = person ? toTheirZone(person) : null;
  const at = Date.parse(sendAt);
  const theirs = zone ? toDateIn(zone.name, at) : null;
  return (
    <>
      <Moment iso={sendAt} />
      {theirs && zone && theirs !== toDateIn(ownZone(), at)
        ? ` · ${theirs} in ${zone.name.replaceAll('_', ' ')}`
        : null}
    </>
  );
}

const ACTIONS = ['reschedule', 'cancel', 'retry'] as const satisfies MessageAction[];

function Actions({ message }: { message: MessageDetail }) {
  const [asked, setAsked] = useState<MessageAction | null>(null);
  return (
    <Group gap="xs">
      {ACTIONS.map((action) => (
        <ActionButton key={action} reason={decideAction(message, action)} onClick={() => setAsked(action)}>
          {ACTION_LABELS[action]}
        </ActionButton>
      ))}
      {asked ? <MessageDialog action={asked} message={message} close={() => setAsked(null)} /> : null}
    </Group>
  );
}

function MessageLink({ id }: { id: string }) {
  return (
    <Link to="/messages/$id" params={{ id }} className="link">
      an earlier message
    </Link>
  );
}

function ThreadLink({ id }: { id: string }) {
  return (
    <Link to="/conversations/$id" params={{ id }} className="link">
      The whole thread
    </Link>
  );
}
