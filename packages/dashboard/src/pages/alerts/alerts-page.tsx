import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { alertsQuery, channelsQuery } from '../../api/queries.ts';
import type { Alert, Channel } from '../../api/types.ts';
import { toAlertTitle } from '../../model/alert.ts';
import type { AlertSearch } from '../../model/search-params.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { Pager } from '../../parts/pager.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { EmptyState, QueryView } from '../../parts/states.tsx';
import { Moment } from '../../parts/time.tsx';

export function AlertsPage({ search }: { search: AlertSearch }) {
  const isAll = search.show === 'all';
  const alerts = useQuery(alertsQuery({ open: !isAll, after: search.after }));
  const channels = useQuery(channelsQuery).data?.data ?? [];
  return (
    <PageFrame
      title="Alerts"
      about="What somebody should see to. An alert ends by itself when its cause does."
      actions={
        <Link to="/alerts" search={isAll ? {} : { show: 'all' }} className="link">
          {isAll ? 'Only open ones' : 'Also those that ended'}
        </Link>
      }
    >
      <QueryView query={alerts}>
        {({ data, next }) => (
          <>
            {data.length > 0 ? (
              <Stack gap="sm">
                {data.map((alert) => (
                  <AlertCard key={alert.id} alert={alert} channel={channels.find(({ id }) => id === alert.channelId)} />
                ))}
              </Stack>
            ) : (
              <EmptyState title={isAll ? 'There were no alerts' : 'Nothing needs you'}>
                {isAll ? 'What goes wrong will be listed here.' : 'An alert appears here, and above every page.'}
              </EmptyState>
            )}
            <Pager to="/alerts" after={search.after} next={next} />
          </>
        )}
      </QueryView>
    </PageFrame>
  );
}

function AlertCard({ alert, channel }: { alert: Alert; channel: Channel | undefined }) {
  const { kind, detail, at, endedAt } = alert;
  return (
    <Paper withBorder p="md" component="article">
      <Group gap="sm" mb={4}>
        <Title order={2} size="h5">
          {toAlertTitle(kind)}
        </Title>
        <StateBadge
          view={endedAt ? { label: 'Ended', tone: 'neutral', mark: '✓' } : { label: 'Open', tone: 'bad', mark: '!' }}
        />
      </Group>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {detail}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        Since <Moment iso={at} />
        {endedAt ? (
          <>
            , ended <Moment iso={endedAt} />
          </>
        ) : null}
        {channel ? (
          <>
            {' '}
            · <bdi>{channel.name}</bdi> ·{' '}
            <Link to="/channels" className="link">
              The way out is under Channels
            </Link>
          </>
        ) : null}
      </Text>
    </Paper>
  );
}
