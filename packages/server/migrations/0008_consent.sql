-- Older processes: work on; they hear no STOP, so end them soon after.
-- What each person agreed to, what the business was told about them, and what marketing they had lately.

-- What a person said, as evidence: rows are added, never changed. `at` is the time it was said, `recorded_at` when we learned
-- of it. `mark` makes the same news, told twice, one row: the event's id, or a digest of what the API was told.
-- resume (a bare START) takes an opt-out back and leaves what was before; without one before it, it says nothing.
create table consent_log (
  id               bigint generated always as identity primary key,
  workspace_id     text not null,
  contact_id       text not null,
  purpose          text not null check (purpose in ('marketing', 'utility', 'authentication', 'service')),
  state            text not null check (state in ('in', 'out', 'unknown', 'resume')),
  at               timestamptz not null,
  source           text not null check (source in ('keyword', 'meta_preference', 'api', 'import', 'signup', 'handler')),
  text             text,                                  -- the person's own words, or the wording they agreed to
  language         text,
  event_id         text,
  key_id           text,                                  -- API key that brought it
  channel_id       text,
  conversation_id  text,
  mark             text not null,
  recorded_at      timestamptz not null,
  unique (workspace_id, contact_id, purpose, mark)
);
create index consent_log_person on consent_log (contact_id, id desc);
-- The latest word, and the first objection, without reading what somebody said a thousand times.
create index consent_log_latest on consent_log (workspace_id, contact_id, purpose, at desc);

-- What the log comes to, one row for each contact and purpose. After a merge of contacts the rows of all of them count.
create table consents (
  workspace_id  text not null,
  contact_id    text not null,
  purpose       text not null,
  state         text not null check (state in ('in', 'out', 'unknown')),
  at            timestamptz not null,
  source        text not null,
  log_id        bigint not null,
  primary key (workspace_id, contact_id, purpose)
) with (fillfactor = 80);
create index consents_state on consents (workspace_id, state, contact_id, purpose);

-- The contacts that were folded into one: read with each decision to send.
create index contacts_merged on contacts (merged_into) where merged_into is not null;

-- `name` is the profile's and changes with it; `given_name` is what the business calls them, and is shown first.
-- `revision` counts edits by people, for ETags.
alter table contacts add column time_zone text, add column given_name text, add column revision int not null default 0;

-- Marketing that was sent, for frequency caps; pruned. The key is the only tree: a row costs one insertion.
create table marketing_sends (
  workspace_id  text not null,
  contact_id    text not null,
  message_id    text not null,
  at            timestamptz not null,
  primary key (contact_id, message_id)
) with (autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_threshold = 100000);
create index marketing_sends_age on marketing_sends using brin (at) with (pages_per_range = 32);
