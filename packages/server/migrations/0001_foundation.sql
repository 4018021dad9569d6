-- Older processes: none exist.
-- The ground: workspaces, channels, the journal with its leases, and the partition keeper.

create table workspaces (
  id          text primary key,
  name        text not null,
  created_at  timestamptz not null default now()
);
insert into workspaces (id, name) values ('main', 'Main');

create table channels (
  id            text primary key,
  workspace_id  text not null references workspaces,
  provider      text not null check (provider in ('meta', 'whapi')),
  external_id   text not null,
  account_id    text,
  name          text not null,
  phone         text,
  state         text not null default 'active' check (state in ('active', 'paused')),
  state_reason  text,
  created_at    timestamptz not null default now(),
  unique (provider, external_id)
);

-- Journal --------------------------------------------------------------------------------------------------------
-- segments: webhook requests byte for byte, those of one commit together, compressed (journal/segment.ts). It is what an
-- answer of 200 stands for. events: one row per new event, written when a worker has split its delivery; it points into
-- the body (RFC 6901), so that the raw bytes are stored once. Both are partitioned by day, so that days can be dropped later.

create sequence journal_position as bigint cache 1;

create table segments (
  received_at   timestamptz not null,
  position      bigint not null,
  workspace_id  text not null,
  bytes         int not null,           -- of the bodies, uncompressed
  content       bytea not null,
  primary key (position, received_at)
) partition by range (received_at);

create table events (
  received_at   timestamptz not null,   -- its segment's
  position      bigint not null,        -- segment × 100,000 + place in it
  workspace_id  text not null,
  delivery      int not null,           -- place of its delivery in the segment
  provider      text not null,
  channel       text not null,          -- the provider's id of the number; '' for account events
  lane          text not null,
  event_id      text not null,
  kind          text not null,
  pointer       text not null,
  primary key (position, received_at)
) partition by range (received_at);

-- One partition per UTC day for both tables. Content stays in the row up to 8 kB, as TOAST would turn one insert into
-- several, and PostgreSQL does not try to compress it again. What came while a day had no partition (nobody ran this for days) lies in the default one and
-- moves, or the day could not be attached any more. One process at a time.
create function keep_partitions(first_day date, days int) returns void language plpgsql as $$
declare d date; t text; part text; range_from timestamptz; range_to timestamptz;
begin
  perform pg_advisory_xact_lock(7471101);
  for i in 0 .. days - 1 loop
    d := first_day + i;
    range_from := d::timestamp at time zone 'UTC';
    range_to := (d + 1)::timestamp at time zone 'UTC';
    foreach t in array array['segments', 'events'] loop
      part := t || '_' || to_char(d, 'YYYYMMDD');
      continue when to_regclass(part) is not null;
      execute format('create table %I (like %I including defaults including constraints) with (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 1000000)', part, t);
      if t = 'segments' then
        execute format('alter table %I set (toast_tuple_target = 8160)', part);
        execute format('alter table %I alter column content set storage external', part);
      end if;
      execute format('lock table %I in access exclusive mode', t || '_default');
      execute format('with moved as (delete from %I where received_at >= %L and received_at < %L returning *) insert into %I select * from moved',
        t || '_default', range_from, range_to, part);
      execute format('alter table %I attach partition %I for values from (%L) to (%L)', t, part, range_from, range_to);
    end loop;
  end loop;
end $$;
create table segments_default partition of segments default;
create table events_default partition of events default;
select keep_partitions((now() at time zone 'UTC')::date, 3);

-- A position is drawn before its transaction commits, so "position > cursor" alone would skip the rows of a slower
-- appender. Each appender therefore first announces a floor below every position it will draw, as a shared advisory
-- lock that ends with its transaction (journal/store.ts); readers stay below the lowest floor. Locks end after the commit is visible,
-- and transactions that do not append never hold readers back (a snapshot xmin would).
-- Lock keys: 15 high bits of class, 48 low bits of floor (at 1,000 segments a second good for 8,900 years).

-- The highest position that is safe to read up to. The sequence is read before the locks: an appender that draws a
-- position after that draws above `last`.
create function journal_horizon() returns bigint language plpgsql as $$
declare last bigint; floor bigint;
begin
  select case when is_called then last_value else 0 end into last from journal_position;
  select min(((classid::bigint << 32) | objid::bigint) & ((1::bigint << 48) - 1)) into floor
  from pg_locks
  where locktype = 'advisory' and objsubid = 1 and (classid::bigint >> 16) = 4711
    and database = (select oid from pg_database where datname = current_database());
  return least(last, coalesce(floor, last));
end $$;

-- Leases: who may write for a shard or send for a channel. `epoch` grows with every change of owner; each commit
-- names the epoch it worked under. `cursor` is the last segment of which a shard's events are done.
create table leases (
  name        text primary key,
  owner       text,
  epoch       bigint not null default 0,
  expires_at  timestamptz not null default '-infinity',
  cursor      bigint not null default 0
) with (fillfactor = 40);
insert into leases (name) select 'shard/' || lpad(n::text, 3, '0') from generate_series(0, 255) n;

create table workers (
  id       text primary key,
  seen_at  timestamptz not null
);

-- Dedupe marks: a 128-bit digest of (workspace, event id) keeps the index at 16 bytes a key. Kept 8 days at least:
-- Meta retries for up to 7.
create table event_marks (
  mark          uuid primary key,
  workspace_id  text not null,
  position      bigint not null,
  seen_at       timestamptz not null
) with (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 1000000, autovacuum_analyze_scale_factor = 0.5);
create index event_marks_seen on event_marks using brin (seen_at) with (pages_per_range = 32);

create table quarantine (
  id            text primary key,
  workspace_id  text not null,
  position      bigint not null,
  event_id      text not null,
  kind          text not null,
  stage         text not null check (stage in ('fold', 'reaction')),
  reaction      text,
  reason        text not null,
  stack         text,
  attempts      int not null,
  at            timestamptz not null default now(),
  state         text not null default 'open' check (state in ('open', 'replayed', 'discarded')),
  task          jsonb
);
create index quarantine_position on quarantine (position);
create index quarantine_list on quarantine (workspace_id, state, id);
