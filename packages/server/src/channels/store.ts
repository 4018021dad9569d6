import { type Database, statement, toJson } from '#kit';

/** What the provider said about a number at the last look. */
export interface Learned {
  /** Messages a second. */
  readonly mps?: number;
  /** Unique people in 24 h; 0: without limit. */
  readonly tier?: number;
  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` (open set). */
  readonly quality?: string;
  /** `CONNECTED`, `BANNED` … (open set). */
  readonly status?: string;
  /** `AVAILABLE`, `LIMITED`, `BLOCKED` (open set). */
  readonly canSend?: string;
  /** In use in the WhatsApp Business app too. */
  readonly isCoexistent?: boolean;
  /** Why it cannot send, or could not be looked at. */
  readonly problem?: string;
  /** ISO 8601. */
  readonly lookedAt?: string;
}

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
  readonly pausedBy: 'person' | 'error' | null;
  /** Messages a second, by a person's word; null: what the provider says. */
  readonly mps: number | null;
  /** Unique people in 24 h, by a person's word; 0: without limit; null: what the provider says. */
  readonly tier: number | null;
  /** Shares its tier; null: the account does. */
  readonly portfolioId: string | null;
  /** People it may open a conversation with on its first days. */
  readonly warmUp: { readonly startedAt: string; readonly perDay: readonly number[] } | null;
  readonly learned: Learned;
}

const COLUMNS = `id, workspace_id as "workspaceId", provider, external_id as "externalId", account_id as "accountId", name, phone, state, state_reason as "stateReason",
  paused_by as "pausedBy", mps, tier, portfolio_id as "portfolioId", warm_up as "warmUp", learned`;

const LIST = statement('channels_list', `select ${COLUMNS} from channels order by id`);

const ENSURE = statement(
  'channels_ensure',
  `insert into channels (id, workspace_id, provider, external_id, account_id, name, phone) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (provider, external_id) do update set account_id = coalesce(channels.account_id, excluded.account_id), phone = coalesce(channels.phone, excluded.phone)
   returning ${COLUMNS}`,
);

export const listChannels = (db: Database): Promise<Channel[]> => db.rows<Channel>(LIST);

export type NewChannel = Pick<
  Channel,
  'id' | 'workspaceId' | 'provider' | 'externalId' | 'accountId' | 'name' | 'phone'
>;

/** Creates a channel, or returns the one that this number already has. */
export async function ensureChannel(db: Database, channel: NewChannel): Promise<Channel> {
  const { id, workspaceId, provider, externalId, accountId, name, phone } = channel;
  const [found] = await db.rows<Channel>(ENSURE, [id, workspaceId, provider, externalId, accountId, name, phone]);
  if (!found) throw new Error('channels_ensure returned no row');
  return found;
}

const ENDED = `ended as (update alerts a set ended_at = now() from changed c where a.channel_id = c.id and a.kind = 'channel_paused' and a.ended_at is null)`;

const RESUME = statement(
  'channels_resume',
  `with changed as (
     update channels set state = 'active', state_reason = null, paused_by = null where id = $1 and ($2::text is null or paused_by = $2) returning ${COLUMNS}),
   ${ENDED}
   select * from changed`,
);

/** Sends again; `only`: unless it was paused for something else. Null: there is no such channel. */
export const resumeChannel = async (
  db: Database,
  id: string,
  only: Channel['pausedBy'] = null,
): Promise<Channel | null> => (await db.rows<Channel>(RESUME, [id, only]))[0] ?? null;

const PRUNE_ALERTS = statement(
  'channels_prune_alerts',
  'delete from alerts where ended_at < to_timestamp($1::float8 / 1000)',
);

/** Forgets alerts that ended before this time, Unix ms; returns how many. */
export const pruneAlerts = (db: Database, beforeMs: number): Promise<number> => db.run(PRUNE_ALERTS, [beforeMs]);

const PAUSE = statement(
  'channels_pause',
  `update channels set state = 'paused', state_reason = $2, paused_by = 'person', paused_at = now() where id = $1 returning ${COLUMNS}`,
);

/** Sends nothing until somebody resumes it; the queue is kept. Null: there is no such channel. */
export const pauseChannel = async (db: Database, id: string, reason: string): Promise<Channel | null> =>
  (await db.rows<Channel>(PAUSE, [id, reason.slice(0, 500)]))[0] ?? null;

/** What a person says about a channel; what is left out stays. */
export type ChannelChange = Partial<Pick<Channel, 'name' | 'mps' | 'tier' | 'portfolioId' | 'warmUp'>>;

const CHANGE = statement(
  'channels_change',
  `update channels set
     name = case when $2::jsonb ? 'name' then $2::jsonb->>'name' else name end,
     mps = case when $2::jsonb ? 'mps' then ($2::jsonb->>'mps')::int else mps end,
     tier = case when $2::jsonb ? 'tier' then ($2::jsonb->>'tier')::int else tier end,
     portfolio_id = case when $2::jsonb ? 'portfolioId' then $2::jsonb->>'portfolioId' else portfolio_id end,
     warm_up = case when $2::jsonb ? 'warmUp' then nullif($2::jsonb->'warmUp', 'null') else warm_up end
   where id = $1 returning ${COLUMNS}`,
);

export const changeChannel = async (db: Database, id: string, change: ChannelChange): Promise<Channel | null> =>
  (await db.rows<Channel>(CHANGE, [id, toJson(change)]))[0] ?? null;
