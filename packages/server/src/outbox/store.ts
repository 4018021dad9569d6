import type { OutgoingMessage, Recipient } from '@wharf/whatsapp';
import { type Database, type Lease, statement } from '#kit';
import type { NextStep } from './outcome.ts';
import type { Verdict } from './policy.ts';
import type { Queued } from './queue.ts';

/** A claimed item with all that is needed to decide on it and to send it. */
export interface Claimed {
  readonly id: string;
  readonly kind: 'message' | 'read';
  readonly lane: string;
  readonly attempt: number;
  readonly address: Recipient;
  readonly payload: OutgoingMessage | { readonly messageId: string; readonly typing: boolean };
  readonly origin: string | null;
  readonly owner: string | null;
  readonly lastInboundAt: number | null;
}

/** What came of one attempt, to be stored. */
export interface Settled {
  readonly item: Claimed;
  readonly channelId: string;
  readonly workspaceId: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly outcome: string;
  readonly step:
    | NextStep
    | { readonly state: 'blocked'; readonly verdict: Verdict }
    | { readonly state: 'deferred'; readonly dueAt: number; readonly verdict: Verdict };
  readonly verdict: Verdict | null;
}

const QUEUED_COLUMNS = `id, seq, lane, class, kind, (extract(epoch from due_at) * 1000)::bigint as "dueAt"`;

const LOAD = statement(
  'outbox_load',
  `select ${QUEUED_COLUMNS} from outbox
   where channel_id = $1 and state in ('queued', 'retry') and not (id = any($2::text[]))
   order by class, seq limit $3`,
);

// A row left in `sending` by an earlier epoch may or may not have reached the provider: only evidence can tell.
const ADOPT = statement(
  'outbox_adopt',
  `update outbox set state = case when kind = 'read' then 'retry' else 'ambiguous' end, due_at = to_timestamp($3::float8 / 1000)
   where channel_id = $1 and state = 'sending' and epoch < $2 returning id`,
);

const RECENT = statement(
  'outbox_recent',
  `select c.lane, (extract(epoch from a.started_at) * 1000)::bigint as at
   from attempts a join messages m on m.id = a.message_id join conversations c on c.id = m.conversation_id
   where a.started_at > now() - interval '270 seconds' and m.channel_id = $1 order by a.started_at`,
);

const CLAIM = statement(
  'outbox_claim',
  `with held as (select 1 from leases where name = $1 and epoch = $2 for share)
   update outbox o set state = 'sending', attempt = o.attempt + 1, epoch = $2
   where o.id = any($3::text[]) and o.state in ('queued', 'retry') and exists (select 1 from held)
   returning o.id, o.kind, o.lane, o.attempt, o.address, o.payload,
     (select m.origin from messages m where m.id = o.id) as origin,
     (select c.owner from messages m join conversations c on c.id = m.conversation_id where m.id = o.id) as owner,
     (select (extract(epoch from c.last_inbound_at) * 1000)::bigint from messages m join conversations c on c.id = m.conversation_id where m.id = o.id) as "lastInboundAt"`,
);

const SETTLE = statement(
  'outbox_settle',
  `with r as (
     select * from jsonb_to_recordset($1::jsonb) as r(id text, workspace_id text, kind text, attempt int, started_at timestamptz, finished_at timestamptz,
       outcome text, code int, detail text, trace_id text, state text, rank smallint, reason text, error jsonb, whatsapp_id text, due_at timestamptz,
       spent boolean, policy jsonb, ends boolean)),
   ended as (delete from outbox o using r where o.id = r.id and r.ends and o.attempt = r.attempt),
   waiting as (
     update outbox o set state = r.state, due_at = r.due_at, attempt = o.attempt - case when r.spent then 0 else 1 end
     from r where o.id = r.id and not r.ends and o.attempt = r.attempt),
   tried as (
     insert into attempts (message_id, attempt, workspace_id, started_at, finished_at, outcome, code, detail, trace_id)
     select id, attempt, workspace_id, started_at, finished_at, outcome, code, detail, trace_id from r where kind = 'message' and outcome <> 'policy'
     on conflict (message_id, attempt) do update set finished_at = excluded.finished_at, outcome = excluded.outcome, code = excluded.code, detail = excluded.detail)
   update messages m set
     whatsapp_id = coalesce(m.whatsapp_id, r.whatsapp_id),
     state = case when m.rank = 0 or r.rank > m.rank then r.state else m.state end,
     rank = greatest(m.rank, r.rank),
     reason = case when m.rank = 0 or r.rank > m.rank then r.reason else m.reason end,
     error = coalesce(r.error, m.error), policy = coalesce(r.policy, m.policy),
     failed_at = case when r.state = 'failed' then r.finished_at else m.failed_at end
   from r where r.kind = 'message' and m.id = r.id`,
);

// Whapi reports our own sends as messages "from me", sometimes before it has answered the send.
const FORGET_ECHOES = statement(
  'outbox_forget_echoes',
  `delete from messages e using unnest($1::text[], $2::text[], $3::text[]) as r(channel_id, whatsapp_id, id)
   where e.channel_id = r.channel_id and e.whatsapp_id = r.whatsapp_id and e.id <> r.id and e.origin = 'phone_app'`,
);

