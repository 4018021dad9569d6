import type { OutgoingMessage, Recipient } from '@wharf/whatsapp';
import { type Database, type Lease, makeId, statement } from '#kit';
import { CLASS, CLASSES } from './classes.ts';
import type { Asked, Loaded } from './inflow.ts';

/** A claimed item with all that is needed to decide on it and to send it. */
export interface Claimed {
  readonly id: string;
  readonly kind: 'message' | 'read';
  readonly lane: string;
  readonly attempt: number;
  /** Of the lease it was claimed under: an outcome counts only for this attempt of this owner. */
  readonly epoch: number;
  readonly address: Recipient;
  readonly payload: OutgoingMessage | { readonly messageId: string; readonly typing: boolean };
  readonly workspaceId: string;
  readonly channelId: string;
  readonly class: number;
  /** Unix ms; null: never too late. */
  readonly expiresAt: number | null;
  readonly contactId: string | null;
  readonly origin: string | null;
  readonly owner: string | null;
  readonly lastInboundAt: number | null;
  /** When the person last came by an advertisement, Unix ms. */
  readonly entryAt: number | null;
}

const ms = (column: string, name: string): string => `(extract(epoch from ${column}) * 1000)::bigint as "${name}"`;

export const QUEUED_COLUMNS = `id, seq, lane, class, kind, attempt, state, ${ms('due_at', 'dueAt')}`;

// What is put off before this one, of the same person and class: nobody behind it may go.
const AHEAD = (row: string): string =>
  `from outbox p where p.channel_id = ${row}.channel_id and p.class = ${row}.class and p.lane = ${row}.lane and p.is_put_off and p.kind = 'message' and p.seq < ${row}.seq`;

// What is ambiguous is loaded too: it keeps its place, so that nobody behind it passes. Who waits behind somebody put off is
// found, not passed over: put off too, it is met once and not by every read (`PUT_BEHIND`). So a page of 1,000 of
// 100,000 is 1,000 entries of one index, each with a look into another: 3 ms, 6 ms when 50,000 people are put off. The
// known as a set, not an array: a generic plan compares with each of an array, and 4,000 of them took 300 ms.
const LOAD = statement(
  'outbox_load',
  `select ${QUEUED_COLUMNS}, kind = 'message' and state <> 'ambiguous' and exists (select 1 ${AHEAD('o')}) as "isBehind" from outbox o
   where channel_id = $1 and wakes_at is null and class = any($4::int[]) and state in ('queued', 'retry', 'ambiguous') and id not in (select unnest($2::text[]))
     and not (kind = 'message' and (class, lane) in (select * from unnest($5::int[], $6::text[])))
   order by class, seq limit $3`,
);

const PUT_BEHIND = statement(
  'outbox_put_behind',
  `with behind as (select o.id, (select max(p.wakes_at) ${AHEAD('o')}) as wakes_at from outbox o where o.id = any($1::text[]))
   update outbox o set wakes_at = b.wakes_at, is_put_off = true
   from behind b where o.id = b.id and b.wakes_at is not null and o.wakes_at is null and o.state in ('queued', 'retry')`,
);

// A row left in `sending` by a sender before us may or may not have reached the provider: only evidence can tell. Its
// attempt is noted as made at this moment, so that it counts for the pace of every owner to come, not only for ours.
const ADOPT = statement(
  'outbox_adopt',
  `with held as (select 1 from leases where name = $4 and epoch = $2 for share),
   adopted as (
     update outbox set state = case kind when 'read' then 'retry' else 'ambiguous' end,
       due_at = case kind when 'read' then due_at else to_timestamp($3::float8 / 1000) end
     where channel_id = $1 and state = 'sending' and epoch <= $2 and exists (select 1 from held)
     returning id, attempt, workspace_id, channel_id, lane, kind)
   insert into attempts (message_id, attempt, workspace_id, channel_id, lane, started_at, finished_at, outcome, detail)
   select id, attempt, workspace_id, channel_id, lane, to_timestamp($5::float8 / 1000), to_timestamp($5::float8 / 1000), 'ambiguous',
     'The process that was sending it ended, and its answer with it'
   from adopted where kind = 'message'
   on conflict (message_id, attempt) do update set calls = attempts.calls + 1, started_at = excluded.started_at, finished_at = excluded.finished_at,
     outcome = excluded.outcome, detail = excluded.detail`,
);

