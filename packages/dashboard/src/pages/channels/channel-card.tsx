import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { Channel } from '../../api/types.ts';
import type { StateView } from '../../model/delivery-state.ts';
import { ActionButton } from '../../parts/action-button.tsx';
import { Facts } from '../../parts/facts.tsx';
import { StateBadge } from '../../parts/state-badge.tsx';
import { EditChannel } from './edit-channel.tsx';
import { ChannelHealth } from './health.tsx';
import { ChannelPacing } from './pacing.tsx';
import { PauseChannel } from './pause-channel.tsx';
import { ResumeChannel } from './resume-channel.tsx';
import { WebhookAddress } from './webhook-address.tsx';

const PROVIDERS: Record<Channel['provider'], string> = { meta: 'Meta Cloud API', whapi: 'Whapi.Cloud' };
const STATES: Record<Channel['state'], StateView> = {
  active: { label: 'Active', tone: 'good', mark: '✓' },
  paused: { label: 'Paused', tone: 'bad', mark: '❚❚' },
};

export function ChannelCard({ channel }: { channel: Channel }) {
  return (
    <Paper withBorder p="md" component="article" aria-label={channel.name}>
      <Stack gap="md">
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
        <div>
          <ResumeChannel channel={channel} />
          <Actions channel={channel} />
        </div>
        <ChannelPacing channel={channel} />
        <ChannelHealth channel={channel} />
        <Facts
          rows={[
            ['Waiting to be sent', toCount(channel.queued)],
            ['Scheduled', toCount(channel.scheduled)],
            [
              channel.provider === 'meta' ? 'Phone number id' : 'Channel id',
              <code key="id">{channel.externalId}</code>,
            ],
            ['Account', channel.accountId ? <code key="account">{channel.accountId}</code> : null],
            ['Portfolio', channel.portfolioId ? <code key="portfolio">{channel.portfolioId}</code> : null],
          ]}
        />
        <WebhookAddress channel={channel} />
      </Stack>
    </Paper>
  );
}

/** The API counts to 10,000. */
const toCount = (count: number): string =>
  count >= 10_000 ? '10,000 or more' : count === 0 ? 'Nothing' : count.toLocaleString('en-GB');

function Actions({ channel }: { channel: Channel }) {
  const [asked, setAsked] = useState<'pause' | 'edit' | null>(null);
  const close = (): void => setAsked(null);
  return (
    <Group gap="xs" mt={channel.state === 'paused' ? 'sm' : undefined}>
      <ActionButton
        reason={channel.state === 'paused' ? 'It is paused already.' : null}
        onClick={() => setAsked('pause')}
      >
        Pause …
      </ActionButton>
      <ActionButton reason={null} onClick={() => setAsked('edit')}>
        Edit …
      </ActionButton>
      {asked === 'pause' ? <PauseChannel channel={channel} close={close} /> : null}
      {asked === 'edit' ? <EditChannel channel={channel} close={close} /> : null}
    </Group>
  );
}
