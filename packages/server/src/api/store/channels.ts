import { type Database, statement } from '#kit';

export interface ChannelRow {
  readonly id: string;
  readonly provider: 'meta' | 'whapi';
  readonly externalId: string;
  readonly accountId: string | null;
  readonly name: string;
  readonly phone: string | null;
  readonly state: 'active' | 'paused';
  readonly stateReason: string | null;
  readonly queued: number;
}

// Counting stops at 10,000: a paused channel may hold many more, and the dashboard asks every few seconds.
const COLUMNS = `c.id, c.provider, c.external_id as "externalId", c.account_id as "accountId", c.name, c.phone, c.state, c.state_reason as "stateReason",
  (select count(*)::int from (select 1 from outbox o where o.channel_id = c.id and o.kind = 'message' limit 10000) waiting) as queued`;

const LIST = statement('api_channels', `select ${COLUMNS} from channels c where c.workspace_id = $1 order by c.id`);
const ONE = statement('api_channel', `select ${COLUMNS} from channels c where c.workspace_id = $1 and c.id = $2`);

export const listChannels = (db: Database, workspaceId: string): Promise<ChannelRow[]> =>
  db.rows<ChannelRow>(LIST, [workspaceId]);

export const findChannel = async (db: Database, workspaceId: string, id: string): Promise<ChannelRow | null> =>
  (await db.rows<ChannelRow>(ONE, [workspaceId, id]))[0] ?? null;