const EVIDENCE = statement(
  'outbox_evidence',
  'delete from outbox where id = any($1::text[]) returning id, channel_id as "channelId"',
);

// No word came within the grace: a reply is worth a second try; a template costs money and patience, so it is not.
const RESOLVE = statement(
  'outbox_resolve',
  `with due as (select id, payload->>'type' = 'template' or $3 as gives_up from outbox
                where channel_id = $1 and state = 'ambiguous' and due_at <= to_timestamp($2::float8 / 1000)),
   given_up as (delete from outbox o using due where o.id = due.id and due.gives_up returning o.id),
   again as (update outbox o set state = 'retry' from due where o.id = due.id and not due.gives_up returning o.id),
   told as (update messages m set state = 'failed', rank = 3, reason = 'The answer was lost and no status came: not known whether it was sent'
            from given_up g where m.id = g.id),
   retold as (update messages m set state = 'retry', reason = 'The answer was lost and no status came: sending again' from again a where m.id = a.id)
   select id, true as ends from given_up union all select id, false from again`,
);

const PAUSE = statement(
  'outbox_pause_channel',
  `update channels set state = 'paused', state_reason = $2 where id = $1 and state = 'active'`,
);

export const loadQueued = (
  db: Database,
  channelId: string,
  known: readonly string[],
  limit: number,
): Promise<Queued[]> => db.rows<Queued>(LOAD, [channelId, known, limit]);

export const adoptUnsettled = (
  db: Database,
  channelId: string,
  epoch: number,
  dueAt: number,
): Promise<{ id: string }[]> => db.rows<{ id: string }>(ADOPT, [channelId, epoch, dueAt]);

export const loadRecent = (db: Database, channelId: string): Promise<{ lane: string; at: number }[]> =>
  db.rows(RECENT, [channelId]);

/** Marks items as being sent, if the lease still holds. What is not returned was cancelled, settled or taken over. */
export const claimItems = (db: Database, lease: Lease, ids: readonly string[]): Promise<Claimed[]> =>
  db.rows<Claimed>(CLAIM, [lease.name, lease.epoch, ids]);

const ENDS: ReadonlySet<string> = new Set(['accepted', 'failed', 'blocked']);
const WAITS_AS: Readonly<Record<string, string>> = {
  retry: 'retry',
  ambiguous: 'ambiguous',
  paused: 'retry',
  deferred: 'retry',
};
const RANKS: Readonly<Record<string, number>> = { accepted: 1, failed: 3 };

const time = (ms: number): string => new Date(ms).toISOString();

function toRow(settled: Settled): object {
  const { item, step } = settled;
  const failure = 'failure' in step ? step.failure : null;
  const reasons = 'verdict' in step ? step.verdict.reasons.join('; ') : null;
  return {
    id: item.id,
    workspace_id: settled.workspaceId,
    kind: item.kind,
    attempt: item.attempt,
    started_at: time(settled.startedAt),
    finished_at: time(settled.finishedAt),
    outcome: settled.outcome,
    code: failure?.code ?? null,
    detail: failure?.advice ?? null,
    trace_id: failure?.traceId ?? null,
    state: WAITS_AS[step.state] ?? step.state,
    rank: RANKS[step.state] ?? 0,
    reason: failure?.advice ?? reasons,
    error: failure?.error ?? null,
    whatsapp_id: step.state === 'accepted' ? step.whatsappId : null,
    due_at: time('dueAt' in step ? step.dueAt : settled.finishedAt),
    spent: !(step.state === 'paused' || step.state === 'deferred' || (step.state === 'retry' && !step.spent)),
    policy: settled.verdict,
    ends: ENDS.has(step.state) || (step.state === 'ambiguous' && item.kind === 'read'),
  };
}

/** Stores what came of attempts. An outcome of an attempt that evidence has settled meanwhile changes nothing. */
export async function storeSettled(tx: Database, all: readonly Settled[], isEchoing: boolean): Promise<void> {
  const accepted = all.filter((settled) => settled.step.state === 'accepted' && settled.item.kind === 'message');
  if (isEchoing && accepted.length > 0) {
    const ids = accepted.map((s) => (s.step.state === 'accepted' ? s.step.whatsappId : ''));
    await tx.run(FORGET_ECHOES, [accepted.map((s) => s.channelId), ids, accepted.map((s) => s.item.id)]);
  }
  const rows = JSON.stringify(all.map(toRow), (_k, v: unknown) =>
    typeof v === 'string' ? v.replaceAll('\u0000', '\ufffd').toWellFormed() : v,
  );
  await tx.run(SETTLE, [rows]);
}

/** A status named these messages: whatever became of our answer, they arrived. */
export const settleByEvidence = (tx: Database, ids: readonly string[]): Promise<{ id: string; channelId: string }[]> =>
  ids.length === 0 ? Promise.resolve([]) : tx.rows(EVIDENCE, [ids]);

export const resolveAmbiguous = (
  db: Database,
  channelId: string,
  nowMs: number,
  givesUp: boolean,
): Promise<{ id: string; ends: boolean }[]> => db.rows(RESOLVE, [channelId, nowMs, givesUp]);

export const pauseChannel = (db: Database, channelId: string, reason: string): Promise<number> =>
  db.run(PAUSE, [channelId, reason.slice(0, 500)]);
