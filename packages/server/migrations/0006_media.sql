-- Older processes: work on; they write rows of media as before, and those that know this fetch them.
-- Files: where the bytes of a message's media are, and what became of fetching them; files uploaded to be sent.

alter table media
  alter column channel_id drop not null,
  alter column message_id drop not null,
  add column origin             text not null default 'message' check (origin in ('message', 'upload')),
  add column content_sha256     text,                     -- of what is stored; `sha256` is what the provider said
  add column sniffed_type       text,                     -- read from the content; `mime_type` is what somebody said
  add column stored_bytes       bigint,
  add column stored_at          timestamptz,
  add column reason             text,                     -- why it is not stored (yet)
  add column attempts           int not null default 0,
  add column due_at             timestamptz not null default '-infinity',
  add column thumbnail_state    text not null default 'none' check (thumbnail_state in ('none', 'wanted', 'made', 'failed')),
  add column thumbnail_sha256   text,
  add column thumbnail_attempts int not null default 0,
  add column thumbnail_due_at   timestamptz not null default '-infinity',
  add column idempotency_key    text,
  add column request_digest     text,
  add constraint media_state check (state in ('referenced', 'stored', 'corrupt', 'lost', 'deleted'));
create index media_due on media (due_at, id) where state = 'referenced';
create index media_thumbnail_due on media (thumbnail_due_at, id) where thumbnail_state = 'wanted';
create index media_content on media (workspace_id, content_sha256) where content_sha256 is not null;
create index media_thumbnail on media (workspace_id, thumbnail_sha256) where thumbnail_sha256 is not null;
create index media_provider on media (workspace_id, provider_id, id) where provider_id is not null;
create unique index media_idempotency on media (workspace_id, idempotency_key) where idempotency_key is not null;

-- What lies in the folder or bucket. The row is there before the bytes are; what no media names an hour later is swept.
create table blobs (
  workspace_id  text not null,
  sha256        text not null,
  touched_at    timestamptz not null,
  settled       boolean not null default false,           -- media names it, as far as was looked since it was touched
  primary key (workspace_id, sha256)
);
create index blobs_unsettled on blobs (touched_at) where not settled;

-- The provider's ids of files that were uploaded to a channel, until they expire there.
create table media_uploads (
  workspace_id  text not null,
  channel_id    text not null,
  sha256        text not null,
  provider_id   text not null,
  expires_at    timestamptz not null,
  primary key (channel_id, sha256)
);
