import { type Database, statement, type Transaction } from '#kit';

/** Where an answer goes. */
export interface Target {
  readonly id: string;
  readonly workspaceId: string;
  readonly channelId: string;
  readonly contactId: string;
  readonly lane: string;
  readonly address: { readonly to?: string; readonly recipient?: string; readonly group?: boolean };
  readonly owner: string;
  /** Provider's time of the person's last message, Unix ms; null: never wrote. */
  readonly lastInboundAt: number | null;
  /** When the person last came by an advertisement, Unix ms. */
  readonly entryAt: number | null;
}

// In the order in which the walk touches conversations (see there): one that both want is waited for, not died on.
const TARGETS = statement(
  'targets',
  `select id, workspace_id as "workspaceId", channel_id as "channelId", contact_id as "contactId", lane, address, owner,
     (extract(epoch from last_inbound_at) * 1000)::bigint as "lastInboundAt", (extract(epoch from entry_at) * 1000)::bigint as "entryAt" from conversations where id = any($1::text[])
   order by channel_id, contact_id for no key update`,
);

/** The addresses of conversations that are about to be written to, by id; nulls are passed over. */
export async function lockTargets(tx: Transaction, ids: readonly (string | null)[]): Promise<Map<string, Target>> {
  const wanted = [...new Set(ids.filter((id) => id !== null))];
  if (wanted.length === 0) return new Map();
  const rows = await tx.rows<Target>(TARGETS, [wanted]);
  return new Map(rows.map((row) => [row.id, row]));
}

const COLUMNS = `c.id, c.workspace_id as "workspaceId", c.channel_id as "channelId", c.contact_id as "contactId", c.lane, c.address, c.owner,
     (extract(epoch from c.last_inbound_at) * 1000)::bigint as "lastInboundAt", (extract(epoch from c.entry_at) * 1000)::bigint as "entryAt"`;

const FIND = statement(
  'targets_find',
  `select ${COLUMNS} from conversations c where c.id = any($1::text[])
   union
   select ${COLUMNS} from unnest($2::text[], $3::text[]) as w(channel_id, contact_id)
   join conversations c on c.channel_id = w.channel_id and c.contact_id = w.contact_id`,
);

/** Conversations by id, and those of a contact on a channel, as they are now; nothing is locked. */
export const findTargets = (
  db: Database,
  ids: readonly string[],
  pairs: readonly { readonly channelId: string; readonly contactId: string }[],
): Promise<Target[]> =>
  db.rows<Target>(FIND, [ids, pairs.map(({ channelId }) => channelId), pairs.map(({ contactId }) => contactId)]);
