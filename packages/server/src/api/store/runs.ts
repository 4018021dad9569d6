import { type Database, statement } from '#kit';

/** What one reaction made of one event. */
export interface RunRow {
  readonly name: string;
  readonly state: 'waiting' | 'done' | 'retrying' | 'quarantined';
  readonly attempts: number;
  readonly at: Date | null;
  readonly tookMs: number | null;
  readonly error: string | null;
  readonly notes: readonly { readonly name: string; readonly data: unknown }[] | null;
  readonly messageIds: readonly string[];
}

// A task without a run has not been tried; with a finished run it was put back by a replay.
const RUNS = statement(
  'api_runs',
  `select coalesce(r.reaction, t.reaction) as name, coalesce(r.attempts, t.attempts) as attempts, r.at, r.took_ms as "tookMs", r.error, r.notes,
     case when t.reaction is null or r.state = 'retrying' then r.state else 'waiting' end as state,
     array(select m.id from messages m where m.position = $2 and m.workspace_id = $1 and m.reaction = coalesce(r.reaction, t.reaction) order by m.id) as "messageIds"
   from (select * from reaction_runs where position = $2 and workspace_id = $1) r
   full join (select * from reaction_tasks where position = $2 and workspace_id = $1) t on t.reaction = r.reaction
   order by 1`,
);

export const listRuns = (db: Database, workspaceId: string, position: number): Promise<RunRow[]> =>
  db.rows<RunRow>(RUNS, [workspaceId, position]);
