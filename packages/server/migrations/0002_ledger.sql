-- Older processes: none exist.
-- What the events add up to: contacts, conversations, messages.

create table contacts (
  id            text primary key,
  workspace_id  text not null,
  kind          text not null default 'person' check (kind in ('person', 'group')),
  name          text,
  merged_into   text,
  created_at    timestamptz not null default now()
) with (fillfactor = 80);

-- One row per way to reach or recognise someone: bsuid, parent_bsuid, phone, lid, group.
create table identities (
  workspace_id  text not null,
  kind          text not null,
  value         text not null,
  contact_id    text not null,
  seen_at       timestamptz not null,
  primary key (workspace_id, kind, value)
);
create index identities_contact on identities (contact_id);

-- Merges are reversible: which contact was folded into which, and what moved.
create table contact_merges (
  id            bigint generated always as identity primary key,
  workspace_id  text not null,
  kept          text not null,
  merged        text not null,
  identities    jsonb not null,
  conversations jsonb not null,                           -- ids of those that moved along
  event_id      text not null,
  at            timestamptz not null default now()
);

create table conversations (
  id                  text primary key,
  workspace_id        text not null,
  channel_id          text not null,
  contact_id          text not null,
  lane                text not null,                     -- the identity it came from: replies go there
  address             jsonb not null,                    -- {to} or {recipient} or {to, group}
  owner               text not null default 'bot' check (owner in ('bot', 'person', 'phone_app', 'other_app', 'nobody')),
  owner_epoch         bigint not null default 0,
  state               text not null default 'open' check (state in ('open', 'pending', 'snoozed', 'resolved')),
  last_inbound_at     timestamptz,                       -- the provider's time; the service window counts from here
  last_message_at     timestamptz,
  last_message_id     text,
  created_at          timestamptz not null default now(),
  unique (channel_id, contact_id)
) with (fillfactor = 70);
create index conversations_recent on conversations (workspace_id, last_message_at desc nulls last, id desc);

create table messages (
  id               text primary key,
  workspace_id     text not null,
  channel_id       text not null,
  conversation_id  text,
  contact_id       text,                                 -- who wrote it, or whom it is for
  direction        text not null check (direction in ('in', 'out')),
  origin           text not null,
  type             text not null,
  preview          text not null,
  body             jsonb not null,
  whatsapp_id      text,
  quoted_id        text,
  at               timestamptz not null,
  state            text not null,
  rank             smallint not null default 0,           -- the lattice: accepted 1 < sent 2 < failed 3 < delivered 4 < read 5 < played 6
  reason           text,
  error            jsonb,
  policy           jsonb,
  pricing          jsonb,
  sent_at          timestamptz,
  delivered_at     timestamptz,
  read_at          timestamptz,
  played_at        timestamptz,
  failed_at        timestamptz,
  edited_at        timestamptz,
  revoked_at       timestamptz,
  trail            jsonb not null default '[]',           -- what happened to it: [{step, at, position, detail}]
  position         bigint,                                -- journal position of the event it came from or answers
  reaction         text,
  idempotency_key  text,
  request_digest   text,
  created_at       timestamptz not null default now()
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.2, autovacuum_vacuum_threshold = 100000,
        autovacuum_analyze_scale_factor = 0.3, autovacuum_analyze_threshold = 100000);
-- Half of each page is left for the statuses that follow a message, and what they leave behind is cleared page by page as
-- the next one comes (HOT): a vacuum of a small table every 15 s would find little and take a tenth of a processor. It is
-- searched by keys only: a small sample tells as much about them as a large one, for an eighth of the processor time, and about
-- what nobody searches by none is taken.
do $$ declare c name; begin
  for c in select attname from pg_attribute where attrelid = 'messages'::regclass and attnum > 0 loop
    execute format('alter table messages alter column %I set statistics %s', c,
      case when c in ('body', 'trail', 'policy', 'pricing', 'error', 'preview') then 0 else 10 end);
  end loop;
end $$;
create unique index messages_whatsapp on messages (channel_id, whatsapp_id) where whatsapp_id is not null;
create unique index messages_idempotency on messages (workspace_id, idempotency_key) where idempotency_key is not null;
create index messages_thread on messages (conversation_id, at desc, id desc);
create index messages_position on messages (position) where position is not null;

create table message_emojis (
  message_id    text not null,
  workspace_id  text not null,
  actor         text not null,                            -- 'business' or the contact's id
  emoji         text,                                     -- null: taken back
  at            timestamptz not null,
  position      bigint not null,
  primary key (message_id, actor)
);

create table message_edits (
  message_id    text not null,
  workspace_id  text not null,
  at            timestamptz not null,
  body          jsonb not null,                           -- as it was before
  position      bigint not null,
  primary key (message_id, position)
);

-- A status, edit, revoke or emoji that came before the message it is about.
create table parked (
  id            bigint generated always as identity primary key,
  workspace_id  text not null,
  channel_id    text not null,
  target        text not null,                            -- WhatsApp id it waits for
  fact          jsonb not null,
  parked_at     timestamptz not null default now()
);
create index parked_target on parked (channel_id, target);
create index parked_age on parked using brin (parked_at);

create table media (
  id            text primary key,
  workspace_id  text not null,
  channel_id    text not null,
  message_id    text not null,
  provider_id   text,
  kind          text not null,
  mime_type     text,
  sha256        text,
  filename      text,
  size_bytes    bigint,
  url           text,
  state         text not null default 'referenced',
  created_at    timestamptz not null default now()
);
create index media_message on media (message_id);