// While nobody listened, no evidence could come in: the time does not count.
const PROLONG = statement(
  'outbox_prolong',
  `with held as (select 1 from leases where name = $4 and epoch = $2 for share)
   update outbox set due_at = to_timestamp($3::float8 / 1000)
   where channel_id = $1 and state = 'ambiguous' and exists (select 1 from held)`,
);

// Every send of the last second, and the people who got many: the rest is a bound (`UNRECALLED`).
const RECENT_SENDS = statement(
  'outbox_recent_sends',
  `select ${ms('started_at', 'at')} from attempts
   where started_at > to_timestamp($2::float8 / 1000) and channel_id = $1 order by started_at`,
);

const RECENT_PAIRS = statement(
  'outbox_recent_pairs',
  `select lane, sum(calls)::int as count, ${ms('max(started_at)', 'at')} from attempts
   where started_at > to_timestamp($2::float8 / 1000) and channel_id = $1 group by lane having sum(calls) > $3`,
);

/** What is read when a channel is taken over. */
export const RECENT = [RECENT_SENDS, RECENT_PAIRS];

const CLAIM = statement(
  'outbox_claim',
  `with asked as (select * from unnest($1::text[], $2::text[], $3::bigint[]) as a(id, lease, epoch)),
   held as (select l.name, l.epoch from leases l
            where (l.name, l.epoch) in (select lease, epoch from asked) order by l.name for share),
   taken as (
     update outbox o set state = 'sending', attempt = o.attempt + 1, epoch = held.epoch, wakes_at = null, is_put_off = false
     from asked join held on held.name = asked.lease
     where o.id = asked.id and o.state in ('queued', 'retry')
     returning o.id, o.workspace_id, o.channel_id, o.kind, o.lane, o.class, o.attempt, o.epoch, o.address, o.payload, o.expires_at)
   select t.id, t.kind, t.lane, t.class, t.attempt, t.epoch, t.address, t.payload, t.workspace_id as "workspaceId", t.channel_id as "channelId",
     ${ms('t.expires_at', 'expiresAt')}, m.contact_id as "contactId", m.origin, c.owner, ${ms('c.last_inbound_at', 'lastInboundAt')}, ${ms('c.entry_at', 'entryAt')}
   from taken t left join messages m on m.id = t.id left join conversations c on c.id = m.conversation_id`,
);

// A later owner takes what we claimed for ambiguous; we know better.
const UNCLAIM = statement(
  'outbox_unclaim',
  `update outbox set state = 'retry', attempt = attempt - 1 where id = any($1::text[]) and state in ('sending', 'ambiguous') and epoch = $2`,
);

const HOLDS = statement('outbox_holds', 'select 1 from leases where name = $1 and epoch = $2');

// A scheduled message takes its place among those that are queued now, in the order of the times asked for; one that was
// put off has its place. What is told of others put off is of the moment before: rather one too many.
const DUE = statement(
  'outbox_due',
  `with due as (select id, is_put_off from outbox where channel_id = $1 and wakes_at <= to_timestamp($2::float8 / 1000)
                order by wakes_at, seq limit $3 for update skip locked),
   placed as materialized (select id, case when not is_put_off then nextval(pg_get_serial_sequence('outbox', 'seq')) end as seq from due),
   moved as (
     update outbox o set state = case when o.attempt > 0 then 'retry' else 'queued' end, seq = coalesce(p.seq, o.seq), wakes_at = null, is_put_off = false
     from placed p where o.id = p.id returning o.id, ${ms('o.due_at', 'dueAt')}, p.seq is null as "keepsPlace")
   select coalesce((select jsonb_agg(moved) from moved), '[]') as moved,
     array(select k.class from unnest($4::int[]) as k(class) where exists (select 1 from outbox p where p.channel_id = $1 and p.class = k.class and p.is_put_off)) as "putOff"`,
);

const NEWS = statement(
  'outbox_news',
  `select held.id, ${ms('o.due_at', 'dueAt')}, case when o.id is null or o.state = 'scheduled' then 'gone' when o.is_put_off then 'put_off' else 'back' end as news
   from unnest($1::text[]) as held(id) left join outbox o on o.id = held.id where o.id is null or o.state in ('queued', 'retry', 'scheduled')`,
);

