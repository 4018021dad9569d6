import { type Database, statement } from '../../../packages/server/src/kit/index.ts';
import type { Theft } from './profile.ts';

/** What a world asks PostgreSQL beside its processes. */

const CHANNEL = statement(
  'sim_channel',
  `insert into channels (id, workspace_id, provider, external_id, account_id, name, mps, tier)
   values ($1, 'main', 'meta', $2, $3, $1, $4, $5)`,
);
const ILL = statement('sim_ill', `select id from channels where state = 'paused'`);
const UNDONE = statement(
  'sim_undone',
  `select (select count(*)::int from outbox) as queued,
     (select count(*)::int from outbox where state in ('sending', 'ambiguous')) as open,
     (select count(*)::int from reaction_tasks) as tasks,
     (select journal_horizon() - min(cursor) from leases where name like 'shard/%')::int as behind,
     (select coalesce(array_agg(position::float8), '{}') from quarantine where state = 'open') as quarantined`,
);
const OPEN_QUARANTINE = statement(
  'sim_open_quarantine',
  `select id, position, event_id as "eventId" from quarantine where state = 'open' order by position`,
);
const STEAL = statement(
  'sim_steal',
  `update leases set epoch = epoch + 1, owner = coalesce($1, owner),
     expires_at = case when $1 is null then '-infinity' else now() + interval '6 seconds' end
   where name like 'shard/%' and expires_at > now() and abs(hashtext(name)) % 100 < $2`,
);

/** What is left to do. */
export interface Undone {
  /** Rows of the outbox; of these, those whose fate is open. */
  readonly queued: number;
  readonly open: number;
  readonly tasks: number;
  readonly behind: number;
  /** Positions of what is set aside. */
  readonly quarantined: readonly number[];
}

export interface NewChannel {
  readonly id: string;
  readonly numberId: string;
  readonly account: string;
  readonly perSecond: number;
  /** 0: none. */
  readonly tier: number;
}

export const addChannel = (db: Database, { id, numberId, account, perSecond, tier }: NewChannel): Promise<number> =>
  db.run(CHANNEL, [id, numberId, account, perSecond, tier]);

export const listPaused = (db: Database): Promise<{ id: string }[]> => db.rows(ILL);

export async function readUndone(db: Database): Promise<Undone> {
  const [found] = await db.rows<Undone>(UNDONE);
  if (!found) throw new Error('PostgreSQL said nothing');
  return found;
}

export interface Quarantined {
  readonly id: string;
  readonly position: number;
  readonly eventId: string;
}

export const listOpenQuarantine = (db: Database): Promise<Quarantined[]> => db.rows(OPEN_QUARANTINE);

export const stealLeases = (db: Database, { how, share }: Theft): Promise<number> =>
  db.run(STEAL, [how === 'take' ? 'a thief' : null, share]);
