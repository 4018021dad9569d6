import { type Database, statement, type Value } from '#kit';

type EventState = 'waiting' | 'done' | 'quarantined';

/** An event as it was recorded. */
export interface EventRow {
  readonly position: number;
  readonly eventId: string;
  readonly kind: string;
  readonly provider: string;
  readonly channelId: string | null;
  readonly lane: string;
  readonly pointer: string;
  readonly delivery: number;
  readonly receivedAt: Date;
  readonly state: EventState;
}

// Scalar subqueries rather than joins: the order by index is kept and only the rows of the page are looked up.
const COLUMNS = `j.position, j.event_id as "eventId", j.kind, j.provider, j.lane, j.pointer, j.delivery,
  j.received_at as "receivedAt",
  (select c.id from channels c where c.provider = j.provider and c.external_id = j.channel and c.workspace_id = j.workspace_id) as "channelId",
  case
    when exists (select 1 from quarantine q where q.position = j.position and q.state = 'open') then 'quarantined'
    when exists (select 1 from reaction_tasks t where t.position = j.position) then 'waiting'
    else 'done'
  end as state`;

// $1 workspace, $2 from, $3 below, $4 kind, $5 channel, $6 state, $7 limit
const toList = (rows: string): string => `select * from (${rows}) e
  where ($4::text is null or kind = $4) and ($5::text is null or "channelId" = $5) and ($6::text is null or state = $6)
  order by position desc limit $7`;

const RECENT = statement(
  'api_events',
  toList(`select ${COLUMNS} from events j where j.workspace_id = $1 and j.position >= $2 and j.position < $3`),
);

// The condition on the kind repeats the predicate of events_rare_kinds, so that it is used whatever $4 holds.
const RARE = statement(
  'api_events_rare',
  toList(`select ${COLUMNS} from events j where j.workspace_id = $1 and j.position >= $2 and j.position < $3
    and j.kind = $4 and j.kind not in ('message.received', 'message.status')`),
);

// Quarantine is small and the events are not: each position is looked up, they are never scanned.
const QUARANTINED = statement(
  'api_events_quarantined',
  toList(`select ${COLUMNS}
    from (select distinct q.position from quarantine q
          where q.workspace_id = $1 and q.state = 'open' and q.position >= $2 and q.position < $3) o
    cross join lateral (select * from events n where n.position = o.position and n.workspace_id = $1 limit 1) j`),
);

const ONE = statement(
  'api_event',
  `select ${COLUMNS} from events j where j.workspace_id = $1 and j.position = $2 limit 1`,
);

const BOUNDS = statement(
  'api_event_bounds',
  `select coalesce(min(position), 0) as lowest, coalesce(max(position), 0) as highest from events`,
);

// Counted by rows: positions have gaps of up to 100,000 between segments.
const WINDOW_FROM = statement(
  'api_event_window',
  `select coalesce(min(position), 0) as lowest
   from (select position from events where position < $1 order by position desc limit $2) w`,
);

const LINKS = statement(
  'api_event_links',
  `select w.n, m.id, m.conversation_id as "conversationId"
   from jsonb_to_recordset($2::jsonb) as w(n int, channel_id text, whatsapp_id text, callback text)
   cross join lateral (
     select id, conversation_id from messages
     where channel_id = w.channel_id and whatsapp_id = w.whatsapp_id and workspace_id = $1
     union all
     select id, conversation_id from messages where id = w.callback and channel_id = w.channel_id and workspace_id = $1
     limit 1) m`,
);

export interface EventFilter {
  readonly kind?: string | undefined;
  readonly channelId?: string | undefined;
  readonly state?: EventState | undefined;
}

/** Events one request looks at when no index answers its filter: 10,000 take 20 to 120 ms. */
export const WINDOW = 10_000;

const FREQUENT: ReadonlySet<string> = new Set(['message.received', 'message.status']);

export interface EventPage {
  readonly rows: readonly EventRow[];
  /** Positions below this one have not been looked at; null when there are none. */
  readonly below: number | null;
}

interface Span {
  readonly from: number;
  readonly below: number;
  readonly lowest: number;
}

function toSource(filter: EventFilter): { sql: typeof RECENT; isIndexed: boolean } {
  if (filter.state === 'quarantined') return { sql: QUARANTINED, isIndexed: true };
  if (filter.kind !== undefined && !FREQUENT.has(filter.kind)) return { sql: RARE, isIndexed: true };
  const isPlain = filter.kind === undefined && filter.channelId === undefined && filter.state === undefined;
  return { sql: RECENT, isIndexed: isPlain };
}

function toBelow(rows: readonly EventRow[], limit: number, span: Span): number | null {
  if (rows.length > limit) return rows[limit - 1]?.position ?? null;
  return span.from > span.lowest ? span.from : null;
}

async function findWindow(db: Database, below: number): Promise<number> {
  const [first] = await db.rows<{ lowest: number }>(WINDOW_FROM, [below, WINDOW]);
  return first?.lowest ?? 0;
}

/**
 * Newest first. A filter that no index answers is applied to a window of events, so a page may hold fewer rows than
 * asked for, even none, and still have a next one.
 */
export async function listEvents(
  db: Database,
  workspaceId: string,
  query: { readonly filter: EventFilter; readonly limit: number; readonly below: number | undefined },
): Promise<EventPage> {
  const { filter, limit } = query;
  const [bounds] = await db.rows<{ lowest: number; highest: number }>(BOUNDS);
  const lowest = bounds?.lowest ?? 0;
  const below = query.below ?? (bounds?.highest ?? 0) + 1;
  const { sql, isIndexed } = toSource(filter);
  const span = { from: isIndexed ? 0 : await findWindow(db, below), below, lowest };
  const values: Value[] = [workspaceId, span.from, below];
  values.push(filter.kind ?? null, filter.channelId ?? null, filter.state ?? null, limit + 1);
  const rows = await db.rows<EventRow>(sql, values);
  return { rows: rows.slice(0, limit), below: toBelow(rows, limit, span) };
}

export const findEvent = async (db: Database, workspaceId: string, position: number): Promise<EventRow | null> =>
  (await db.rows<EventRow>(ONE, [workspaceId, position]))[0] ?? null;

export interface Link {
  readonly n: number;
  readonly id: string;
  readonly conversationId: string | null;
}

export interface LinkWanted {
  readonly n: number;
  readonly channelId: string;
  readonly whatsappId: string;
  readonly callback: string | null;
}

/** Our messages behind the provider's ids; `n` is the caller's. */
export async function findLinks(
  db: Database,
  workspaceId: string,
  wanted: readonly LinkWanted[],
): Promise<Map<number, Link>> {
  if (wanted.length === 0) return new Map();
  const rows = wanted.map((w) => ({
    n: w.n,
    channel_id: w.channelId,
    whatsapp_id: w.whatsappId,
    callback: w.callback,
  }));
  const clean = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? value.replaceAll('\u0000', '\ufffd').toWellFormed() : value;
  const found = await db.rows<Link>(LINKS, [workspaceId, JSON.stringify(rows, clean)]);
  return new Map(found.map((link) => [link.n, link]));
}
