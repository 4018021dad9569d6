import type { Channel } from '../api/types.ts';

/** Where the provider must post this channel's webhooks, as seen from where the reader's browser is. */
export function toWebhookUrl(origin: string, channel: Pick<Channel, 'provider' | 'externalId'>): string {
  if (channel.provider === 'meta') return `${origin}/webhooks/whatsapp`;
  return `${origin}/webhooks/whapi/${encodeURIComponent(channel.externalId)}`;
}

/** Meta and Whapi reach only public HTTPS addresses. */
export function isReachableOrigin(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return (
    protocol === 'https:' && !/^(?:localhost|127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|\[::1\])/.test(hostname)
  );
}
