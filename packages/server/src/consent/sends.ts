import { type Database, statement } from '#kit';
import { FAMILY } from './store.ts';

/** A marketing message that went out. */
export interface MarketingSend {
  readonly workspaceId: string;
  readonly contactId: string;
  readonly messageId: string;
  /** Unix ms. */
  readonly at: number;
}

export interface MarketingCount {
  readonly count: number;
  /** Unix ms of the first of those counted; null when there are none. */
  readonly oldestAt: number | null;
}

const RECORD = statement(
  'marketing_record',
  `insert into marketing_sends (workspace_id, contact_id, message_id, at)
   select w, c, m, to_timestamp(a / 1000) from unnest($1::text[], $2::text[], $3::text[], $4::float8[]) as r(w, c, m, a)
   order by c, m on conflict do nothing`,
);

const COUNT = statement(
  'marketing_count',
  `with ${FAMILY}
   select w.message_id as "messageId", count(*)::int as count, (extract(epoch from min(s.at)) * 1000)::float8 as "oldestAt"
   from unnest($1::text[], $2::text[], $3::float8[]) as w(contact_id, message_id, since) join family f on f.asked = w.contact_id
   cross join lateral (select at from marketing_sends where contact_id = f.id and at > to_timestamp(w.since / 1000) and not (message_id = any($2::text[])) offset 0) s
   group by w.message_id`,
);

const PRUNE = statement(
  'marketing_prune',
  `delete from marketing_sends where ctid = any(array(
     select ctid from marketing_sends where at < to_timestamp($1::float8 / 1000) limit $2))`,
);

/** Remembers marketing that was sent; the same message counts once. One statement. */
export async function recordMarketing(db: Database, items: readonly MarketingSend[]): Promise<void> {
  if (items.length === 0) return;
  await db.run(RECORD, [
    items.map((item) => item.workspaceId),
    items.map((item) => item.contactId),
    items.map((item) => item.messageId),
    items.map((item) => item.at),
  ]);
}

/** A message that is being decided on. */
export interface MarketingQuestion {
  readonly contactId: string;
  readonly messageId: string;
  /** Unix ms; only what came later counts. */
  readonly sinceMs: number;
}

/**
 * How much marketing the person of each message had, by message; who had none is missing. The messages that are asked
 * about do not count: one that was recorded and then put back must not stand in its own way. One statement.
 */
export async function countMarketing(
  db: Database,
  asked: readonly MarketingQuestion[],
): Promise<Map<string, MarketingCount>> {
  if (asked.length === 0) return new Map();
  const rows = await db.rows<MarketingCount & { messageId: string }>(COUNT, [
    asked.map(({ contactId }) => contactId),
    asked.map(({ messageId }) => messageId),
    asked.map(({ sinceMs }) => sinceMs),
  ]);
  return new Map(rows.map(({ messageId, ...count }) => [messageId, count]));
}

const AT_ONCE = 20_000;

/** Forgets what is older than `beforeMs` (unix ms), a bounded number of rows at a time. Returns how many. */
export async function pruneMarketing(db: Database, beforeMs: number): Promise<number> {
  let pruned = 0;
  for (let last = AT_ONCE; last === AT_ONCE; pruned += last) last = await db.run(PRUNE, [beforeMs, AT_ONCE]);
  return pruned;
}
