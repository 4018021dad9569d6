import { type Database, statement } from '#kit';

export interface QuarantineRow {
  readonly id: string;
  readonly position: number;
  readonly eventId: string;
  readonly kind: string;
  readonly stage: 'fold' | 'reaction';
  readonly reaction: string | null;
  readonly reason: string;
  readonly stack: string | null;
  readonly attempts: number;
  readonly at: Date;
  readonly state: 'open' | 'replayed' | 'discarded';
}

const COLUMNS = `id, position, event_id as "eventId", kind, stage, reaction, reason, stack, attempts, at, state`;

const LIST = statement(
  'api_quarantine',
  `select ${COLUMNS} from quarantine where workspace_id = $1 and ($2::text is null or id < $2)
   order by id desc limit $3`,
);

const LIST_STATE = statement(
  'api_quarantine_state',
  `select ${COLUMNS} from quarantine where workspace_id = $1 and state = $4 and ($2::text is null or id < $2)
   order by id desc limit $3`,
);

const ONE = statement('api_quarantine_one', `select ${COLUMNS} from quarantine where workspace_id = $1 and id = $2`);

const AT = statement(
  'api_quarantine_at',
  `select ${COLUMNS} from quarantine where workspace_id = $1 and position = $2 order by id`,
);

/** Newest first; at most `limit` rows. */
export function listQuarantine(
  db: Database,
  workspaceId: string,
  query: {
    readonly state?: QuarantineRow['state'] | undefined;
    readonly after: string | undefined;
    readonly limit: number;
  },
): Promise<QuarantineRow[]> {
  const values = [workspaceId, query.after ?? null, query.limit];
  if (query.state === undefined) return db.rows<QuarantineRow>(LIST, values);
  return db.rows<QuarantineRow>(LIST_STATE, [...values, query.state]);
}

export const findQuarantined = async (db: Database, workspaceId: string, id: string): Promise<QuarantineRow | null> =>
  (await db.rows<QuarantineRow>(ONE, [workspaceId, id]))[0] ?? null;

export const listQuarantineAt = (db: Database, workspaceId: string, position: number): Promise<QuarantineRow[]> =>
  db.rows<QuarantineRow>(AT, [workspaceId, position]);
