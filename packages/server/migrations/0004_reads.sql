-- Older processes: work on; these are indexes only.
-- What the API's lists read by.

-- Events by kind. Received messages and statuses are nearly all of them and are found by walking back from its
-- end, so they are left out: 300,000 rows took 1.27 s to insert without this index, 1.29 to 1.38 s with it, and 1.69 s
-- with one over all kinds.
create index events_rare_kinds on events (kind, position) where kind not in ('message.received', 'message.status');

-- Quarantine is small: an index each costs nothing.
create index quarantine_open on quarantine (workspace_id, position) where state = 'open';
create index quarantine_recent on quarantine (workspace_id, id);

-- Ended sessions are cleared away when somebody signs in.
create index sessions_expiry on sessions (expires_at);
