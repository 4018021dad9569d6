import { Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { eventQuery } from '../../api/queries.ts';
import type { EventDetail } from '../../api/types.ts';
import { toEventState } from '../../model/delivery-state.ts';
import { indentJson } from '../../model/indent-json.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { QueryView } from '../../parts/states.tsx';
import { Moment } from '../../parts/time.tsx';
import { ReactionList } from './reaction-list.tsx';

export function EventPage({ id }: { id: string }) {
  const event = useQuery(eventQuery(id));
  return (
    <PageFrame
      title={event.data?.kind ?? `Event ${id}`}
      about={event.data?.summary}
      crumbs={[{ label: 'Events', to: '/events' }]}
    >
      <QueryView query={event}>
        {(data) => (
          <Stack gap="lg">
            <EventFacts event={data} />
            <section>
              <Title order={2} size="h4" mb="xs">
                Reactions
              </Title>
              <ReactionList event={data} />
            </section>
            {data.event ? <CodeBlock label="Normalised event" text={JSON.stringify(data.event, null, 2)} /> : null}
            <Delivery delivery={data.delivery} />
          </Stack>
        )}
      </QueryView>
    </PageFrame>
  );
}

function EventFacts({ event }: { event: EventDetail }) {
  return (
    <Paper withBorder p="md">
      <Facts
        rows={[
          ['State', <StateBadge key="state" view={toEventState(event.state)} />],
          ['Received', <Moment key="received" iso={event.receivedAt} />],
          ['Happened', event.at ? <Moment key="at" iso={event.at} /> : 'The provider does not say'],
          ['Message', event.messageId ? <MessageLink key="message" id={event.messageId} /> : null],
          [
            'Conversation',
            event.conversationId ? <ConversationLink key="conversation" id={event.conversationId} /> : null,
          ],
          ['Quarantine', event.state === 'quarantined' ? <QuarantineLink key="quarantine" /> : null],
          ['Lane', <code key="lane">{event.lane}</code>],
          ['Stable id', <code key="id">{event.eventId}</code>],
        ]}
      />
    </Paper>
  );
}

function MessageLink({ id }: { id: string }) {
  return (
    <Link to="/messages/$id" params={{ id }} className="link">
      Its story
    </Link>
  );
}

function ConversationLink({ id }: { id: string }) {
  return (
    <Link to="/conversations/$id" params={{ id }} className="link">
      The whole thread
    </Link>
  );
}

function QuarantineLink() {
  return (
    <Link to="/quarantine" className="link">
      Reason, replay or discard
    </Link>
  );
}

function Delivery({ delivery }: { delivery: EventDetail['delivery'] }) {
  const label = `Delivery ${delivery.id} as it arrived`;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Where it came from
      </Title>
      <Facts
        rows={[
          ['Provider', delivery.provider],
          ['Arrived', <Moment key="at" iso={delivery.receivedAt} />],
          ['Size', `${delivery.bytes.toLocaleString('en-GB')} bytes`],
          ['This event is at', <code key="pointer">{delivery.pointer || 'the whole body'}</code>],
        ]}
      />
      <CodeBlock label={label} text={delivery.truncated ? delivery.body : indentJson(delivery.body)} />
      <Text size="xs" c="dimmed">
        {delivery.truncated ? 'Cut at 64 kB; it is stored whole. ' : ''}Indented for reading; stored byte for byte.
      </Text>
    </Stack>
  );
}
