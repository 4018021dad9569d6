import { type Database, statement, toJson } from '#kit';
import { DEFAULT_POLICY, type PolicySettings } from './policy.ts';

/** Settings with the version that an edit must name. */
export interface Versioned<T> {
  readonly value: T;
  /** 0: nobody has changed them yet. */
  readonly version: number;
}

const KEY = 'policy';

const READ = statement('settings_read', 'select value, version from settings where workspace_id = $1 and key = $2');

const WRITE = statement(
  'settings_write',
  `insert into settings as s (workspace_id, key, value, updated_at)
   select $1, $2, $3::jsonb, to_timestamp($4::float8 / 1000) where coalesce($5::bigint, 0) = 0 or exists (select 1 from settings where workspace_id = $1 and key = $2)
   on conflict (workspace_id, key) do update set value = excluded.value, version = s.version + 1, updated_at = excluded.updated_at
   where $5::bigint is null or s.version = $5::bigint
   returning version`,
);

export async function readPolicy(db: Database, workspaceId: string): Promise<Versioned<PolicySettings>> {
  const [row] = await db.rows<Versioned<Partial<PolicySettings>>>(READ, [workspaceId, KEY]);
  return { value: { ...DEFAULT_POLICY, ...row?.value }, version: row?.version ?? 0 };
}

/** Replaces the settings; null when they are not of this version any more. Without a version whatever is there is replaced. */
export async function writePolicy(
  db: Database,
  workspaceId: string,
  edit: { readonly value: PolicySettings; readonly version: number | null; readonly nowMs: number },
): Promise<Versioned<PolicySettings> | null> {
  const values = [workspaceId, KEY, toJson(edit.value), edit.nowMs, edit.version];
  const [row] = await db.rows<{ version: number }>(WRITE, values);
  return row ? { value: edit.value, version: row.version } : null;
}
