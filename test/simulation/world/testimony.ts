import { type Database, statement } from '../../../packages/server/src/kit/index.ts';
import { decodeSegment } from '../../../packages/server/src/journal/segment.ts';
import type { Answer, Evidence, HistoryLine, Row, Stored } from '../oracle/evidence.ts';

const TOLD = statement('sim_told', `select id, state, rank, reason, origin from messages where direction = 'out'`);
const PLACES = statement('sim_places', `select id, seq, class, lane from sim.places where kind = 'message'`);
const LEFT = statement('sim_left', 'select id, state from outbox');
const CRIMES = statement('sim_crimes', 'select what from sim.crimes');
const COUNTS = statement(
  'sim_counts',
  `select (select count(distinct id)::int from sim.doubts) as adopted,
     (select count(*)::int from attempts where outcome = 'ambiguous') as ambiguous,
     (select count(*)::int from messages where direction = 'out' and state in ('failed', 'blocked', 'expired')) as sunk,
     (select count(*)::int from quarantine) as quarantined`,
);
const SEGMENTS = statement(
  'sim_segments',
  `select position, received_at as "receivedAt", content from segments order by position`,
);
const EVENTS = statement(
  'sim_events',
  `select position, received_at as "receivedAt", channel, lane, event_id as "eventId", kind, delivery from events order by position`,
);
const ARRIVED = statement(
  'sim_arrived',
  `select id, whatsapp_id as "whatsappId", position, coalesce(body->>'body', '') as words from messages where direction = 'in'`,
);
const ANSWERS = statement(
  'sim_answers',
  `select position, count(*)::int as count from messages where origin = 'handler' group by position`,
);
const HISTORY = statement('sim_history', 'select at, what, position, batch from sim.history order by n');
const RUNS = statement('sim_runs', 'select position, reaction, state from reaction_runs');
const QUARANTINE = statement('sim_quarantine', `select position, event_id as "eventId", stage, state from quarantine`);
const FORGOTTEN = statement('sim_forgotten', 'select position, days from sim.forgotten');

export type Testimony = Pick<
  Evidence,
  | 'told'
  | 'places'
  | 'left'
  | 'crimes'
  | 'stored'
  | 'events'
  | 'arrived'
  | 'answers'
  | 'history'
  | 'outcomes'
  | 'quarantine'
  | 'forgotten'
> & { readonly counts: Readonly<Record<string, number>> };

type SegmentRow = { readonly position: number; readonly receivedAt: Date; readonly content: Buffer };

const toStored = ({ position, receivedAt, content }: SegmentRow): Stored[] =>
  decodeSegment(content).map((delivery, n) => ({
    segment: position,
    delivery: n,
    receivedAt: receivedAt.getTime(),
    body: delivery.body,
    isReplay: delivery.only !== undefined,
  }));

/** What Wharf and the triggers say in the end. */
export async function readTestimony(db: Database): Promise<Testimony> {
  const crimes = await db.rows<{ what: string }>(CRIMES);
  const [counts = {}] = await db.rows<Record<string, number>>(COUNTS);
  return {
    told: await db.rows<Evidence['told'][number]>(TOLD),
    places: await db.rows<Evidence['places'][number]>(PLACES),
    left: await db.rows<Evidence['left'][number]>(LEFT),
    stored: (await db.rows<SegmentRow>(SEGMENTS)).flatMap(toStored),
    events: await db.rows<Row>(EVENTS),
    arrived: await db.rows<Evidence['arrived'][number]>(ARRIVED),
    answers: await db.rows<Answer>(ANSWERS),
    history: await db.rows<HistoryLine>(HISTORY),
    outcomes: await db.rows<Evidence['outcomes'][number]>(RUNS),
    quarantine: await db.rows<Evidence['quarantine'][number]>(QUARANTINE),
    forgotten: await db.rows<Evidence['forgotten'][number]>(FORGOTTEN),
    crimes: crimes.map(({ what }) => what),
    counts,
  };
}
