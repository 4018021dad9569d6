import { type Database, statement, toDigestUuid } from '#kit';

/** A journal row: an event's address and order. */
export interface JournalRow {
  readonly position: number;
  readonly receivedAt: Date;
  readonly deliveryId: string;
  readonly workspaceId: string;
  readonly shard: number;
  readonly provider: 'meta' | 'whapi';
  readonly channel: string;
  readonly lane: string;
  readonly eventId: string;
  readonly kind: string;
  readonly pointer: string;
}

export interface StoredDelivery {
  readonly id: string;
  readonly receivedAt: Date;
  readonly provider: 'meta' | 'whapi';
  readonly source: string;
  readonly body: Buffer;
}

const JOURNAL_COLUMNS = `position, received_at as "receivedAt", delivery_id as "deliveryId", workspace_id as "workspaceId",
  shard, provider, channel, lane, event_id as "eventId", kind, pointer`;

const HORIZON = statement('journal_horizon', 'select journal_horizon() as horizon');

const NEXT = statement(
  'journal_next',
  `select ${JOURNAL_COLUMNS} from journal
   where position > $1 and position <= $2 and ($3::smallint[] is null or shard = any($3))
   order by position limit $4`,
);

const BODIES = statement(
  'journal_bodies',
  `select d.id, d.received_at as "receivedAt", d.provider, d.source, d.body
   from unnest($1::uuid[], $2::timestamptz[]) as wanted(id, received_at)
   join deliveries d on d.id = wanted.id and d.received_at = wanted.received_at`,
);

const MARK = statement(
  'journal_mark',
  `insert into event_marks (mark, workspace_id, position, seen_at)
   select mark, workspace_id, position, now()
   from unnest($1::uuid[], $2::text[], $3::bigint[]) as m(mark, workspace_id, position)
   on conflict do nothing returning position`,
);

const PARTITIONS = statement('journal_partitions', `select keep_partitions((now() at time zone 'UTC')::date, 3)`);

/** Highest position below which nothing can still appear. */
export async function readHorizon(db: Database): Promise<number> {
  return (await db.rows<{ horizon: number }>(HORIZON))[0]?.horizon ?? 0;
}

export function readNext(
  db: Database,
  from: { after: number; upTo: number; shards: readonly number[] | null; limit: number },
): Promise<JournalRow[]> {
  return db.rows<JournalRow>(NEXT, [from.after, from.upTo, from.shards, from.limit]);
}

/** The deliveries that hold these rows, each once, by id. */
export async function readBodies(db: Database, rows: readonly JournalRow[]): Promise<Map<string, StoredDelivery>> {
  const wanted = new Map(rows.map((row) => [row.deliveryId, row.receivedAt]));
  if (wanted.size === 0) return new Map();
  const found = await db.rows<StoredDelivery>(BODIES, [
    [...wanted.keys()],
    [...wanted.values()].map((at) => at.toISOString()),
  ]);
  return new Map(found.map((delivery) => [delivery.id, delivery]));
}

const toMark = (row: { workspaceId: string; eventId: string }): string =>
  toDigestUuid(`${row.workspaceId}\n${row.eventId}`);

/** Marks events as seen; returns those that were not seen before, in their order. The same id twice: the first wins. */
export async function claimNew<T extends JournalRow>(tx: Database, rows: readonly T[]): Promise<T[]> {
  const first = new Map<string, T>();
  for (const row of rows) {
    const mark = toMark(row);
    if (!first.has(mark)) first.set(mark, row);
  }
  if (first.size === 0) return [];
  const values = [...first.values()];
  const won = await tx.rows<{ position: number }>(MARK, [
    [...first.keys()],
    values.map((row) => row.workspaceId),
    values.map((row) => row.position),
  ]);
  const positions = new Set(won.map((row) => row.position));
  return values.filter((row) => positions.has(row.position));
}

/** Creates the day partitions of today and the next two days. */
export async function keepPartitions(db: Database): Promise<void> {
  await db.run(PARTITIONS);
}

const REPLAY = statement(
  'journal_replay',
  `insert into journal (received_at, position, workspace_id, delivery_id, shard, provider, channel, lane, event_id, kind, pointer)
   select received_at, nextval('journal_position'), workspace_id, delivery_id, shard, provider, channel, lane, event_id, kind, pointer
   from journal where position = $1
   returning workspace_id as "workspaceId", event_id as "eventId"`,
);
const UNMARK = statement('journal_unmark', 'delete from event_marks where mark = any($1::uuid[])');
const ANNOUNCE = statement('journal_announce', 'select journal_announce()');

/** Puts an entry into the journal again, at its end: the same event, to be processed anew. */
export async function replayEntry(tx: Database, position: number): Promise<void> {
  await tx.run(ANNOUNCE);
  const again = await tx.rows<{ workspaceId: string; eventId: string }>(REPLAY, [position]);
  await tx.run(UNMARK, [again.map(toMark)]);
}

// In small bites: a day's worth at once would hold the table's vacuum and the caches.
const RELEASE_MARKS = statement(
  'journal_release_marks',
  `delete from event_marks where ctid = any(array(select ctid from event_marks where seen_at < now() - make_interval(days => $1) limit 20000))`,
);

/** Forgets that events were seen, once no provider can send them again. Returns how many. */
export function releaseOldMarks(db: Database, days: number): Promise<number> {
  return db.run(RELEASE_MARKS, [days]);
}

const PROGRESS = statement(
  'journal_progress',
  `select journal_horizon() as stored, (select min(cursor) from leases where name like 'shard/%') as handled`,
);

/** Positions that are stored, and up to where every shard is handled. Cursors of idle shards move a few seconds late. */
export async function readProgress(db: Database): Promise<{ readonly stored: number; readonly handled: number }> {
  return (await db.rows<{ stored: number; handled: number }>(PROGRESS))[0] ?? { stored: 0, handled: 0 };
}

// The last row of the journal stands for "now"; asking each shard for its last row would read an index of its own.
const WORST_LAG = statement(
  'journal_worst_lag',
  `select greatest(0, journal_horizon() - min(cursor))::bigint as lag from leases where name like 'shard/%'`,
);

/** How many positions the slowest shard is behind. Cursors of idle shards move a few seconds late. */
export async function readWorstLag(db: Database): Promise<number> {
  return (await db.rows<{ lag: number }>(WORST_LAG))[0]?.lag ?? 0;
}
