import { type Database, makeColumns, type RowOf, statement, toDigestUuid, type Transaction } from '#kit';
import { type Delivery, decodeSegment, encodeSegment, type Segment } from './segment.ts';

/** An event's address and order. */
export interface JournalRow {
  /** Segment × 100,000 + place in it: the order of everything that came in. */
  readonly position: number;
  readonly workspaceId: string;
  /** Its segment's. */
  readonly receivedAt: Date;
  /** Place of its delivery in the segment. */
  readonly delivery: number;
  /** RFC 6901, into the delivery's body. */
  readonly pointer: string;
  readonly shard: number;
  readonly provider: 'meta' | 'whapi';
  readonly channel: string;
  readonly lane: string;
  readonly eventId: string;
  readonly kind: string;
}

/** Events one segment has positions for. */
export const POSITIONS = 100_000;

export const toPosition = (segment: number, place: number): number => segment * POSITIONS + place;
export const toSegment = (position: number): number => Math.floor(position / POSITIONS);

/** A floor below every position that is drawn from now on, held until the transaction ends (migration 0001 says why). */
export const ANNOUNCE = `select pg_advisory_xact_lock_shared((4711::bigint << 48) | case when is_called then last_value else 0 end) from journal_position`;

// The row of the announcement is there before its place in the next one is drawn.
const APPEND = statement(
  'journal_append',
  `with announced as materialized (${ANNOUNCE})
   insert into segments (received_at, position, workspace_id, bytes, content)
   select $1::timestamptz, nextval('journal_position'), $2::text, $3::int, $4::bytea from announced`,
);
const HORIZON = statement('journal_horizon', 'select journal_horizon() as horizon');

// Sizes first: the contents of what is too much for one read are not touched.
const NEXT = statement(
  'journal_next',
  `with near as (select position, received_at, bytes from segments where position > $1 and position <= $2 order by position limit $3),
   summed as (select *, sum(bytes) over (order by position) - bytes as before from near)
   select s.position, s.received_at as "receivedAt", s.workspace_id as "workspaceId", s.content
   from summed w join segments s on s.position = w.position and s.received_at = w.received_at
   where w.before < $4 order by s.position`,
);

const SEGMENTS = statement(
  'journal_segments',
  `select s.position, s.received_at as "receivedAt", s.workspace_id as "workspaceId", case when s.bytes <= $3 then s.content end as content
   from unnest($1::bigint[], $2::timestamptz[]) as wanted(position, received_at)
   join segments s on s.position = wanted.position and s.received_at = wanted.received_at`,
);

const CLAIMS = {
  mark: 'uuid',
  position: 'bigint',
  workspace_id: 'text',
  received_at: 'timestamptz',
  delivery: 'int',
  provider: 'text',
  channel: 'text',
  lane: 'text',
  event_id: 'text',
  kind: 'text',
  pointer: 'text',
} as const;
const claimColumns = makeColumns(CLAIMS);

// Its place is recorded already when a segment is read again of which an event was replayed meanwhile: that took the mark.
const CLAIM = statement(
  'journal_claim',
  `with e as materialized (select * from ${claimColumns.from('e')}),
   fresh as (
     insert into event_marks (mark, workspace_id, position, seen_at)
     select mark, workspace_id, position, now() from e on conflict do nothing returning position),
   recorded as (
     insert into events (position, workspace_id, received_at, delivery, provider, channel, lane, event_id, kind, pointer)
     select position, workspace_id, received_at, delivery, provider, channel, lane, event_id, kind, pointer
     from e where position in (select position from fresh) on conflict do nothing)
   select position from fresh`,
);

/** Stores deliveries together; they are durable when it resolves. */
export async function appendSegment(
  db: Database,
  segment: { receivedAt: number; workspaceId: string; bytes: number; content: Uint8Array },
): Promise<void> {
  await db.run(APPEND, [new Date(segment.receivedAt), segment.workspaceId, segment.bytes, segment.content]);
}

/** Highest segment below which nothing can still appear. */
export async function readHorizon(db: Database): Promise<number> {
  return (await db.rows<{ horizon: number }>(HORIZON))[0]?.horizon ?? 0;
}

type Stored<Content> = Omit<Segment, 'deliveries'> & { readonly content: Content };

/** A damaged one must not stop the others: it is kept as one delivery that nobody can read. */
function open({ content, ...segment }: Stored<Buffer>): Segment {
  try {
    return { ...segment, deliveries: decodeSegment(content) };
  } catch {
    const receivedAt = segment.receivedAt.getTime();
    return { ...segment, deliveries: [{ provider: 'meta', source: '', receivedAt, body: content }] };
  }
}

/** The segments that follow, in order: as many as begin below `maxBytes`, at least one. */
export async function readNext(
  db: Database,
  from: { after: number; upTo: number; limit: number; maxBytes: number },
): Promise<Segment[]> {
  return (await db.rows<Stored<Buffer>>(NEXT, [from.after, from.upTo, from.limit, from.maxBytes])).map(open);
}

/** Where an event lies. */
export type Place = Pick<JournalRow, 'position' | 'receivedAt' | 'delivery'>;

/** The deliveries that hold these events, by `toDeliveryId`; null for those in segments above `maxBytes`. */
export async function readDeliveries(
  db: Database,
  places: readonly Place[],
  maxBytes = 1 << 30,
): Promise<Map<string, Delivery | null>> {
  const wanted = new Map(places.map((place) => [toSegment(place.position), place.receivedAt.toISOString()]));
  if (wanted.size === 0) return new Map();
  const found = await db.rows<Stored<Buffer | null>>(SEGMENTS, [[...wanted.keys()], [...wanted.values()], maxBytes]);
  const bySegment = new Map(found.map(({ content, ...one }) => [one.position, content && open({ ...one, content })]));
  return new Map(
    places.flatMap((place) => {
      const segment = bySegment.get(toSegment(place.position));
      const delivery = segment && segment.deliveries[place.delivery];
      return delivery === undefined ? [] : [[toDeliveryId(place), delivery] as const];
    }),
  );
}

