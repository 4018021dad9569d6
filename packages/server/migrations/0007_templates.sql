-- Older processes: work on; these tables are new, and only newer processes read them.
-- Message templates as Meta has them, what became of them, and how far each account has been read.

-- One row per WABA. It is also the lock under which the templates of an account are written.
create table template_accounts (
  workspace_id   text not null,
  account_id     text not null,
  wanted         boolean not null default true,           -- somebody asked for a sync
  due_at         timestamptz not null default '-infinity', -- the next one, asked for or not
  retry_at       timestamptz,                             -- after a failure, not before this
  claim          bigint not null default 0,               -- grows with every claim; who settles names it
  claimed_until  timestamptz,                             -- a process is at it; past this it is taken for dead
  failures       int not null default 0,
  tried_at       timestamptz,
  synced_at      timestamptz,                             -- when the last whole reading began
  error          text,                                    -- of the last try; null: it went well
  error_code     int,
  primary key (workspace_id, account_id)
);

-- A row may be a stub: something came about a template that no sync has seen yet. Each group of columns has the time of
-- the news it is made of, so that what comes late changes nothing.
create table templates (
  id                 text primary key,
  workspace_id       text not null,
  account_id         text not null,
  template_id        text,                                -- Meta's, a decimal number that may exceed 2^53
  name               text not null,
  language           text not null,                       -- en_US, also where Meta said en-US
  status             text,                                -- Meta's word; null: not known yet
  rejected_reason    text,                                -- Meta's word
  status_detail      text,                                -- Meta's sentences
  status_at          timestamptz,
  category           text,
  category_at        timestamptz,
  upcoming_category  text,                                -- announced, not in force
  upcoming_at        timestamptz,                         -- when it will be; null: Meta did not say
  announced_at       timestamptz,
  quality            text,
  quality_at         timestamptz,
  components         jsonb,
  parameter_format   text,
  ttl_seconds        int,
  components_at      timestamptz,
  synced_at          timestamptz,                         -- the last reading that had it
  gone_at            timestamptz,                         -- Meta does not have it any more
  created_at         timestamptz not null,
  unique (workspace_id, account_id, name, language)
);
-- Meta's id first: with the account first, it was taken for searches by name, at 2 ms each among 6,000.
create index templates_meta_id on templates (template_id, workspace_id, account_id);
create index templates_list on templates (workspace_id, name, language, id);

-- Append-only. What came late is here too, with the time at which it happened.
create table template_changes (
  id            bigint generated always as identity primary key,
  workspace_id  text not null,
  template      text not null references templates,
  template_id   text,
  field         text not null,
  at            timestamptz not null,
  from_value    jsonb,
  to_value      jsonb,
  reason        text,
  effective_at  timestamptz,
  source        text not null check (source in ('webhook', 'sync', 'api')),
  event_id      text,
  recorded_at   timestamptz not null
);
create unique index template_changes_event on template_changes (workspace_id, event_id, field) where event_id is not null;
create index template_changes_list on template_changes (template, at, id);
