import { type Database, makeColumns, makeId, statement, toJson, toReason, type Transaction } from '#kit';
import type { Result, Task } from './run.ts';

const TASKS = makeColumns({
  position: 'bigint',
  reaction: 'text',
  workspace_id: 'text',
  shard: 'smallint',
  lane: 'text',
  event_id: 'text',
  received_at: 'timestamptz',
  delivery: 'int',
  pointer: 'text',
  channel_id: 'text',
  conversation_id: 'text',
  contact_id: 'text',
  message_id: 'text',
  owner_epoch: 'bigint',
});

const STORE = statement(
  'reactions_store',
  `insert into reaction_tasks (position, reaction, workspace_id, shard, lane, event_id, received_at, delivery, pointer,
                               channel_id, conversation_id, contact_id, message_id, owner_epoch)
   select * from ${TASKS.from('t')}
   on conflict do nothing`,
);

const TASK_COLUMNS = `position, reaction, workspace_id as "workspaceId", shard, lane, event_id as "eventId", received_at as "receivedAt",
  delivery, pointer, channel_id as "channelId", conversation_id as "conversationId", contact_id as "contactId",
  message_id as "messageId", owner_epoch as "ownerEpoch", attempts, deaths,
  coalesce((select owner from conversations c where c.id = t.conversation_id), 'bot') as owner`;

/** Deaths after which a lane's tasks are run alone, each counted before it begins (see probation.ts). */
export const SUSPECTED = 2;

// The head of a lane was running when its process ended, or the one behind a head whose result was not committed yet. Who is
// suspected is not counted here any more: it was, if it had begun.
const CLAIM = statement(
  'reactions_claim',
  `with heads as (select distinct on (channel_id, lane) position, reaction from reaction_tasks
                  where shard = any($2::smallint[]) and attempts > 0 order by channel_id, lane, position),
        counted as (update reaction_tasks t set deaths = deaths + 1 from heads h
                    where t.position = h.position and t.reaction = h.reaction and t.deaths < $3)
   select ${TASK_COLUMNS} from reaction_tasks t where shard = any($1::smallint[]) and attempts > 0 order by position`,
);

const LOAD = statement(
  'reactions_load',
  `select ${TASK_COLUMNS} from reaction_tasks t where shard = any($1::smallint[]) and attempts > 0 order by position`,
);

const CLAIM_REPLAYED = statement(
  'reactions_claim_replayed',
  `update reaction_tasks t set attempts = 1 where attempts = 0 and shard = any($1::smallint[]) returning ${TASK_COLUMNS}`,
);

const FINISH = statement(
  'reactions_finish',
  `delete from reaction_tasks t using unnest($1::bigint[], $2::text[]) as d(position, reaction)
   where t.position = d.position and t.reaction = d.reaction`,
);

const RETRY = statement(
  'reactions_retry',
  `update reaction_tasks t set attempts = d.attempts + 1, not_before = d.not_before, deaths = 0
   from jsonb_to_recordset($1::jsonb) as d(position bigint, reaction text, attempts int, not_before timestamptz)
   where t.position = d.position and t.reaction = d.reaction`,
);

const RUNS = makeColumns({
  position: 'bigint',
  reaction: 'text',
  workspace_id: 'text',
  state: 'text',
  attempts: 'int',
  took_ms: 'real',
  error: 'text',
  notes: 'jsonb',
  at: 'timestamptz',
});

const RECORD = statement(
  'reactions_record',
  `insert into reaction_runs (position, reaction, workspace_id, state, attempts, took_ms, error, notes, at)
   select * from ${RUNS.from('r')}
   on conflict (position, reaction) do update set state = excluded.state, attempts = excluded.attempts, took_ms = excluded.took_ms,
     error = excluded.error, notes = excluded.notes, at = excluded.at`,
);

const QUARANTINE = statement(
  'reactions_quarantine',
  `insert into quarantine (id, workspace_id, position, event_id, kind, stage, reaction, reason, stack, attempts, task)
   select q.id, q.workspace_id, q.position, q.event_id, q.kind, 'reaction', q.reaction, q.reason, q.stack, q.attempts, to_jsonb(t)
   from jsonb_to_recordset($1::jsonb) as q(id text, workspace_id text, position bigint, event_id text, kind text, reaction text, reason text, stack text, attempts int)
   join reaction_tasks t on t.position = q.position and t.reaction = q.reaction`,
);

/** A task as it was stored, its event still to be read from the delivery it points into. */
export interface StoredTask extends Omit<Task, 'event' | 'view'> {
  readonly eventId: string;
  readonly pointer: string;
  readonly conversationId: string | null;
  readonly contactId: string | null;
  readonly messageId: string | null;
  readonly ownerEpoch: number | null;
  readonly owner: string;
  /** Times it was at the head of its lane when its process ended. */
  readonly deaths: number;
}

export async function storeTasks(db: Database, tasks: readonly Task[]): Promise<void> {
  if (tasks.length === 0) return;
  const rows = tasks.map((task) => ({
    position: task.position,
    reaction: task.reaction,
    workspace_id: task.workspaceId,
    shard: task.shard,
    lane: task.lane,
    event_id: task.event.id,
    received_at: task.receivedAt,
    delivery: task.delivery,
    pointer: task.event.pointer,
    channel_id: task.channelId,
    conversation_id: task.view.conversationId,
    contact_id: task.view.contactId,
    message_id: task.view.messageId,
    owner_epoch: task.view.ownerEpoch,
  }));
  await db.run(STORE, TASKS.values(rows));
}

/** The unfinished tasks of newly leased shards, in journal order. `abandoned`: those among them whose owner died. */
export const claimTasks = (
  db: Database,
  shards: readonly number[],
  abandoned: readonly number[],
): Promise<StoredTask[]> => db.rows<StoredTask>(CLAIM, [shards, abandoned, SUSPECTED]);