/** Segment and place in it. */
export const toDeliveryId = (place: Omit<Place, 'receivedAt'>): string =>
  `${toSegment(place.position)}-${place.delivery}`;

const toMark = (row: { workspaceId: string; eventId: string }): string =>
  toDigestUuid(`${row.workspaceId}\n${row.eventId}`);

const toClaim = (mark: string, row: JournalRow): RowOf<typeof CLAIMS> => ({
  mark,
  position: row.position,
  workspace_id: row.workspaceId,
  received_at: row.receivedAt,
  delivery: row.delivery,
  provider: row.provider,
  channel: row.channel,
  lane: row.lane,
  event_id: row.eventId,
  kind: row.kind,
  pointer: row.pointer,
});

/** Records events; returns those that were not seen before, in their order. The same id twice: the first wins. */
export async function claimNew<T extends JournalRow>(db: Database, rows: readonly T[]): Promise<T[]> {
  const first = new Map<string, T>();
  for (const row of rows) {
    const mark = toMark(row);
    if (!first.has(mark)) first.set(mark, row);
  }
  if (first.size === 0) return [];
  const claims = [...first].map(([mark, row]) => toClaim(mark, row));
  const won = await db.rows<{ position: number }>(CLAIM, claimColumns.values(claims));
  const positions = new Set(won.map((row) => row.position));
  return [...first.values()].filter((row) => positions.has(row.position));
}

const PARTITIONS = statement('journal_partitions', `select keep_partitions((now() at time zone 'UTC')::date, 3)`);

/** Creates the day partitions of today and the next two days. */
export async function keepPartitions(db: Database): Promise<void> {
  await db.run(PARTITIONS);
}

const FIND = statement(
  'journal_find',
  `select position, workspace_id as "workspaceId", received_at as "receivedAt", delivery, event_id as "eventId", pointer
   from events where position = $1`,
);

const UNMARK = statement('journal_unmark', 'delete from event_marks where mark = $1');

/**
 * Puts an event into the journal again, at its end, with its delivery: the same event, to be processed anew, and no other
 * of that delivery. Nothing happens when it is no longer stored.
 */
export async function replayEvent(tx: Transaction, position: number, nowMs: number): Promise<void> {
  const [found] = await tx.rows<Omit<JournalRow, 'shard'>>(FIND, [position]);
  const delivery = found && (await readDeliveries(tx, [found])).get(toDeliveryId(found));
  if (!delivery) return;
  const content = await encodeSegment([{ ...delivery, only: [found.pointer] }]);
  await tx.run(UNMARK, [toMark(found)]);
  await appendSegment(tx, {
    receivedAt: nowMs,
    workspaceId: found.workspaceId,
    bytes: delivery.body.length,
    content,
  });
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

// A row of the leases that nobody owns: webhooks are taken as long as it has not run out, by whichever gateway, and `cursor`
// says since when without a gap (Unix ms).
const KEEP_OPEN = statement(
  'journal_keep_open',
  `insert into leases as l (name, expires_at, cursor)
   values ('webhooks', now() + make_interval(secs => $1::float8 / 1000), extract(epoch from now()) * 1000)
   on conflict (name) do update set expires_at = greatest(l.expires_at, excluded.expires_at),
     cursor = case when $2::boolean or l.expires_at < now() then excluded.cursor else l.cursor end`,
);

/**
 * Said again and again by every gateway that takes webhooks; without a word for `forMs` they count as refused. `isAnew`: some
 * were until now.
 */
export const keepOpen = (db: Database, forMs: number, isAnew = false): Promise<number> =>
  db.run(KEEP_OPEN, [forMs, isAnew]);

const PROGRESS = statement(
  'journal_progress',
  `select journal_horizon() as stored, (select min(cursor) from leases where name like 'shard/%') as handled,
     (select case when expires_at < now() then 0 else extract(epoch from now())::float8 * 1000 - cursor end
      from leases where name = 'webhooks' and expires_at > now() - interval '1 day') as "openMs"`,
);

/** How far what providers report has come. */
export interface Progress {
  /** Segments that are stored. */
  readonly stored: number;
  /** Up to where every shard is handled. Cursors move a few seconds late. */
  readonly handled: number;
  /**
   * How long webhooks have been taken without a gap, ms; 0 while they are refused. Infinity: no gateway tells, or none has for a
   * day. Then nobody expects any more that one will.
   */
  readonly openMs: number;
}

export async function readProgress(db: Database): Promise<Progress> {
  const [found] = await db.rows<{ stored: number; handled: number; openMs: number | null }>(PROGRESS);
  if (!found) return { stored: 0, handled: 0, openMs: Infinity };
  return { ...found, openMs: found.openMs === null ? Infinity : Math.max(0, found.openMs) };
}

const WORST_LAG = statement(
  'journal_worst_lag',
  `select greatest(0, journal_horizon() - min(cursor))::bigint as lag from leases where name like 'shard/%'`,
);

/** How many segments the slowest shard is behind. Cursors move a few seconds late. */
export async function readWorstLag(db: Database): Promise<number> {
  return (await db.rows<{ lag: number }>(WORST_LAG))[0]?.lag ?? 0;
}
