import { type CallOutcome, type Failure, makeGraphClient, makeWhapiClient, type SendOutcome } from '@wharf/whatsapp';
import { toLearned } from './limits.ts';
import { decideSighting, type DoubtfulSend, type Sighting } from './sighting.ts';
import type { Channel, Learned } from './store.ts';

/** How to reach the providers; null where nothing is configured. */
export interface Credentials {
  readonly meta: { readonly graphUrl: string; readonly accessToken: string } | null;
  readonly whapi: ReadonlyMap<string, { readonly token: string; readonly url: string }>;
}

const MISSING: Failure = {
  kind: 'channel',
  code: 0,
  httpStatus: null,
  alert: true,
  advice:
    'No access token is configured for this channel. Set WHATSAPP_ACCESS_TOKEN (or the Whapi token) and resume the channel.',
  error: { code: 0 },
};

/** The calls a sender needs, bound to one channel. */
export interface ChannelWire {
  /** What the provider's own list says about a message whose answer was lost; missing where it has none. */
  findSent?(doubtful: DoubtfulSend, known: ReadonlySet<string>): Promise<Sighting>;
  /** What the provider says about the number; null: it cannot be asked. */
  look(nowMs: number): Promise<CallOutcome<Learned> | null>;
  send(
    message: Parameters<ReturnType<typeof makeGraphClient>['send']>[1],
    to: Parameters<ReturnType<typeof makeGraphClient>['send']>[2],
    callbackData: string,
  ): Promise<SendOutcome>;
  markRead(messageId: string, typing: boolean): Promise<CallOutcome<true>>;
}

const unreachable: ChannelWire = {
  send: () => Promise.resolve(MISSING),
  markRead: () => Promise.resolve(MISSING),
  look: () => Promise.resolve(MISSING),
};

/** Makes the wires of all channels; clients are made once for each credential. */
export function makeWires(credentials: Credentials): (channel: Channel) => ChannelWire {
  const graph = credentials.meta
    ? makeGraphClient({ baseUrl: credentials.meta.graphUrl, accessToken: credentials.meta.accessToken })
    : null;
  const whapis = new Map(
    [...credentials.whapi].map(([channel, { token, url }]) => [channel, makeWhapiClient({ baseUrl: url, token })]),
  );
  return (channel) => {
    const whapi = whapis.get(channel.externalId);
    if (channel.provider === 'meta' && graph) {
      return {
        send: (message, to, callbackData) => graph.send(channel.externalId, message, to, { callbackData }),
        markRead: (messageId, typing) => graph.markRead(channel.externalId, messageId, { typing }),
        look: async (nowMs) => {
          const found = await graph.phoneNumber(channel.externalId);
          return found.kind === 'ok' ? { kind: 'ok', value: toLearned(found.value, nowMs) } : found;
        },
      };
    }
    if (channel.provider === 'whapi' && whapi)
      return {
        send: (message, to) => whapi.send(message, to),
        markRead: (messageId) => whapi.markRead(messageId),
        look: () => Promise.resolve(null),
        findSent: async ({ address, payload, sinceMs }, known) => {
          const sent = await whapi.sentSince(address.to ?? '', sinceMs);
          return sent.kind === 'ok' ? decideSighting(payload, sent.value, known) : 'unknown';
        },
      };
    return unreachable;
  };
}
