import { Autocomplete, Button, Group, NativeSelect, Text } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { eventsQuery, meQuery } from '../../api/queries.ts';
import { EVENT_STATES } from '../../model/delivery-state.ts';
import { COMMON_KINDS } from '../../model/event-kinds.ts';
import { EVENT_STATE_NAMES, type EventSearch } from '../../model/search-params.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Pager } from '../../parts/pager.tsx';
import { EmptyState, QueryView } from '../../parts/states.tsx';
import { EventTable } from './event-table.tsx';

export function EventsPage({ search }: { search: EventSearch }) {
  const [paused, setPaused] = useState(false);
  const live = !paused && !search.after;
  const events = useQuery(eventsQuery(search, live));
  return (
    <PageFrame
      title="Events"
      about="Everything that came in, newest first: each is kept whole and handled once."
      actions={
        <LiveButton live={live} paused={paused} older={search.after !== undefined} toggle={() => setPaused(!paused)} />
      }
    >
      <Filters search={search} />
      <QueryView query={events}>
        {({ data, next }) => (
          <>
            {data.length > 0 ? (
              <EventTable events={data} />
            ) : (
              <NoEvents filtered={Boolean(search.kind ?? search.state)} />
            )}
            <Pager to="/events" after={search.after} next={next} />
          </>
        )}
      </QueryView>
    </PageFrame>
  );
}

function LiveButton({
  live,
  paused,
  older,
  toggle,
}: {
  live: boolean;
  paused: boolean;
  older: boolean;
  toggle: () => void;
}) {
  return (
    <Group gap="xs">
      <Text size="sm" c="dimmed" component="output">
        {older ? 'Older events do not refresh' : live ? 'Live' : 'Paused'}
      </Text>
      <Button
        size="xs"
        variant="default"
        disabled={older}
        leftSection={paused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
        onClick={toggle}
      >
        {paused ? 'Resume' : 'Pause'}
      </Button>
    </Group>
  );
}

function Filters({ search }: { search: EventSearch }) {
  const navigate = useNavigate();
  // A filter starts again at the newest page.
  const set = (change: EventSearch): void =>
    void navigate({ to: '/events', search: { ...search, after: undefined, ...change }, replace: true });
  return (
    <Group mb="md" gap="sm" align="flex-end">
      <Autocomplete
        key={search.kind ?? ''}
        label="Kind"
        placeholder="All kinds"
        data={COMMON_KINDS}
        defaultValue={search.kind ?? ''}
        onOptionSubmit={(kind) => set({ kind })}
        onBlur={(event) => {
          const kind = event.currentTarget.value.trim();
          if (kind !== (search.kind ?? '')) set({ kind: kind || undefined });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
        clearable
        onClear={() => set({ kind: undefined })}
        flex="1 1 150px"
        maw={240}
      />
      <NativeSelect
        label="State"
        value={search.state ?? ''}
        onChange={(event) => set({ state: EVENT_STATE_NAMES.find((name) => name === event.currentTarget.value) })}
        data={[
          { value: '', label: 'All states' },
          ...EVENT_STATE_NAMES.map((name) => ({ value: name, label: EVENT_STATES[name].label })),
        ]}
        flex="1 1 130px"
        maw={180}
      />
    </Group>
  );
}

function NoEvents({ filtered }: { filtered: boolean }) {
  const me = useQuery(meQuery);
  if (filtered)
    return <EmptyState title="No event matches">Choose another kind or state, or clear the filter.</EmptyState>;
  const phoneUrl = me.data?.phoneUrl;
  return (
    <EmptyState title="Nothing has come in yet">
      {phoneUrl ? (
        <>
          Open the{' '}
          <a className="link" href={phoneUrl} target="_blank" rel="noreferrer">
            phone page
          </a>{' '}
          and write “hello”: it appears here within a second.
        </>
      ) : (
        'Send a message to your WhatsApp number. If nothing appears, check the webhook address on the Channels page.'
      )}
    </EmptyState>
  );
}
