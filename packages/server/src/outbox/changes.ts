import type { OutgoingMessage } from '@wharf/whatsapp';
import { type Database, statement, toJson } from '#kit';

/** What became of a wish about a message that may be on its way by now. */
export type Changed = { readonly ok: true } | { readonly ok: false; readonly state: string };

// Somebody who was put off is gone, or has another time: those behind, put off for it, are looked at again now. Rows that
// are being woken at this moment are passed over: they are looked at anyway, and nobody waits for another in a circle.
const toFreed = (gone: string, now: string): string =>
  `update outbox o set wakes_at = ${now} where o.id in (
     select b.id from ${gone} g join outbox b on b.channel_id = g.channel_id and b.class = g.class and b.lane = g.lane
     where b.is_put_off and b.wakes_at > ${now} and b.id not in (select id from ${gone}) for update of b skip locked)`;

// What waits may still be taken back; what is claimed may be on the wire. The message is locked before its outbox row, as
// the settle does.
const CANCEL = statement(
  'outbox_cancel',
  `with known as materialized (select id from messages where workspace_id = $1 and id = $2 for update),
   gone as (delete from outbox o using known k where o.id = k.id and o.state in ('queued', 'retry', 'scheduled') returning o.id, o.channel_id, o.class, o.lane),
   freed as (${toFreed('gone', 'to_timestamp($4::float8 / 1000)')})
   update messages m set state = 'cancelled', reason = $3, failed_at = to_timestamp($4::float8 / 1000) from gone g where m.id = g.id`,
);

// One that goes now may be in a sender's memory with the time it had: put off until now, it is taken up by the sender's next
// look with its new time, its place kept.
const EDIT = statement(
  'outbox_edit',
  `with known as materialized (select id from messages where workspace_id = $1 and id = $2 for update),
   changed as (
     update outbox o set payload = coalesce($3::jsonb, o.payload),
       due_at = coalesce($4::timestamptz, o.due_at), expires_at = case when $4::timestamptz is null then o.expires_at else $7::timestamptz end,
       wakes_at = coalesce($4::timestamptz, o.wakes_at), is_put_off = case when $4::timestamptz is null then o.is_put_off else $4::timestamptz <= $6::timestamptz end,
       state = case when $4::timestamptz is null then o.state when $4::timestamptz > $6::timestamptz then 'scheduled' when o.attempt > 0 then 'retry' else 'queued' end
     from known k where o.id = k.id and o.state in ('queued', 'retry', 'scheduled') returning o.id, o.payload, o.state, o.expires_at, o.channel_id, o.class, o.lane),
   moved as (select id, channel_id, class, lane from changed where $4::timestamptz is not null),
   freed as (${toFreed('moved', '$6::timestamptz')})
   update messages m set body = c.payload, type = c.payload->>'type', preview = coalesce($5, m.preview),
     state = c.state, send_at = coalesce($4::timestamptz, m.send_at), expires_at = c.expires_at
   from changed c where m.id = c.id`,
);

const STATE = statement(
  'outbox_state_of',
  'select coalesce(o.state, m.state) as state from messages m left join outbox o on o.id = m.id where m.workspace_id = $1 and m.id = $2',
);

const EXPIRE_PAGE = 1_000;

// Whatever waits and is too late: also on channels that nobody sends for.
const EXPIRE = statement(
  'outbox_expire',
  `with late as (
     select o.id from outbox o where o.expires_at <= to_timestamp($1::float8 / 1000) and o.state in ('queued', 'retry', 'scheduled')
     order by o.expires_at limit ${EXPIRE_PAGE} for update skip locked),
   known as materialized (select m.id from messages m join late on late.id = m.id order by m.id for update of m skip locked),
   gone as (delete from outbox o using known k where o.id = k.id returning o.id, o.channel_id, o.class, o.lane),
   freed as (${toFreed('gone', 'to_timestamp($1::float8 / 1000)')})
   update messages m set state = 'expired', failed_at = to_timestamp($1::float8 / 1000), reason = 'It could not go out before ' || to_char(m.expires_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
   from gone g where m.id = g.id`,
);

async function toChanged(db: Database, key: readonly [string, string], count: number): Promise<Changed | null> {
  if (count > 0) return { ok: true };
  const [found] = await db.rows<{ state: string }>(STATE, [...key]);
  return found ? { ok: false, state: found.state } : null;
}

/** Takes a message back that has not been claimed. Null: there is no such message. */
export async function cancelMessage(
  db: Database,
  { workspaceId, id, nowMs }: { readonly workspaceId: string; readonly id: string; readonly nowMs: number },
): Promise<Changed | null> {
  const count = await db.run(CANCEL, [workspaceId, id, 'Cancelled before it was sent', nowMs]);
  return toChanged(db, [workspaceId, id], count);
}

export interface Edit {
  readonly workspaceId: string;
  readonly id: string;
  readonly nowMs: number;
  readonly message?: { readonly body: OutgoingMessage; readonly preview: string } | undefined;
  /** `expiresAt` moves along. */
  readonly sendAt?: { readonly at: number; readonly expiresAt: number } | undefined;
}

const toTime = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

/** Changes what a message says, or when it goes, until it is claimed. Null: there is no such message. */
export async function editMessage(db: Database, edit: Edit): Promise<Changed | null> {
  const { workspaceId, id, message, sendAt } = edit;
  const count = await db.run(EDIT, [
    workspaceId,
    id,
    message ? toJson(message.body) : null,
    toTime(sendAt?.at),
    message?.preview ?? null,
    toTime(edit.nowMs),
    toTime(sendAt?.expiresAt),
  ]);
  return toChanged(db, [workspaceId, id], count);
}

/** Ends the messages whose time is over, a page at a time, until none is left that is free; returns how many. */
export async function expireMessages(db: Database, nowMs: number): Promise<number> {
  let total = 0;
  for (let count = EXPIRE_PAGE; count === EXPIRE_PAGE; total += count) count = await db.run(EXPIRE, [nowMs]);
  return total;
}
