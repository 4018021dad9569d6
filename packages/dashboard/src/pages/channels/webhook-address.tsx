import { Code, Group, Text } from '@mantine/core';
import type { Channel } from '../../api/types.ts';
import { isReachableOrigin, toWebhookUrl } from '../../model/webhook-url.ts';
import { CopyText } from '../../parts/code-block.tsx';

export function WebhookAddress({ channel }: { channel: Channel }) {
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
