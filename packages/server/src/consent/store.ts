import { type Database, statement, toHash32, toJson, type Transaction } from '#kit';
import type { Saying, Source } from './hear.ts';
import type { Purpose } from './words.ts';

/** One thing said about one purpose, with where it comes from. */
export interface Evidence extends Omit<Saying, 'purposes'> {
  readonly workspaceId: string;
  readonly contactId: string;
  readonly purpose: Purpose;
  /** When it was said, unix ms. */
  readonly at: number;
  /** The same for the same news: told twice, it is one row. */
  readonly mark: string;
  readonly eventId: string | null;
  readonly keyId: string | null;
  readonly channelId: string | null;
  readonly conversationId: string | null;
}

/**
 * Of the contacts $1: `asked` is the one asked for, `id` each that is the same person (what it was merged into, and all
 * that was). Merges are few, and followed by index: `offset 0` keeps the planner from joining whole tables, which it
 * does with a plan from when they were small (26 ms instead of 0.3 for six people among 100,000).
 */
export const FAMILY = `recursive up as (
    select c.id as asked, c.id, c.merged_into from contacts c where c.id = any($1::text[])
    union select up.asked, c.id, c.merged_into
    from up cross join lateral (select id, merged_into from contacts where id = up.merged_into offset 0) c),
  family as (
    select asked, id from up where merged_into is null
    union select f.asked, c.id from family f cross join lateral (select id from contacts where merged_into = f.id offset 0) c)`;

// Two transactions that hear of one person at once go one after the other, or neither would see what the other adds.
// 64 locks for all people: as many as a transaction ever takes, in one order, so that none waits in a circle.
const LOCKS = 64;
const LOCK = statement(
  'consents_lock',
  `select pg_advisory_xact_lock(4712, n) from (select distinct n from unnest($1::int[]) as n order by n) as numbers`,
);

const LOG = statement(
  'consents_log',
  `insert into consent_log (workspace_id, contact_id, purpose, state, at, source, text, language, event_id, key_id, channel_id,
     conversation_id, mark, recorded_at)
   select workspace_id, contact_id, purpose, state, at, source, text, language, event_id, key_id, channel_id, conversation_id, mark, recorded_at
   from jsonb_to_recordset($1::jsonb) as r(workspace_id text, contact_id text, purpose text, state text, at timestamptz, source text, text text,
     language text, event_id text, key_id text, channel_id text, conversation_id text, mark text, recorded_at timestamptz)
   order by contact_id, purpose, mark
   on conflict (workspace_id, contact_id, purpose, mark) do nothing`,
);

// The latest word counts, of two at once the opt-out. A bare START takes back what was objected to before it, by this
// person (also as one they were merged with) and in the chat: WhatsApp's own switch is turned on again only there. It
// leaves what was before the objection. Computed from the whole log each time, so the order of arrival plays no part.
const SETTLE = statement(
  'consents_settle',
  `with ${FAMILY}
   insert into consents (workspace_id, contact_id, purpose, state, at, source, log_id)
   select t.workspace_id, t.contact_id, t.purpose, case last.state when 'resume' then coalesce(past.before, 'unknown') else last.state end,
     last.at, last.source, last.id
   from (select distinct * from unnest($2::text[], $3::text[], $4::text[]) as w(workspace_id, contact_id, purpose)) t
   cross join lateral (
     select min(o.at) filter (where o.state = 'out') as objected,
       max(o.at) filter (where o.state = 'out' and o.source = 'meta_preference') as switched_off,
       max(o.at) filter (where o.state = 'in' and o.source in ('meta_preference', 'signup')) as switched_on,
       (array_agg(o.state order by o.at desc) filter (where o.state in ('in', 'unknown')))[1] as before
     from consent_log o
     where o.workspace_id = t.workspace_id and o.purpose = t.purpose
       and o.contact_id = any (array(select f.id from family f where f.asked = t.contact_id) || t.contact_id)) past
   cross join lateral (
     select l.* from consent_log l
     where l.workspace_id = t.workspace_id and l.contact_id = t.contact_id and l.purpose = t.purpose
       and (l.state <> 'resume'
         or (l.at >= past.objected and (past.switched_off is null or past.switched_on > past.switched_off)))
     order by l.at desc, (l.state = 'out') desc, (l.state = 'unknown'), l.id desc limit 1) last
   order by t.workspace_id, t.contact_id, t.purpose
   on conflict (workspace_id, contact_id, purpose) do update
     set state = excluded.state, at = excluded.at, source = excluded.source, log_id = excluded.log_id
     where (consents.log_id, consents.state) is distinct from (excluded.log_id, excluded.state)`,
);

const READ = statement(
  'consents_read',
  `with ${FAMILY}
   select f.asked as "contactId", c.purpose, c.state, (extract(epoch from c.at) * 1000)::float8 as at, c.source
   from family f cross join lateral (select * from consents where workspace_id = $2 and contact_id = f.id offset 0) c`,
);

/** What is known about one purpose. */
export interface Consent {
  readonly state: 'in' | 'out' | 'unknown';
  /** Unix ms. */
  readonly at: number;
  readonly source: Source;
}

/** What one person agreed to; a purpose that is missing was never spoken of. */
export type ConsentView = { readonly [P in Purpose]?: Consent };

const MAX_TEXT = 1_000;

const toRow = (evidence: Evidence, nowMs: number) => ({
  workspace_id: evidence.workspaceId,
  contact_id: evidence.contactId,
  purpose: evidence.purpose,
  state: evidence.state,
  at: new Date(evidence.at).toISOString(),
  source: evidence.source,
  text: evidence.text?.slice(0, MAX_TEXT).toWellFormed() ?? null,
  language: evidence.language,
  event_id: evidence.eventId,
  key_id: evidence.keyId,
  channel_id: evidence.channelId,
  conversation_id: evidence.conversationId,
  mark: evidence.mark,
  recorded_at: new Date(nowMs).toISOString(),
});

/** Adds to the evidence, and to what it comes to, in three statements; what was known already adds nothing. */
export async function appendEvidence(tx: Transaction, items: readonly Evidence[], nowMs: number): Promise<void> {
  if (items.length === 0) return;
  const contacts = items.map((item) => item.contactId);
  const keys = [items.map((item) => item.workspaceId), contacts, items.map((item) => item.purpose)];
  await Promise.all([
    tx.run(LOCK, [contacts.map((id) => toHash32(id) % LOCKS)]),
    tx.run(LOG, [toJson(items.map((item) => toRow(item, nowMs)))]),
    tx.run(SETTLE, [[...new Set(contacts)], ...keys]),
  ]);
}

const isStronger = (one: Consent, other: Consent | undefined): boolean =>
  other === undefined || one.at > other.at || (one.at === other.at && one.state === 'out');

/**
 * What each person agreed to, by the contact asked for, in one statement. Of contacts that were merged all answers
 * count: the latest, and of two at once the opt-out.
 */
export async function readConsents(
  db: Database,
  workspaceId: string,
  contactIds: readonly string[],
): Promise<Map<string, ConsentView>> {
  const views = new Map<string, { [P in Purpose]?: Consent }>();
  if (contactIds.length === 0) return views;
  const rows = await db.rows<Consent & { contactId: string; purpose: Purpose }>(READ, [contactIds, workspaceId]);
  for (const { contactId, purpose, ...consent } of rows) {
    const view = views.get(contactId) ?? {};
    if (isStronger(consent, view[purpose])) view[purpose] = consent;
    views.set(contactId, view);
  }
  return views;
}
