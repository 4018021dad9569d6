import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { personQuery } from '../../api/people.ts';
import type { Person } from '../../api/types.ts';
import { toClockIn, toZoneName } from '../../model/send-time.ts';
import { toWords } from '../../model/template-state.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Loading, QueryView } from '../../parts/states.tsx';
import { Moment } from '../../parts/time.tsx';
import { useNow } from '../../parts/use-now.ts';
import { Consents } from './consents.tsx';
import { EditPerson } from './edit-person.tsx';

export function ContactPage({ id, after }: { id: string; after: string | undefined }) {
  const person = useQuery(personQuery(id));
  const [editing, setEditing] = useState(false);
  const { data } = person;
  return (
    <PageFrame
      title={data?.value.name ?? (data ? 'Contact without a name' : 'Contact')}
      about="Who it is, where they are, and what they agreed to."
      crumbs={[{ label: 'Conversations', to: '/conversations' }]}
      actions={
        data ? (
          <ActionButton reason={null} onClick={() => setEditing(true)}>
            Edit …
          </ActionButton>
        ) : null
      }
    >
      <QueryView query={person} loading={<Loading rows={2} height={140} />}>
        {({ value, etag }) => (
          <Stack gap="lg">
            <PersonFacts person={value} />
            <section>
              <Title order={2} size="h4" mb="sm">
                Consents
              </Title>
              <Consents contactId={value.id} after={after} />
            </section>
            {editing ? <EditPerson person={value} etag={etag} close={() => setEditing(false)} /> : null}
          </Stack>
        )}
      </QueryView>
    </PageFrame>
  );
}

const FROM: Record<NonNullable<Person['place']['from']>, string> = {
  contact: 'as entered here',
  phone: 'by the phone number',
  bsuid: 'by the WhatsApp user id',
};

const COUNTRIES = new Intl.DisplayNames('en', { type: 'region', fallback: 'code' });

const KINDS: Readonly<Record<string, string>> = { phone: 'Phone', bsuid: 'WhatsApp user id', username: 'Username' };

function PersonFacts({ person }: { person: Person }) {
  const { place, timeZone, identities, name, profileName, kind, createdAt } = person;
  return (
    <Paper withBorder p="md">
      <Facts
        rows={[
          ['Kind', kind === 'group' ? 'Group' : null],
          ['Name on WhatsApp', profileName === name ? null : profileName && <bdi key="profile">{profileName}</bdi>],
          ...identities.map(({ kind: of, value }): readonly [string, ReactNode] => [
            KINDS[of] ?? toWords(of),
            <code key={value}>{of === 'phone' ? `+${value.replace(/^\+/, '')}` : value}</code>,
          ]),
          ['Country', place.country ? COUNTRIES.of(place.country) : null],
          ['Time zone', <Zones key="zones" zones={timeZone ? [timeZone] : place.zones} from={place.from} />],
          ['First seen', <Moment key="created" iso={createdAt} />],
        ]}
      />
    </Paper>
  );
}

/** With the clock there: whether it is night decides whether to write. */
function Zones({ zones, from }: { zones: readonly string[]; from: Person['place']['from'] }) {
  const now = useNow();
  if (zones.length === 0) return <>Not known: quiet hours follow the policy’s own zone</>;
  return (
    <Group gap={4}>
      {zones.map((zone) => (
        <span key={zone}>
          {toZoneName(zone, new Date(now))}, now {toClockIn(zone, now) ?? '?'}
          {zones.length > 1 ? ';' : ''}
        </span>
      ))}
      <Text component="span" size="sm" c="dimmed">
        {zones.length > 1 ? 'one of these, ' : ''}
        {from ? FROM[from] : ''}
      </Text>
    </Group>
  );
}
