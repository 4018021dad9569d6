import { type Database, statement } from '#kit';

/** Where an answer goes. */
export interface Target {
  readonly id: string;
  readonly workspaceId: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly lane: string;
  readonly address: { readonly to?: string; readonly recipient?: string; readonly group?: boolean };
}

const TARGETS = statement(
  'targets',
  `select id, workspace_id as "workspaceId", channel_id as "channelId", contact_id as "contactId", lane, address from conversations where id = any($1::text[])`,
);

/** The addresses of conversations, by id; nulls are passed over. */
export async function conversationTargets(db: Database, ids: readonly (string | null)[]): Promise<Map<string, Target>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await db.rows<Target>(TARGETS, [wanted]);
  return new Map(rows.map((row) => [row.id, row]));
}
