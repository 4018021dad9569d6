import { type Database, makeColumns, type RowOf, statement, toJson, type Transaction, type Value } from '#kit';
import { isRung, joinRungs, RANK, type Rung } from './lattice.ts';
import { toStorableText } from './text.ts';

/** Something about a message that exists, or will: waits in `parked` until it does. Times are unix ms. */
interface About {
  readonly workspaceId: string;
  readonly channelId: string;
  /** WhatsApp id of the message it is about. */
  readonly target: string;
  readonly at: number;
  readonly position: number;
}

export type Fact = About &
  (
    | {
        readonly type: 'status';
        readonly status: string;
        /** Our own message id, as `biz_opaque_callback_data` brought it back. */
        readonly callback: string | null;
        readonly error: object | null;
        readonly pricing: object | null;
      }
    | { readonly type: 'emoji'; readonly actor: string; readonly emoji: string | null }
    | { readonly type: 'edit'; readonly body: object; readonly preview: string }
    | { readonly type: 'revoke' }
  );

type Of<T extends Fact['type']> = Extract<Fact, { type: T }>;

const toTime = (ms: number): string => new Date(ms).toISOString();

const STATUS = {
  n: 'int',
  channel_id: 'text',
  target: 'text',
  callback: 'text',
  state: 'text',
  rank: 'smallint',
  sent_at: 'timestamptz',
  delivered_at: 'timestamptz',
  read_at: 'timestamptz',
  played_at: 'timestamptz',
  failed_at: 'timestamptz',
  revoked_at: 'timestamptz',
  error: 'jsonb',
  reason: 'text',
  pricing: 'jsonb',
  trail: 'jsonb',
} as const;
const statusColumns = makeColumns(STATUS);

// A message whose answer was lost has no WhatsApp id yet: it is found by the id it carried in the callback data, and
// the status is the evidence that it was taken. `hit` decides by both; the lattice join needs no read before the write.
// Rows are locked in the order of their ids, as the sender does that settles the same messages at the same moment.
const STATUSES = statement(
  'facts_statuses',
  `with f as (select * from ${statusColumns.from('f')}),
   hit as materialized (
     select f.*, m.id from f join messages m on m.channel_id = f.channel_id and m.whatsapp_id = f.target
     union all
     select f.*, m.id from f join messages m on m.id = f.callback and m.channel_id = f.channel_id and m.whatsapp_id is null and m.direction = 'out'
     where not exists (select 1 from messages e where e.channel_id = f.channel_id and e.whatsapp_id = f.target)
     order by id)
   update messages m set
     whatsapp_id = coalesce(m.whatsapp_id, hit.target),
     state = case when m.direction = 'out' and hit.rank > m.rank then hit.state else m.state end,
     reason = case when m.direction = 'out' and (hit.rank > m.rank or hit.rank = m.rank and hit.failed_at < m.failed_at) then hit.reason else m.reason end,
     rank = case m.direction when 'out' then greatest(m.rank, hit.rank) else m.rank end,
     error = case when m.error is null or hit.failed_at < m.failed_at then coalesce(hit.error, m.error) else m.error end,
     pricing = coalesce(hit.pricing, m.pricing),
     sent_at = least(m.sent_at, hit.sent_at), delivered_at = least(m.delivered_at, hit.delivered_at),
     read_at = least(m.read_at, hit.read_at), played_at = least(m.played_at, hit.played_at), failed_at = least(m.failed_at, hit.failed_at),
     revoked_at = least(m.revoked_at, hit.revoked_at), trail = m.trail || hit.trail
   from hit where m.id = hit.id
   returning hit.n, m.id`,
);

const EMOJIS = statement(
  'facts_emojis',
  `with f as (
     select * from jsonb_to_recordset($1::jsonb) as f(n int, workspace_id text, channel_id text, target text, actor text, emoji text, at timestamptz, position bigint)),
   hit as (select f.*, m.id from f join messages m on m.channel_id = f.channel_id and m.whatsapp_id = f.target),
   put as (
     insert into message_emojis as e (message_id, workspace_id, actor, emoji, at, position)
     select id, workspace_id, actor, emoji, at, position from hit
     on conflict (message_id, actor) do update set emoji = excluded.emoji, at = excluded.at, position = excluded.position
     where (excluded.at, excluded.position) > (e.at, e.position))
   select n, id from hit`,
);

// What an edit replaces is kept; one that comes after a later edit has replaced nothing, so its own words are kept.
const EDITS = statement(
  'facts_edits',
  `with f as (
     select * from jsonb_to_recordset($1::jsonb) as f(n int, workspace_id text, channel_id text, target text, body jsonb, preview text, at timestamptz, position bigint)),
   hit as (
     select f.*, m.id, case when m.edited_at > f.at then f.body else m.body end as before
     from f join messages m on m.channel_id = f.channel_id and m.whatsapp_id = f.target),
   kept as (
     insert into message_edits (message_id, workspace_id, at, body, position)
     select id, workspace_id, at, before, position from hit on conflict do nothing),
   put as (
     update messages m set body = hit.body, preview = hit.preview, edited_at = hit.at from hit
     where m.id = hit.id and (m.edited_at is null or m.edited_at <= hit.at))
   select n, id from hit`,
);

