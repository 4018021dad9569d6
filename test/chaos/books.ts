import type { Ground } from './ground.ts';

/** What PostgreSQL itself notes: a state that moves down, and a second WhatsApp id. Kept through every crash. */
const WATCH = `
create schema if not exists chaos;
create table if not exists chaos.crimes (what text not null);
create or replace function chaos.note_message() returns trigger language plpgsql as $$
begin
  if new.rank < old.rank then
    insert into chaos.crimes values (format('%s went down from %s (rank %s) to %s (rank %s)', new.id, old.state, old.rank, new.state, new.rank));
  end if;
  if old.whatsapp_id is not null and new.whatsapp_id is distinct from old.whatsapp_id then
    insert into chaos.crimes values (format('%s had one WhatsApp id and got another', new.id));
  end if;
  return null;
end $$;
create or replace trigger chaos_message after update on messages for each row execute function chaos.note_message();`;

export const watchBooks = async ({ rows }: Ground): Promise<void> => void (await rows(WATCH));

const OPEN = `select (select count(*) from outbox)::int as outbox, (select count(*) from reaction_tasks)::int as tasks,
  (select count(*) from parked)::int as parked,
  (select count(*) from messages where direction = 'out' and state not in ('read', 'failed', 'blocked', 'expired', 'cancelled'))::int as unread,
  (select count(*) from leases where name like 'shard/%' and cursor < (select coalesce(max(position), 0) from segments))::int as behind`;

/** What is left to do, by kind. */
export interface Open {
  readonly outbox: number;
  readonly tasks: number;
  readonly parked: number;
  readonly unread: number;
  /** Shards whose owner has not yet said that all is done. */
  readonly behind: number;
}

export async function readOpen({ rows }: Ground): Promise<Open> {
  const [open] = await rows<Open & Record<string, number>>(OPEN);
  if (!open) throw new Error('PostgreSQL said nothing');
  return open;
}

/** What Wharf says of a message that went out, or did not. */
export interface Told {
  readonly id: string;
  readonly state: string;
  readonly reason: string | null;
}

export interface Books {
  readonly open: Open;
  /** WhatsApp ids of customers' messages that are stored. */
  readonly received: readonly string[];
  readonly told: readonly Told[];
  readonly quarantined: readonly string[];
  readonly crimes: readonly string[];
  /** Events without a mark, or stored twice. */
  readonly strayEvents: number;
  /** Sends whose answer was lost. */
  readonly ambiguous: number;
}

const STRAY = `select (select count(*) from events)::int - (select count(distinct event_id) from events)::int
  + abs((select count(distinct event_id) from events)::int - (select count(*) from event_marks)::int) as n`;

export async function readBooks(ground: Ground): Promise<Books> {
  const list = async (sql: string): Promise<string[]> => (await ground.rows<{ x: string }>(sql)).map(({ x }) => x);
  const count = async (sql: string): Promise<number> => (await ground.rows<{ n: number }>(sql))[0]?.n ?? Number.NaN;
  return {
    open: await readOpen(ground),
    received: await list(`select whatsapp_id as x from messages where direction = 'in' and whatsapp_id is not null`),
    told: await ground.rows<Told & Record<string, string>>(
      `select id, state, reason from messages where direction = 'out'`,
    ),
    quarantined: await list(`select stage || ': ' || kind || ': ' || reason as x from quarantine`),
    crimes: await list('select what as x from chaos.crimes'),
    strayEvents: await count(STRAY),
    ambiguous: await count(`select count(*)::int as n from attempts where outcome = 'ambiguous'`),
  };
}

/** All that the database knows of one message, by its id or mark, for somebody who has to find out what happened. */
export const readStory = ({ rows }: Ground, mark: string): Promise<object[]> => {
  const text = mark.replaceAll("'", "''");
  return rows(`select m.id, m.direction, m.state, m.reason, m.whatsapp_id, m.position, m.idempotency_key, m.created_at, m.trail,
      (select jsonb_agg(a order by a.attempt) from attempts a where a.message_id = m.id) as attempts,
      (select to_jsonb(o) - 'payload' from outbox o where o.id = m.id) as outbox
    from messages m where m.id = '${text}' or m.body::text like '%"${text}"%' order by m.created_at`);
};
