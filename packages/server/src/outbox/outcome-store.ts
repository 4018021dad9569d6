import { makeColumns, type RowOf, statement, type Transaction } from '#kit';
import { LONGEST_BACKOFF_MS, type NextStep } from './outcome.ts';
import { toReason, type Verdict } from './policy.ts';
import type { Claimed } from './store.ts';

/** What came of one attempt, to be stored. */
export interface Settled {
  readonly item: Claimed;
  readonly channelId: string;
  readonly workspaceId: string;
  readonly provider: 'meta' | 'whapi';
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly outcome: string;
  readonly step: NextStep | Refused;
  readonly verdict: Verdict | null;
  /** Of the template it was sent with. */
  readonly category: string | null;
}

/** What policy makes of a message that may not go now. `held`: it keeps its place; `scheduled`: it takes a new one then. */
export type Refused =
  | { readonly state: 'blocked' | 'expired'; readonly verdict: Verdict }
  | { readonly state: 'held' | 'scheduled'; readonly dueAt: number; readonly verdict: Verdict };

const OUTCOME = {
  id: 'text',
  workspace_id: 'text',
  kind: 'text',
  attempt: 'int',
  epoch: 'bigint',
  started_at: 'timestamptz',
  finished_at: 'timestamptz',
  outcome: 'text',
  code: 'int',
  detail: 'text',
  trace_id: 'text',
  state: 'text',
  rank: 'smallint',
  reason: 'text',
  error: 'jsonb',
  whatsapp_id: 'text',
  due_at: 'timestamptz',
  spent: 'boolean',
  is_last: 'boolean',
  is_put_off: 'boolean',
  policy: 'jsonb',
  ends: 'boolean',
  category: 'text',
  channel_id: 'text',
  lane: 'text',
} as const;
const outcomes = makeColumns(OUTCOME);

// Messages before outbox rows, both in the order of their ids: the worker, which brings statuses and evidence for the
// same messages at the same moment, goes the same way, so that neither waits for the other in a circle. Another owner
// may have taken the row since; then an acceptance is still true, and anything else is old news. An earlier call under the
// same number cost no attempt, but counts for the pace of every owner to come; a later time is that of a note (`ADOPT`).
const SETTLE = statement(
  'outbox_settle',
  `with r as materialized (
     select * from ${outcomes.from('r')} order by id),
   ended as (delete from outbox o using r where o.id = r.id and r.ends and o.attempt = r.attempt and o.epoch = r.epoch),
   waiting as (
     update outbox o set state = r.state, due_at = r.due_at, wakes_at = case when r.is_put_off or r.state = 'scheduled' then r.due_at end, is_put_off = r.is_put_off, is_last = r.is_last, attempt = o.attempt - case when r.spent then 0 else 1 end
     from r where o.id = r.id and not r.ends and o.attempt = r.attempt and o.epoch = r.epoch),
   tried as (
     insert into attempts (message_id, attempt, workspace_id, channel_id, lane, started_at, finished_at, outcome, code, detail, trace_id)
     select id, attempt, workspace_id, channel_id, lane, started_at, finished_at, outcome, code, detail, trace_id from r where kind = 'message' and outcome <> 'policy'
     on conflict (message_id, attempt) do update set calls = attempts.calls + case when attempts.started_at < excluded.started_at then 1 else 0 end, started_at = excluded.started_at, finished_at = excluded.finished_at,
       outcome = excluded.outcome, code = excluded.code, detail = excluded.detail, trace_id = excluded.trace_id)
   update messages m set
     whatsapp_id = coalesce(m.whatsapp_id, r.whatsapp_id),
     state = case when m.rank = 0 or r.rank > m.rank then r.state else m.state end,
     rank = greatest(m.rank, r.rank),
     reason = case when m.rank = 0 or r.rank > m.rank then r.reason else m.reason end,
     error = coalesce(r.error, m.error), policy = coalesce(r.policy, m.policy), category = coalesce(r.category, m.category),
     failed_at = case when r.ends and r.state <> 'accepted' then r.finished_at else m.failed_at end
   from r where r.kind = 'message' and m.id = r.id
     and (r.state = 'accepted' or exists (select 1 from outbox o where o.id = r.id and o.attempt = r.attempt and o.epoch = r.epoch))`,
);