// Whoever was sending one may have ended before it could say so: its attempt is noted here, or it would not count for the pace
// of the owner to come. Who lives on says it better.
const EVIDENCE = statement(
  'outbox_evidence',
  `with gone as (delete from outbox where id = any($1::text[]) returning id, attempt, workspace_id, channel_id, lane, kind, state),
   noted as (
     insert into attempts (message_id, attempt, workspace_id, channel_id, lane, started_at, finished_at, outcome, detail)
     select id, attempt, workspace_id, channel_id, lane, to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000), 'accepted',
       'A status told of it before the process that sent it did'
     from gone where kind = 'message' and state = 'sending'
     on conflict (message_id, attempt) do update set calls = attempts.calls + 1, started_at = excluded.started_at, finished_at = excluded.finished_at,
       outcome = excluded.outcome, detail = excluded.detail)
   select id, channel_id as "channelId" from gone`,
);

// No word came within the grace: what is sent again then is the workspace's choice, by category. The
// message is locked before its outbox row, as the worker does when it brings evidence. A message that was given up keeps
// rank 0: nobody knows, so the first status that comes after all is believed.
const RESOLVE = statement(
  'outbox_resolve',
  `with held as (select 1 from leases where name = $4 and epoch = $5 for share),
   due as (select o.id, o.is_last or $3 or o.attempt >= $6 or coalesce(o.expires_at <= to_timestamp($2::float8 / 1000), false)
             or not case when o.payload->>'type' = 'template' then coalesce(lower(m.category), 'unknown') when o.class = ${CLASS.campaign} then 'marketing' else 'service' end = any($7::text[]) as gives_up
           from outbox o join messages m on m.id = o.id
           where o.channel_id = $1 and o.state = 'ambiguous' and o.due_at <= to_timestamp($2::float8 / 1000) and ($8::text[] is null or o.id = any($8)) and exists (select 1 from held)),
   known as materialized (select m.id, due.gives_up from messages m join due on due.id = m.id order by m.id for update of m),
   given_up as (delete from outbox o using known k where o.id = k.id and k.gives_up returning o.id),
   again as (update outbox o set state = 'retry' from known k where o.id = k.id and not k.gives_up returning o.id),
   told as (update messages m set state = 'failed', failed_at = to_timestamp($2::float8 / 1000),
              reason = 'The answer was lost and no status came: not known whether it was sent'
            from given_up g where m.id = g.id and m.rank = 0),
   retold as (update messages m set state = 'retry', reason = 'The answer was lost and no status came: sending again'
              from again a where m.id = a.id and m.rank = 0)
   select id, true as ends from given_up union all select id, false from again`,
);

// Paused again within an hour: it is looked at ever more rarely. Each pause is an alert, until it ends.
const PAUSE = statement(
  'outbox_pause_channel',
  `with paused as (
     update channels set state = 'paused', state_reason = $2, paused_by = 'error', paused_at = to_timestamp($3::float8 / 1000),
       pauses = case when paused_at > to_timestamp($3::float8 / 1000) - interval '1 hour' then pauses + 1 else 0 end,
       look_at = to_timestamp($3::float8 / 1000) + interval '30 seconds'
         * case when paused_at > to_timestamp($3::float8 / 1000) - interval '1 hour' then least(120, 2 ^ least(pauses + 1, 10)) else 1 end
     where id = $1 and state = 'active' returning id, workspace_id)
   insert into alerts (id, workspace_id, channel_id, kind, detail, at)
   select $4, workspace_id, id, 'channel_paused', $2, to_timestamp($3::float8 / 1000) from paused on conflict do nothing`,
);

export const loadQueued = (db: Database, channelId: string, asked: Asked): Promise<Loaded[]> =>
  db.rows<Loaded>(LOAD, [
    channelId,
    asked.known,
    asked.limit,
    asked.classes,
    asked.crowded.map((one) => one.class),
    asked.crowded.map((one) => one.lane),
  ]);

/** Puts these off until those before them may go. */
export const putBehind = (db: Database, ids: readonly string[]): Promise<number> => db.run(PUT_BEHIND, [ids]);

/** What an earlier owner was sending when it ended has its fate unknown, until `graceMs` from now. */
export const adoptUnsettled = (
  db: Database,
  channelId: string,
  lease: Lease,
  from: { readonly nowMs: number; readonly graceMs: number },
): Promise<number> => db.run(ADOPT, [channelId, lease.epoch, from.nowMs + from.graceMs, lease.name, from.nowMs]);

