import { type Database, statement } from '../../../packages/server/src/kit/index.ts';
import type { Evidence } from '../oracle/judge.ts';

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
     (select journal_horizon() - min(cursor) from leases where name like 'shard/%')::int as behind`,
);
const TOLD = statement('sim_told', `select id, state, rank, reason, origin from messages where direction = 'out'`);
const PLACES = statement('sim_places', `select id, seq, class, lane from sim.places where kind = 'message'`);
const LEFT = statement('sim_left', 'select id, state from outbox');
const CRIMES = statement('sim_crimes', 'select what from sim.crimes');
const COUNTS = statement(
  'sim_counts',
  `select (select count(distinct id)::int from sim.doubts) as adopted,
     (select count(*)::int from attempts where outcome = 'ambiguous') as ambiguous,
     (select count(*)::int from messages where direction = 'out' and state in ('failed', 'blocked', 'expired')) as sunk`,
);

/** What is left to do. */
export interface Undone {
  /** Rows of the outbox; of these, those whose fate is open. */
  readonly queued: number;
  readonly open: number;
  readonly tasks: number;
  readonly behind: number;
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

export type Testimony = Pick<Evidence, 'told' | 'places' | 'left' | 'crimes'> & {
  readonly counts: Readonly<Record<string, number>>;
};

/** What Wharf and the triggers say in the end. */
export async function readTestimony(db: Database): Promise<Testimony> {
  const crimes = await db.rows<{ what: string }>(CRIMES);
  const [counts = {}] = await db.rows<Record<string, number>>(COUNTS);
  return {
    told: await db.rows<Testimony['told'][number]>(TOLD),
    places: await db.rows<Testimony['places'][number]>(PLACES),
    left: await db.rows<Testimony['left'][number]>(LEFT),
    crimes: crimes.map(({ what }) => what),
    counts,
  };
}