const REVOKES = statement(
  'facts_revokes',
  `with f as (select * from jsonb_to_recordset($1::jsonb) as f(n int, channel_id text, target text, at timestamptz)),
   hit as (select f.*, m.id from f join messages m on m.channel_id = f.channel_id and m.whatsapp_id = f.target),
   put as (update messages m set revoked_at = least(m.revoked_at, hit.at) from hit where m.id = hit.id)
   select n, id from hit`,
);

const PARK = statement(
  'facts_park',
  `insert into parked (workspace_id, channel_id, target, fact)
   select f->>'workspaceId', f->>'channelId', f->>'target', f from jsonb_array_elements($1::jsonb) as f`,
);

const UNPARK = statement(
  'facts_unpark',
  `delete from parked p using unnest($1::text[], $2::text[]) as w(channel_id, target)
   where p.channel_id = w.channel_id and p.target = w.target returning p.fact`,
);

const UNPARK_STRAYS = statement(
  'facts_unpark_strays',
  `delete from parked p using messages m
   where p.parked_at > now() - make_interval(secs => $1) and m.channel_id = p.channel_id and m.whatsapp_id = p.target returning p.fact`,
);

const EXPIRE = statement('facts_expire', `delete from parked where parked_at < now() - make_interval(days => $1)`);

const keyOf = (fact: Fact): string => `${fact.channelId}\n${fact.target}`;

interface Group<T> {
  readonly key: string;
  readonly facts: T[];
}

function toGroups<T extends Fact>(facts: readonly T[], key: (fact: T) => string): Group<T>[] {
  const groups = new Map<string, Group<T>>();
  for (const fact of facts) {
    const k = key(fact);
    const group = groups.get(k);
    if (group) group.facts.push(fact);
    else groups.set(k, { key: k, facts: [fact] });
  }
  return [...groups.values()];
}

const isBefore = (a: Fact, b: Fact): boolean => a.at < b.at || (a.at === b.at && a.position < b.position);
const earliest = <T extends Fact>(facts: readonly T[]): T => facts.reduce((a, b) => (isBefore(b, a) ? b : a));
/** Ties go to the later in the journal. */
const latest = <T extends Fact>(facts: readonly T[]): T => facts.reduce((a, b) => (isBefore(a, b) ? b : a));

const TIMES: ReadonlyMap<string, string> = new Map([
  ['sent', 'sent_at'],
  ['delivered', 'delivered_at'],
  ['read', 'read_at'],
  ['played', 'played_at'],
  ['failed', 'failed_at'],
  ['deleted', 'revoked_at'],
]);

/** The earliest time of each rung, by its column. */
function toTimes(facts: readonly Of<'status'>[]): Record<string, number> {
  const times = new Map<string, number>();
  for (const { status, at } of facts) {
    const column = TIMES.get(status);
    if (column !== undefined) times.set(column, Math.min(at, times.get(column) ?? at));
  }
  return Object.fromEntries(times);
}

/** All statuses of one message in a batch, joined: the highest rung, each rung's earliest time, and the trail of all. */
function toStatusRow(group: Group<Of<'status'>>, n: number): RowOf<typeof STATUS> {
  const { facts } = group;
  // Whatever it says, a provider that speaks of a message has accepted it.
  const rung = facts
    .map((fact): Rung => (isRung(fact.status) ? fact.status : 'accepted'))
    .reduce(joinRungs, 'accepted');
  const failures = facts.filter((fact) => fact.error !== null);
  const error = failures.length === 0 ? undefined : (earliest(failures).error ?? undefined);
  return {
    n,
    channel_id: facts[0]?.channelId,
    target: facts[0]?.target,
    callback: facts.find((fact) => fact.callback !== null)?.callback ?? undefined,
    state: rung,
    rank: RANK[rung],
    ...toTimes(facts),
    error,
    reason: rung === 'failed' && error ? reasonOf(error) : undefined,
    pricing: facts.find((fact) => fact.pricing !== null)?.pricing ?? undefined,
    trail: facts.map((fact) => ({ step: 'status', status: fact.status, at: toTime(fact.at), position: fact.position })),
  };
}

function reasonOf(error: object): string {
  const e = error as { code?: number; title?: string; message?: string; details?: string };
  return `${e.code ?? ''} ${e.details ?? e.message ?? e.title ?? ''}`.trim().slice(0, 300);
}

type Applied = { n: number; id: string };

