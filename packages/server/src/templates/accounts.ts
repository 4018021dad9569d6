import { type Outcome, refuse } from './outcome.ts';
import type { Account } from './store.ts';

/** A connected number, as far as templates are concerned. */
export interface TemplateChannel {
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: 'meta' | 'whapi';
  readonly accountId: string | null;
}

/** Whose templates are meant: named by the account, by one of its channels, or not at all where there is only one. */
export interface AccountChoice {
  readonly workspaceId: string;
  readonly accountId?: string | undefined;
  readonly channelId?: string | undefined;
}

type Chosen = Outcome<{ readonly account: Account }>;

const chosen = (workspaceId: string, accountId: string): Chosen => ({
  ok: true,
  replayed: false,
  account: { workspaceId, accountId },
});

const WHAPI = 'Templates are Meta’s: a Whapi.Cloud channel has none, and may send ordinary messages at any time.';

function decideChannel(channel: TemplateChannel | undefined, { channelId = '' }: AccountChoice): Chosen {
  if (!channel)
    return refuse(404, 'channel_unknown', `There is no channel ${channelId}. GET /api/v1/channels lists them.`);
  if (channel.provider !== 'meta') return refuse(422, 'capability_missing', WHAPI);
  if (channel.accountId === null) {
    const detail =
      'The account (WABA id) of this channel is not known yet: set WHATSAPP_BUSINESS_ACCOUNT_ID, or wait for its first message.';
    return refuse(422, 'channel_needed', detail);
  }
  return chosen(channel.workspaceId, channel.accountId);
}

/** Which account a command is for; pure. */
export function decideAccount(channels: readonly TemplateChannel[], choice: AccountChoice): Chosen {
  const { workspaceId, accountId, channelId } = choice;
  const own = channels.filter((channel) => channel.workspaceId === workspaceId);
  if (channelId !== undefined)
    return decideChannel(
      own.find((channel) => channel.id === channelId),
      choice,
    );
  const ids = new Set(own.flatMap((channel) => (channel.provider === 'meta' ? (channel.accountId ?? []) : [])));
  if (accountId !== undefined) {
    if (ids.has(accountId)) return chosen(workspaceId, accountId);
    return refuse(
      404,
      'account_unknown',
      'No connected number belongs to this account. GET /api/v1/templates names the accounts.',
    );
  }
  const [only] = ids;
  if (only !== undefined && ids.size === 1) return chosen(workspaceId, only);
  if (ids.size > 1)
    return refuse(422, 'channel_needed', 'Several accounts are connected: name one in accountId or channelId.');
  if (own.some((channel) => channel.provider === 'whapi')) return refuse(422, 'capability_missing', WHAPI);
  return refuse(422, 'channel_needed', 'No number of Meta’s Cloud API is connected yet.');
}
