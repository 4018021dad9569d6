import { type Database, statement } from '#kit';

/** A person as the business knows them; of merged contacts the one that was kept. */
export interface ContactRow {
  readonly id: string;
  readonly kind: 'person' | 'group';
  /** The profile's name, as the person typed it. */
  readonly name: string | null;
  /** What the business calls them. */
  readonly givenName: string | null;
  readonly timeZone: string | null;
  /** Counts edits: what an ETag is made of. */
  readonly revision: number;
  readonly createdAt: Date;
  readonly identities: readonly { readonly kind: string; readonly value: string }[];
}

const COLUMNS = `c.id, c.kind, c.name, c.given_name as "givenName", c.time_zone as "timeZone", c.revision, c.created_at as "createdAt",
  (select coalesce(jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value) order by i.seen_at desc, i.kind, i.value), '[]')
   from identities i where i.contact_id = c.id) as identities`;

const FIND = statement(
  'contacts_find',
  `with recursive up as (
     select id, merged_into from contacts where workspace_id = $1 and id = $2
     union select c.id, c.merged_into from up join contacts c on c.id = up.merged_into)
   select ${COLUMNS} from up join contacts c on c.id = up.id where up.merged_into is null`,
);

const PATCH = statement(
  'contacts_patch',
  `update contacts c set revision = revision + 1,
     time_zone = case when $4 then $5 else time_zone end, given_name = case when $6 then $7 else given_name end
   where c.workspace_id = $1 and c.id = $2 and ($3::int is null or c.revision = $3) and c.merged_into is null
   returning ${COLUMNS}`,
);

const KNOWN = statement(
  'contacts_known',
  'select id from contacts where workspace_id = $1 and id = any($2::text[]) for key share',
);

/** Those of the ids that are contacts of the workspace; they cannot go away before the transaction ends. */
export async function findKnown(db: Database, workspaceId: string, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.rows<{ id: string }>(KNOWN, [workspaceId, ids]);
  return new Set(rows.map((row) => row.id));
}

export const findContact = async (db: Database, workspaceId: string, id: string): Promise<ContactRow | null> =>
  (await db.rows<ContactRow>(FIND, [workspaceId, id]))[0] ?? null;

export interface ContactPatch {
  /** Null takes it away, missing leaves it. */
  readonly timeZone?: string | null | undefined;
  readonly givenName?: string | null | undefined;
}

/** Changes what people may change. Null: somebody else changed it since `revision` (null = whatever it is). */
export async function patchContact(
  db: Database,
  at: { readonly workspaceId: string; readonly id: string; readonly revision: number | null },
  { timeZone, givenName }: ContactPatch,
): Promise<ContactRow | null> {
  const changes = [timeZone !== undefined, timeZone ?? null, givenName !== undefined, givenName ?? null];
  const rows = await db.rows<ContactRow>(PATCH, [at.workspaceId, at.id, at.revision, ...changes]);
  return rows[0] ?? null;
}