const plain = (fact: About, n: number) => ({
  n,
  workspace_id: fact.workspaceId,
  channel_id: fact.channelId,
  target: fact.target,
  at: toTime(fact.at),
  position: fact.position,
});

const actorKeyOf = (fact: Of<'emoji'>): string => `${keyOf(fact)}\n${fact.actor}`;

function toEmojiRow({ facts }: Group<Of<'emoji'>>, n: number): object {
  const fact = latest(facts);
  return { ...plain(fact, n), actor: fact.actor, emoji: fact.emoji };
}

function toEditRow({ facts }: Group<Of<'edit'>>, n: number): object {
  const fact = latest(facts);
  return { ...plain(fact, n), body: fact.body, preview: fact.preview };
}

const toRevokeRow = ({ facts }: Group<Of<'revoke'>>, n: number): object => plain(earliest(facts), n);

async function applyGroups<T extends Fact>(
  tx: Transaction,
  sql: ReturnType<typeof statement>,
  groups: readonly Group<T>[],
  toValues: (groups: readonly Group<T>[]) => Value[],
): Promise<{ missed: T[]; hit: Map<string, string> }> {
  if (groups.length === 0) return { missed: [], hit: new Map() };
  const applied = await tx.rows<Applied>(sql, toValues(groups));
  const found = new Set(applied.map((row) => row.n));
  const hit = new Map(
    applied.flatMap((row) => (groups[row.n]?.facts ?? []).map((fact) => [`${fact.position}`, row.id] as const)),
  );
  return { missed: groups.flatMap((group, n) => (found.has(n) ? [] : group.facts)), hit };
}

const ofType = <T extends Fact['type']>(facts: readonly Fact[], type: T): Of<T>[] =>
  facts.filter((fact): fact is Of<T> => fact.type === type);

export interface FactsApplied {
  /** Our message ids by the journal position of the fact. */
  readonly messageIds: ReadonlyMap<string, string>;
  /** Ids of messages that a status spoke of: evidence for sends whose answer was lost. */
  readonly settled: readonly string[];
}

/** Applies facts to the messages they are about; parks those whose message is not there yet. */
export async function applyFacts(tx: Transaction, facts: readonly Fact[]): Promise<FactsApplied> {
  if (facts.length === 0) return { messageIds: new Map(), settled: [] };
  const [statuses, ...others] = await Promise.all([
    applyGroups(tx, STATUSES, toGroups(ofType(facts, 'status'), keyOf), (all) =>
      statusColumns.values(all.map(toStatusRow)),
    ),
    applyGroups(tx, EMOJIS, toGroups(ofType(facts, 'emoji'), actorKeyOf), (all) => [toJson(all.map(toEmojiRow))]),
    applyGroups(tx, EDITS, toGroups(ofType(facts, 'edit'), keyOf), (all) => [toJson(all.map(toEditRow))]),
    applyGroups(tx, REVOKES, toGroups(ofType(facts, 'revoke'), keyOf), (all) => [toJson(all.map(toRevokeRow))]),
  ]);
  const missed = [statuses, ...others].flatMap((applied): readonly Fact[] => applied.missed);
  if (missed.length > 0) await tx.run(PARK, [toJson(missed)]);
  return {
    messageIds: new Map([statuses, ...others].flatMap((applied) => [...applied.hit])),
    settled: [...new Set(statuses.hit.values())],
  };
}

type Arrived = { readonly channelId: string; readonly whatsappId: string };

/** Takes out of the car park what waited for these messages. */
export async function unpark(tx: Transaction, arrived: readonly Arrived[]): Promise<Fact[]> {
  if (arrived.length === 0) return [];
  const channels = arrived.map((a) => a.channelId);
  const rows = await tx.rows<{ fact: Fact }>(UNPARK, [channels, arrived.map((a) => toStorableText(a.whatsappId))]);
  return rows.map((row) => row.fact);
}

/** Takes out of the car park what waited for these messages, and applies it. */
export async function joinParked(tx: Transaction, arrived: readonly Arrived[]): Promise<void> {
  await applyFacts(tx, await unpark(tx, arrived));
}

/**
 * Catches what parked in the same instant as its message was stored by another transaction (neither saw the other), not
 * longer ago than `withinSeconds`. Run every few seconds for the last minutes, and now and then for all that waits: no
 * process may have been there to do so in time.
 */
export async function joinStrays(tx: Transaction, withinSeconds: number): Promise<number> {
  const rows = await tx.rows<{ fact: Fact }>(UNPARK_STRAYS, [withinSeconds]);
  await applyFacts(
    tx,
    rows.map((row) => row.fact),
  );
  return rows.length;
}

/** Lets go of what nothing ever claimed. Meta keeps reporting on messages for 30 days. */
export function expireParked(db: Database, days: number): Promise<number> {
  return db.run(EXPIRE, [days]);
}
