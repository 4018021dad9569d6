import { type Database, statement } from '#kit';
import type { LearnedRow } from '../ports/channels.ts';

export interface ChannelRow {
  readonly id: string;
  readonly provider: 'meta' | 'whapi';
  readonly externalId: string;
  readonly accountId: string | null;
  readonly portfolioId: string | null;
  readonly name: string;
  readonly phone: string | null;
  readonly state: 'active' | 'paused';
  readonly stateReason: string | null;
  readonly pausedBy: 'person' | 'error' | null;
  readonly mps: number | null;
  readonly tier: number | null;
  readonly warmUp: { readonly startedAt: string; readonly perDay: number[] } | null;
  readonly learned: LearnedRow;
  readonly queued: number;
  readonly scheduled: number;
  /** Counted against the tier. */
  readonly people: number;
}

// Counting stops at 10,000: a paused channel may hold many more, and the dashboard asks every few seconds.
const COLUMNS = `c.id, c.provider, c.external_id as "externalId", c.account_id as "accountId", c.portfolio_id as "portfolioId", c.name, c.phone,
  c.state, c.state_reason as "stateReason", c.paused_by as "pausedBy", c.mps, c.tier, c.warm_up as "warmUp", c.learned,
  (select count(*)::int from (select 1 from outbox o where o.channel_id = c.id and o.kind = 'message' and o.wakes_at is null
     union all select 1 from outbox o where o.channel_id = c.id and o.kind = 'message' and o.is_put_off limit 10000) waiting) as queued,
  (select count(*)::int from (select 1 from outbox o where o.channel_id = c.id and o.wakes_at is not null and not o.is_put_off limit 10000) later) as scheduled,
  (select coalesce(sum(m.people), 0)::int from opening_minutes m
   where m.workspace_id = c.workspace_id and m.budget = coalesce(c.portfolio_id, c.account_id, c.id) and m.minute > extract(epoch from now()) / 60 - 1441) as people`;

const LIST = statement('api_channels', `select ${COLUMNS} from channels c where c.workspace_id = $1 order by c.id`);
const ONE = statement('api_channel', `select ${COLUMNS} from channels c where c.workspace_id = $1 and c.id = $2`);

export const listChannels = (db: Database, workspaceId: string): Promise<ChannelRow[]> =>
  db.rows<ChannelRow>(LIST, [workspaceId]);

export const findChannel = async (db: Database, workspaceId: string, id: string): Promise<ChannelRow | null> =>
  (await db.rows<ChannelRow>(ONE, [workspaceId, id]))[0] ?? null;

export interface AlertRow {
  readonly id: string;
  readonly kind: string;
  readonly channelId: string | null;
  readonly detail: string;
  readonly at: Date;
  readonly endedAt: Date | null;
}

const ALERTS = statement(
  'api_alerts',
  `select id, kind, channel_id as "channelId", detail, at, ended_at as "endedAt" from alerts
   where workspace_id = $1 and ($2::text is null or id < $2) and ($3::boolean is null or (ended_at is null) = $3) order by id desc limit $4`,
);

/** Newest first; at most `limit` rows. */
export const listAlerts = (
  db: Database,
  workspaceId: string,
  query: { readonly before: string | null; readonly isOpen: boolean | null; readonly limit: number },
): Promise<AlertRow[]> => db.rows<AlertRow>(ALERTS, [workspaceId, query.before, query.isOpen, query.limit]);
