import { Code, SimpleGrid } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { channelsQuery } from '../../api/queries.ts';
import { PageFrame } from '../../parts/page-frame.tsx';
import { EmptyState, Loading, QueryView } from '../../parts/states.tsx';
import { ChannelCard } from './channel-card.tsx';

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