/** Gives sends whose fate is unknown their grace anew. */
export const prolongGrace = (db: Database, channelId: string, lease: Lease, dueAt: number): Promise<number> =>
  db.run(PROLONG, [channelId, lease.epoch, dueAt, lease.name]);

/** When this channel sent in the last moments, in order. */
export const readRecentSends = async (db: Database, channelId: string, sinceMs: number): Promise<number[]> =>
  (await db.rows<{ at: number }>(RECENT_SENDS, [channelId, sinceMs])).map((row) => row.at);

/** The people who got more than `unless` messages since then: how many, and when the last one. */
export const readRecentPairs = (
  db: Database,
  channelId: string,
  since: { readonly ms: number; readonly unless: number },
): Promise<{ lane: string; count: number; at: number }[]> => db.rows(RECENT_PAIRS, [channelId, since.ms, since.unless]);

export interface Due {
  /** They are in the queue from now on. `keepsPlace`: where they were before they were put off. */
  readonly moved: readonly { readonly id: string; readonly dueAt: number; readonly keepsPlace: boolean }[];
  /** Classes of which somebody is put off, or was until now. */
  readonly putOff: readonly number[];
}

/** Puts scheduled messages, and such as were put off, whose time has come, up to `untilMs`, into the queue. */
export async function queueDue(db: Database, channelId: string, due: { untilMs: number; limit: number }): Promise<Due> {
  const [found] = await db.rows<Due>(DUE, [channelId, due.untilMs, due.limit, CLASSES]);
  return found ?? { moved: [], putOff: CLASSES };
}

/** Marks items as being sent, where the lease still holds. What is not returned was cancelled, settled or taken over. */
export const claimItems = (
  db: Database,
  wanted: readonly { readonly id: string; readonly lease: Lease }[],
): Promise<Claimed[]> =>
  db.rows<Claimed>(CLAIM, [wanted.map((w) => w.id), wanted.map((w) => w.lease.name), wanted.map((w) => w.lease.epoch)]);

/** Puts back what this owner may have claimed without knowing it (the answer was lost) and never began to send. */
export const unclaimItems = (db: Database, lease: Lease, ids: readonly string[]): Promise<number> =>
  db.run(UNCLAIM, [ids, lease.epoch]);

export const holdsLease = async (db: Database, lease: Lease): Promise<boolean> =>
  (await db.rows(HOLDS, [lease.name, lease.epoch])).length > 0;

/** `gone`: it leaves the queue; `back`: it may be tried again at `dueAt`, Unix ms; `put_off`: so late that it leaves it. */
export interface News {
  readonly id: string;
  readonly news: 'gone' | 'back' | 'put_off';
  readonly dueAt: number;
}

/**
 * Of these, the ones that were settled meanwhile (evidence may have come to another process), and the ones that an
 * earlier owner has learned of, late: its attempt did not reach the provider, or the policy had put it off.
 */
export const readNews = (db: Database, ids: readonly string[]): Promise<News[]> => db.rows(NEWS, [ids]);

/** A status named these messages: whatever became of our answer, they arrived. */
export const settleByEvidence = (
  db: Database,
  ids: readonly string[],
  nowMs: number,
): Promise<{ id: string; channelId: string }[]> =>
  ids.length === 0 ? Promise.resolve([]) : db.rows(EVIDENCE, [ids, nowMs]);

/** Decides on sends whose grace is over; `ends`: given up, else to be sent again. */
export const resolveAmbiguous = (
  db: Database,
  lease: Lease,
  due: {
    readonly channelId: string;
    readonly nowMs: number;
    readonly givesUp: boolean;
    readonly maxAttempts: number;
    /** Purposes of which a message is sent again: `service`, `utility`, … */
    readonly resend: readonly string[];
    /** Those whose provider was asked; null: it cannot be. */
    readonly asked: readonly string[] | null;
  },
): Promise<{ id: string; ends: boolean }[]> =>
  db.rows(RESOLVE, [
    due.channelId,
    due.nowMs,
    due.givesUp,
    lease.name,
    lease.epoch,
    due.maxAttempts,
    due.resend,
    due.asked,
  ]);

/** For an error of the channel itself; raises an alert. The queue is kept. */
export const pauseChannel = (db: Database, channelId: string, reason: string, nowMs: number): Promise<number> =>
  db.run(PAUSE, [channelId, reason.slice(0, 500), nowMs, makeId('alr', nowMs)]);
