import type { Client } from 'pg';

/**
 * What PostgreSQL notes while a world runs: the places in the queue, and whatever must never happen to a row. Also, a
 * `now()` of the world's time: leases are given and judged by the database's clock.
 */
const WATCH = `
create schema sim;
create function sim.now() returns timestamptz language sql stable as
  $$ select pg_catalog.to_timestamp(pg_catalog.current_setting('sim.now')::float8 / 1000) $$;
create table sim.places (id text primary key, seq bigint not null, lane text not null, class smallint not null, channel_id text not null, kind text not null);
create table sim.crimes (what text not null);
create table sim.doubts (id text not null);

create function sim.note_place() returns trigger language plpgsql as $$
begin
  insert into sim.places values (new.id, new.seq, new.lane, new.class, new.channel_id, new.kind)
  on conflict (id) do update set seq = excluded.seq;
  return null;
end $$;
create trigger sim_place after insert or update of seq on outbox for each row execute function sim.note_place();

create function sim.note_state() returns trigger language plpgsql as $$
declare current bigint;
begin
  select epoch into current from leases where name = 'sender/' || new.channel_id;
  if new.state = 'sending' and old.state <> 'sending' and current is distinct from new.epoch then
    insert into sim.crimes values (format('I9: %s was claimed under epoch %s while the lease is at %s', new.id, new.epoch, current));
  end if;
  if new.state = 'ambiguous' and old.state <> 'ambiguous' then insert into sim.doubts values (new.id); end if;
  return null;
end $$;
create trigger sim_state after update of state on outbox for each row execute function sim.note_state();

create function sim.note_message() returns trigger language plpgsql as $$
begin
  if new.rank < old.rank then
    insert into sim.crimes values (format('I4: %s went from %s (rank %s) to %s (rank %s)', new.id, old.state, old.rank, new.state, new.rank));
  end if;
  if old.whatsapp_id is not null and new.whatsapp_id is distinct from old.whatsapp_id then
    insert into sim.crimes values (format('I5: %s had one WhatsApp id and got another', new.id));
  end if;
  return null;
end $$;
create trigger sim_message after update on messages for each row execute function sim.note_message();

create table sim.history (n bigserial, at bigint not null, what text not null, position bigint not null, batch bigint not null);
create table sim.forgotten (position bigint not null, days float8 not null);
create function sim.elapsed() returns bigint language sql stable as
  $$ select pg_catalog.current_setting('sim.now')::float8::bigint $$;
create function sim.note_history() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'events' then
    insert into sim.history (at, what, position, batch) select sim.elapsed(), 'folded', f.position, txid_current() from fresh f;
  else
    insert into sim.history (at, what, position, batch) select sim.elapsed(), f.state, f.position, txid_current() from fresh f;
  end if;
  return null;
end $$;
create trigger sim_folded after insert on events referencing new table as fresh for each statement execute function sim.note_history();
create trigger sim_ran after insert on reaction_runs referencing new table as fresh for each statement execute function sim.note_history();
create trigger sim_ran_again after update on reaction_runs referencing new table as fresh for each statement execute function sim.note_history();
create function sim.note_forgotten() returns trigger language plpgsql as $$
begin
  insert into sim.forgotten select g.position, extract(epoch from sim.now() - g.seen_at) / 86400 from gone g;
  return null;
end $$;
create trigger sim_forgotten after delete on event_marks referencing old table as gone for each statement execute function sim.note_forgotten();
`;

/** Days that every world touches; those that a long one adds go with it. */
const DAYS = `select public.keep_partitions(date '2026-11-20', 4)`;

/** Statistics that appear at some real moment would change plans, and with them the order of rows. */
const STILL = `do $$ declare t regclass; begin
  for t in select oid::regclass from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace loop
    execute format('alter table %s set (autovacuum_enabled = off)', t);
  end loop;
end $$`;

/** Once for each server: databases are copies of one that has it. */
export async function installWatch(client: Client): Promise<void> {
  await client.query(DROP_DAYS);
  await client.query(DAYS);
  await client.query(WATCH);
  await client.query(STILL);
}

/** Of each copy, before anybody else connects. Nothing here has to survive a power cut. */
export async function setHabits(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select current_database() as name');
  const name = rows[0]?.name ?? '';
  await client.query(`alter database "${name}" set search_path = sim, public, pg_catalog`);
  await client.query(`alter database "${name}" set synchronous_commit = off`);
  await client.query(`alter database "${name}" set jit = off`);
  await client.query(`alter database "${name}" set plan_cache_mode = force_generic_plan`);
}

const DROP_DAYS = `do $$ declare t regclass; begin
  for t in select inhrelid::regclass from pg_inherits where inhparent in ('segments'::regclass, 'events'::regclass)
    and inhrelid::regclass::text !~ '(default|202611(20|21|22|23))$' loop
    execute format('drop table %s', t);
  end loop;
end $$`;

const TABLES =
  `segments events event_marks quarantine reaction_tasks reaction_runs workers leases outbox messages conversations
  contacts identities contact_merges parked attempts alerts consents consent_log marketing_sends openings opening_minutes
  channels message_emojis sim.places sim.crimes sim.doubts sim.history sim.forgotten`.split(/\s+/);

/**
 * An empty world, as new: what the run before left in the files would change the order in which rows come back where no
 * order was asked for, and so who holds which shard.
 */
export async function emptyWorld(client: Client): Promise<void> {
  await client.query(DROP_DAYS);
  await client.query(`truncate ${TABLES.join(', ')};
    insert into public.leases (name) select 'shard/' || lpad(n::text, 3, '0') from generate_series(0, 255) as n;
    alter sequence journal_position restart;
    alter sequence sim.history_n_seq restart;
    alter sequence outbox_seq_seq restart;`);
}
