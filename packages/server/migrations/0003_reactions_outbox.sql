-- Older processes: none exist.
-- What is to be done: reactions that wait for their turn, messages on their way out, keys and sessions.

-- Live tasks only; a finished one leaves in the transaction that stores its intents. `attempts` counts runs that failed
-- or were begun; `deaths` how often a task was the head of its lane when its process ended: an event that kills the
-- process is found out by it. attempts 0 = put back by a replay, not yet taken up.
create table reaction_tasks (
  position         bigint not null,
  reaction         text not null,
  workspace_id     text not null,
  shard            smallint not null,
  lane             text not null,
  event_id         text not null,
  received_at      timestamptz not null,
  delivery         int not null,
  pointer          text not null,
  channel_id       text not null,
  conversation_id  text,
  contact_id       text,
  message_id       text,
  owner_epoch      bigint,
  attempts         int not null default 1,
  deaths           int not null default 0,
  not_before       timestamptz,
  primary key (position, reaction)
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 20000);
create index reaction_tasks_shard on reaction_tasks (shard, position);

create table reaction_runs (
  position      bigint not null,
  reaction      text not null,
  workspace_id  text not null,
  state         text not null check (state in ('done', 'retrying', 'quarantined')),
  attempts      int not null,
  took_ms       real,
  error         text,
  notes         jsonb,
  at            timestamptz not null default now(),
  primary key (position, reaction)
) with (fillfactor = 90);

-- Live rows only: a settled one leaves in the transaction that settles its message.
create table outbox (
  id             text primary key,                        -- the message's id; for a read mark its own
  seq            bigint generated always as identity,
  workspace_id   text not null,
  channel_id     text not null,
  lane           text not null,
  kind           text not null check (kind in ('message', 'read')),
  class          smallint not null,                       -- 0 reply, 1 transactional, 2 campaign
  address        jsonb not null,
  payload        jsonb not null,
  state          text not null default 'queued' check (state in ('queued', 'sending', 'retry', 'ambiguous')),
  attempt        int not null default 0,
  epoch          bigint,
  is_last        boolean not null default false,          -- ambiguous: given up without evidence, not sent again
  due_at         timestamptz not null default now(),
  created_at     timestamptz not null default now()
) with (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 20000);
create index outbox_channel on outbox (channel_id, class, seq);

create table attempts (
  message_id    text not null,
  attempt       int not null,
  workspace_id  text not null,
  started_at    timestamptz not null,
  finished_at   timestamptz,
  outcome       text,                                     -- accepted, throttled, transient, ambiguous, channel, permanent
  code          int,
  detail        text,
  trace_id      text,
  primary key (message_id, attempt)
);
create index attempts_recent on attempts using brin (started_at);

create table api_keys (
  id            text primary key,
  workspace_id  text not null references workspaces,
  name          text not null,
  digest        bytea not null unique,                    -- sha-256 of the key; the key itself is shown once
  created_at    timestamptz not null default now(),
  revoked_at    timestamptz
);

create table sessions (
  digest        bytea primary key,
  workspace_id  text not null references workspaces,
  key_id        text not null references api_keys,
  created_at    timestamptz not null default now(),
  expires_at    timestamptz not null
);
