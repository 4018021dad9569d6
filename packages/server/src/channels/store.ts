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
}

const COLUMNS = `id, workspace_id as "workspaceId", provider, external_id as "externalId", account_id as "accountId", name, phone, state, state_reason as "stateReason"`;

const LIST = statement('channels_list', `select ${COLUMNS} from channels order by id`);

const ENSURE = statement(
  'channels_ensure',
  `insert into channels (id, workspace_id, provider, external_id, account_id, name, phone) values ($1, $2, $3, $4, $5, $6, $7)
   on conflict (provider, external_id) do update set account_id = coalesce(channels.account_id, excluded.account_id), phone = coalesce(channels.phone, excluded.phone)
   returning ${COLUMNS}`,
);

const RESUME = statement(
  'channels_resume',
  `update channels set state = 'active', state_reason = null where id = $1 returning ${COLUMNS}`,
);

export const listChannels = (db: Database): Promise<Channel[]> => db.rows<Channel>(LIST);

export type NewChannel = Omit<Channel, 'state' | 'stateReason'>;

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
