import { Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { EventDetail } from '../../api/types.ts';
import type { StateView } from '../../model/delivery-state.ts';
import { toNoteRows } from '../../model/note-rows.ts';
import { CodeBlock } from '../../parts/code-block.tsx';
import { Facts } from '../../parts/facts.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { Moment } from '../../parts/time.tsx';

type Reaction = EventDetail['reactions'][number];

const STATES: Record<Reaction['state'], StateView> = {
  waiting: { label: 'Waiting', tone: 'busy', mark: '◷' },
  done: { label: 'Done', tone: 'good', mark: '✓' },
  retrying: { label: 'Retrying', tone: 'busy', mark: '↻' },
  quarantined: { label: 'Quarantined', tone: 'bad', mark: '!' },
};

export function ReactionList({ event }: { event: EventDetail }) {
  if (event.reactions.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        {event.state === 'waiting' ? 'It waits for its turn.' : 'Nothing reacts to this kind of event.'}
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {event.reactions.map((reaction) => (
        <ReactionCard key={reaction.name} reaction={reaction} />
      ))}
    </Stack>
  );
}

function ReactionCard({ reaction }: { reaction: Reaction }) {
  const tries = `${reaction.attempts} attempt${reaction.attempts === 1 ? '' : 's'}`;
  return (
    <Paper withBorder p="sm">
      <Group gap="sm">
        <Text fw={600}>{reaction.name}</Text>
        <StateBadge view={STATES[reaction.state]} />
        <Text size="sm" c="dimmed">
          {tries}
          {reaction.at ? ', last ' : ''}
          {reaction.at ? <Moment iso={reaction.at} /> : null}
        </Text>
      </Group>
      {reaction.messageIds.length > 0 ? (
        <Text size="sm" mt={4}>
          Sent:{' '}
          {reaction.messageIds.map((id, index) => (
            <span key={id}>
              {index > 0 ? ', ' : ''}
              <Link to="/messages/$id" params={{ id }} className="link">
                message {index + 1}
              </Link>
            </span>
          ))}
        </Text>
      ) : null}
      <Notes notes={reaction.notes ?? []} />
      {reaction.error ? <CodeBlock label="Last error" text={reaction.error} /> : null}
    </Paper>
  );
}

/** What the handler wrote down about this event. */
function Notes({ notes }: { notes: NonNullable<Reaction['notes']> }) {
  return notes.map(({ name, data }, index) => (
    // A handler may write several notes of one name.
    // oxlint-disable-next-line react/no-array-index-key
    <Stack key={index} gap={4} mt="xs">
      <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
        Note “<bdi>{name}</bdi>”
      </Text>
      <Facts rows={toNoteRows(data).map(([key, value]) => [key, <bdi key="value">{value}</bdi>] as const)} />
    </Stack>
  ));
}
