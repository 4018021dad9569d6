import { Code, Group, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { channelsQuery } from '../../api/queries.ts';
import type { Channel } from '../../api/types.ts';
import type { StateView } from '../../model/delivery-state.ts';
import { isReachableOrigin, toWebhookUrl } from '../../model/webhook-url.ts';
import { CopyText } from '../../parts/code-block.tsx';
import { Facts } from '../../parts/facts.tsx';
import { PageFrame } from '../../parts/page-frame.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { EmptyState, Loading, QueryView } from '../../parts/states.tsx';
import { ResumeChannel } from './resume-channel.tsx';

const PROVIDERS: Record<Channel['provider'], string> = { meta: 'Meta Cloud API', whapi: 'Whapi.Cloud' };
const STATES: Record<Channel['state'], StateView> = {
  active: { label: 'Active', tone: 'good', mark: '✓' },
  paused: { label: 'Paused', tone: 'bad', mark: '❚❚' },
};

export function ChannelsPage() {
  const channels = useQuery(channelsQuery);
  return (
    <PageFrame title="Channels" about="The numbers this workspace speaks through.">
      <QueryView query={channels} loading={<Loading rows={2} height={180} />}>
        {({ data }) =>
          data.length > 0 ? (
            <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
              {data.map((channel) => (
                <ChannelCard key={channel.id} channel={channel} />
              ))}
            </SimpleGrid>
          ) : (
            <EmptyState title="No channel is connected">
              Set <Code>WHATSAPP_PHONE_NUMBER_ID</Code> and <Code>WHATSAPP_ACCESS_TOKEN</Code>, or{' '}
              <Code>WHARF_EMULATOR=on</Code> to try without a number, and start Wharf again.
            </EmptyState>
          )
        }
      </QueryView>
    </PageFrame>
  );
}

function ChannelCard({ channel }: { channel: Channel }) {
  return (
    <Paper withBorder p="md" component="article">
      <Stack gap="sm">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <div style={{ minWidth: 0 }}>
            <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
              <bdi>{channel.name}</bdi>
            </Title>
            <Text size="sm" c="dimmed">
              {PROVIDERS[channel.provider]}
              {channel.phone ? ` · +${channel.phone.replace(/^\+/, '')}` : ''}
            </Text>
          </div>
          <StateBadge view={STATES[channel.state]} />
        </Group>
        <ResumeChannel channel={channel} />
        <Facts
          rows={[
            ['Waiting to be sent', channel.queued.toLocaleString('en-GB')],
            [
              channel.provider === 'meta' ? 'Phone number id' : 'Channel id',
              <code key="id">{channel.externalId}</code>,
            ],
            ['Account', channel.accountId ? <code key="account">{channel.accountId}</code> : null],
          ]}
        />
        <WebhookAddress channel={channel} />
      </Stack>
    </Paper>
  );
}

function WebhookAddress({ channel }: { channel: Channel }) {
  const url = toWebhookUrl(window.location.origin, channel);
  return (
    <div>
      <Group justify="space-between" mb={4}>
        <Text size="sm" fw={600}>
          Webhook address
        </Text>
        <CopyText text={url} />
      </Group>
      <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {url}
      </Code>
      <Text size="xs" c="dimmed" mt={4}>
        {isReachableOrigin(window.location.origin)
          ? 'Give it to the provider as the callback address.'
          : 'The emulator reaches it as it is. A provider needs a public https address: put your own host before the path.'}
        {channel.provider === 'whapi'
          ? ' Whapi signs nothing: add “/” and the secret of this channel, or send it as the header X-Wharf-Secret.'
          : ''}
      </Text>
    </div>
  );
}