// Our own send, reported as a message "from me" (Whapi does that, sometimes before it has answered the send): what was
// learned of it under the echo's id becomes our message's.
const JOIN_ECHOES = statement(
  'outbox_join_echoes',
  `with gone as (
     delete from messages e using unnest($1::text[], $2::text[], $3::text[]) as r(channel_id, whatsapp_id, id)
     where e.channel_id = r.channel_id and e.whatsapp_id = r.whatsapp_id and e.id <> r.id and e.direction = 'out' and e.idempotency_key is null and e.reaction is null
       and e.origin in ('phone_app', 'other_app', 'history')
     returning r.id as ours, e.*),
   emojis as (update message_emojis x set message_id = gone.ours from gone where x.message_id = gone.id),
   edits as (update message_edits x set message_id = gone.ours from gone where x.message_id = gone.id),
   files as (update media x set message_id = gone.ours from gone where x.message_id = gone.id),
   last as (update conversations c set last_message_id = gone.ours from gone where c.last_message_id = gone.id)
   update messages m set
     state = case when gone.rank > m.rank then gone.state else m.state end,
     rank = greatest(m.rank, gone.rank), error = coalesce(m.error, gone.error), pricing = coalesce(m.pricing, gone.pricing),
     sent_at = least(m.sent_at, gone.sent_at), delivered_at = least(m.delivered_at, gone.delivered_at),
     read_at = least(m.read_at, gone.read_at), played_at = least(m.played_at, gone.played_at), failed_at = least(m.failed_at, gone.failed_at),
     edited_at = coalesce(gone.edited_at, m.edited_at), revoked_at = least(m.revoked_at, gone.revoked_at), trail = gone.trail || m.trail
   from gone where m.id = gone.ours`,
);

/** An item in one of these leaves the outbox. */
export const ENDS: ReadonlySet<Settled['step']['state']> = new Set(['accepted', 'failed', 'blocked', 'expired']);
const WAITS_AS: Readonly<Record<string, string>> = { paused: 'retry', held: 'retry' };
const RANKS: Readonly<Record<string, number>> = { accepted: 1, failed: 3 };

/** Providers' codes fit; garbage that looks like one must not fail the statement. */
const toCode = (code: number | undefined): number | null => (code === undefined || (code | 0) !== code ? null : code);

/** Whether the attempt counts as one: throttles, pauses and policy cost none. */
export function isSpent(step: Settled['step']): boolean {
  if (step.state === 'retry') return step.spent;
  return step.state !== 'paused' && step.state !== 'held' && step.state !== 'scheduled';
}

/** A message that may not go for so short waits in the queue. */
export const HOLD_MS = 5_000;

/**
 * What may not go for longer leaves the memory: thousands whom a used-up limit puts off must not keep those out who may
 * go. It keeps its place, and comes back when its time is near. What failed waits in memory by the clock that never
 * jumps, unless the provider asks for more than our own longest backoff.
 */
export function isPutOff({ step, finishedAt }: Pick<Settled, 'step' | 'finishedAt'>): boolean {
  if (step.state === 'held') return step.dueAt - finishedAt > HOLD_MS;
  return step.state === 'retry' && step.dueAt - finishedAt > LONGEST_BACKOFF_MS;
}

function toRow(settled: Settled): RowOf<typeof OUTCOME> {
  const { item, step } = settled;
  const failure = 'failure' in step ? step.failure : null;
  const reasons = 'verdict' in step ? toReason(step.verdict) : null;
  return {
    id: item.id,
    workspace_id: settled.workspaceId,
    kind: item.kind,
    attempt: item.attempt,
    epoch: item.epoch,
    started_at: settled.startedAt,
    finished_at: settled.finishedAt,
    outcome: settled.outcome,
    code: toCode(failure?.code),
    detail: failure?.advice ?? null,
    trace_id: failure?.traceId ?? null,
    state: WAITS_AS[step.state] ?? step.state,
    rank: RANKS[step.state] ?? 0,
    reason: failure?.advice ?? reasons,
    error: failure?.error ?? null,
    whatsapp_id: step.state === 'accepted' ? step.whatsappId || null : null,
    due_at: 'dueAt' in step ? step.dueAt : settled.finishedAt,
    spent: isSpent(step),
    is_put_off: isPutOff(settled),
    is_last: step.state === 'ambiguous' && step.isLast,
    policy: settled.verdict,
    ends: ENDS.has(step.state),
    category: settled.category,
    channel_id: settled.channelId,
    lane: item.lane,
  };
}

/** Makes one of messages of ours and what was stored of them as echoes, by channel, WhatsApp id and our id. */
export const joinEchoes = (tx: Transaction, sent: readonly (readonly [string, string, string])[]): Promise<number> =>
  tx.run(
    JOIN_ECHOES,
    [0, 1, 2].map((n) => sent.map((row) => row[n] ?? '')),
  );

/**
 * Stores what came of attempts. An outcome of an attempt that evidence has settled meanwhile, or that belongs to an
 * earlier owner, changes nothing; an acceptance is always believed.
 */
export async function storeSettled(
  tx: Transaction,
  all: readonly Settled[],
  isEchoing: (settled: Settled) => boolean,
): Promise<void> {
  const accepted = all
    .filter(isEchoing)
    .flatMap(({ item, channelId, step }) =>
      step.state === 'accepted' && item.kind === 'message' ? [[channelId, step.whatsappId, item.id] as const] : [],
    );
  await Promise.all([accepted.length > 0 && joinEchoes(tx, accepted), tx.run(SETTLE, outcomes.values(all.map(toRow)))]);
}
