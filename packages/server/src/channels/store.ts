import { type Database, statement } from '#kit';

/** A connected number. */
export interface Channel {
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: 'meta' | 'whapi';
  readonly externalId: string;
  readonly accountId: string | null;
  readonly name: string;
  readonly phone: string | null;
  readonly state: 'active' | 'paused';
  readonly stateReason: string | null;
  /** Messages a second its provider allows; null: what it allows by default. */
  readonly mps: number | null;
  /** Unique people in 24 h that it may open a conversation with; 0: without limit, null: not known. */
  readonly tier: number | null;
  /** Shares its tier. */
  readonly portfolioId: string | null;
  /** People it may open a conversation with on its first days. */
  readonly warmUp: { readonly startedAt: string; readonly perDay: readonly number[] } | null;
}

const COLUMNS = `id, workspace_id as "workspaceId", provider, external_id as "externalId", account_id as "accountId", name, phone, state, state_reason as "stateReason",
  mps, tier, portfolio_id as "portfolioId", warm_up as "warmUp"`;

const LIST = statement('channels_list', `select ${COLUMNS} from channels order by id`);

const ENSURE = statement(
  'channels_ensure',
  `insert into channels (id, workspace_id, provider, external_id, account_id, name, phone) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (provider, external_id) do update set account_id = coalesce(channels.account_id, excluded.account_id), phone = coalesce(channels.phone, excluded.phone)
   returning ${COLUMNS}`,
);

const RESUME = statement(
  'channels_resume',
  `update channels set state = 'active', state_reason = null, paused_by = null, paused_at = null, check_at = null where id = $1 returning ${COLUMNS}`,
);

export const listChannels = (db: Database): Promise<Channel[]> => db.rows<Channel>(LIST);

export type NewChannel = Pick<
  Channel,
  'id' | 'workspaceId' | 'provider' | 'externalId' | 'accountId' | 'name' | 'phone'
>;

/** Creates a channel, or returns the one that this number already has. */
export async function ensureChannel(db: Database, channel: NewChannel): Promise<Channel> {
  const rows = await db.rows<Channel>(ENSURE, [
    channel.id,
    channel.workspaceId,
    channel.provider,
    channel.externalId,
    channel.accountId,
    channel.name,
    channel.phone,
  ]);
  const [found] = rows;
  if (!found) throw new Error('channels_ensure returned no row');
  return found;
}

export const resumeChannel = async (db: Database, id: string): Promise<Channel | null> =>
  (await db.rows<Channel>(RESUME, [id]))[0] ?? null;