const COUNT_RUN = statement(
  'reactions_count_run',
  'update reaction_tasks set deaths = deaths + 1 where position = $1 and reaction = $2',
);

/** Counts a run as if it were to end its process; it is taken back by the commit of what came of it. */
export async function countRun(
  tx: Transaction,
  { position, reaction }: Pick<Task, 'position' | 'reaction'>,
): Promise<void> {
  await tx.run(COUNT_RUN, [position, reaction]);
}

/** The unfinished tasks of shards that are still held, in journal order: nobody died. */
export const loadTasks = (db: Database, shards: readonly number[]): Promise<StoredTask[]> =>
  db.rows<StoredTask>(LOAD, [shards]);

/** Tasks that a replay has put back since the last call. */
export const claimReplayed = (db: Database, shards: readonly number[]): Promise<StoredTask[]> =>
  db.rows<StoredTask>(CLAIM_REPLAYED, [shards]);

const STATE = { done: 'done', retry: 'retrying', quarantine: 'quarantined' } as const;
const clean = (text: string | null | undefined): string | null =>
  text?.replaceAll('\u0000', '\ufffd').toWellFormed() ?? null;

const toRun = (result: Result, nowMs: number) => ({
  position: result.task.position,
  reaction: result.task.reaction,
  workspace_id: result.task.workspaceId,
  state: STATE[result.outcome],
  attempts: result.task.attempts,
  took_ms: result.tookMs,
  error: clean(result.error?.reason),
  notes: result.notes.length > 0 ? result.notes : null,
  at: nowMs,
});

const toQuarantined = (result: Result, nowMs: number) => ({
  id: makeId('qua', nowMs),
  workspace_id: result.task.workspaceId,
  position: result.task.position,
  event_id: result.task.event.id,
  kind: result.task.event.kind,
  reaction: result.task.reaction,
  reason: clean(result.error?.reason) ?? 'unknown',
  stack: clean(result.error?.stack),
  attempts: result.task.attempts,
});

const toRetry = (result: Result, nowMs: number) => ({
  position: result.task.position,
  reaction: result.task.reaction,
  attempts: result.task.attempts,
  not_before: new Date(result.notBefore ?? nowMs).toISOString(),
});

/** Writes what came of runs: finished tasks leave, failed ones wait or are set aside. Intents are the caller's. */
export async function settleResults(tx: Transaction, results: readonly Result[], nowMs: number): Promise<void> {
  if (results.length === 0) return;
  const ended = results.filter((result) => result.outcome !== 'retry');
  const retried = results.filter((result) => result.outcome === 'retry').map((result) => toRetry(result, nowMs));
  const poisoned = results
    .filter((result) => result.outcome === 'quarantine')
    .map((result) => toQuarantined(result, nowMs));
  // One run may appear twice (retried, then done) in one batch: the last word counts.
  const runs = new Map(
    results.map((result) => [`${result.task.position} ${result.task.reaction}`, toRun(result, nowMs)]),
  );
  await Promise.all([
    poisoned.length > 0 && tx.run(QUARANTINE, [toJson(poisoned)]),
    ended.length > 0 && tx.run(FINISH, [ended.map((r) => r.task.position), ended.map((r) => r.task.reaction)]),
    retried.length > 0 && tx.run(RETRY, [toJson(retried)]),
    tx.run(RECORD, RUNS.values([...runs.values()])),
  ]);
}

const QUARANTINE_ROW = statement(
  'reactions_quarantine_row',
  `insert into quarantine (id, workspace_id, position, event_id, kind, stage, reason, stack, attempts) values ($1, $2, $3, $4, $5, 'fold', $6, $7, 1)`,
);

/** Sets an event aside that could not even be folded. */
export async function quarantineRow(
  db: Database,
  row: { workspaceId: string; position: number; eventId: string; kind: string },
  error: unknown,
  nowMs: number,
): Promise<void> {
  const stack = error instanceof Error ? clean(error.stack) : null;
  await db.run(QUARANTINE_ROW, [
    makeId('qua', nowMs),
    row.workspaceId,
    row.position,
    row.eventId,
    row.kind,
    clean(toReason(error)),
    stack,
  ]);
}

const CLAIM_QUARANTINED = statement(
  'reactions_claim_quarantined',
  `update quarantine set state = $2 where id = $1 and state = 'open' returning stage, position`,
);

// attempts 0: whoever holds the shard takes it up at its next turn.
const REPLAY_TASK = statement(
  'reactions_replay_task',
  `insert into reaction_tasks select (jsonb_populate_record(null::reaction_tasks, q.task || '{"attempts": 0, "deaths": 0, "not_before": null}')).*
   from quarantine q where q.id = $1 and q.task is not null on conflict do nothing`,
);

/** Closes an open quarantine entry; null when it is not open any more. */
export async function claimQuarantined(
  db: Database,
  id: string,
  state: 'replayed' | 'discarded',
): Promise<{ stage: 'fold' | 'reaction'; position: number } | null> {
  return (await db.rows<{ stage: 'fold' | 'reaction'; position: number }>(CLAIM_QUARANTINED, [id, state]))[0] ?? null;
}

export async function replayTask(db: Database, quarantineId: string): Promise<void> {
  await db.run(REPLAY_TASK, [quarantineId]);
}

const COUNT_QUARANTINED = statement(
  'reactions_count_quarantined',
  `select count(*)::int as open from quarantine where state = 'open'`,
);

/** Entries that nobody has looked after yet. */
export async function countQuarantined(db: Database): Promise<number> {
  return (await db.rows<{ open: number }>(COUNT_QUARANTINED))[0]?.open ?? 0;
}
