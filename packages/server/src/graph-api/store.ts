import { type Database, statement } from '#kit';

/** What became of a message, as far as it is settled, or put off. */
export interface Outcome {
  readonly id: string;
  readonly state: string;
  readonly whatsappId: string | null;
  readonly reason: string | null;
  /** The provider's own words. */
  readonly error: {
    readonly code?: number;
    readonly title?: string;
    readonly message?: string;
    readonly details?: string;
  } | null;
  /** Of the last attempt. */
  readonly code: number | null;
  readonly policy: {
    readonly reasons?: readonly {
      readonly rule: string;
      readonly effect: string;
      readonly text: string;
      readonly code?: string;
    }[];
  } | null;
}

// A message that was accepted and has failed since has its WhatsApp id: the caller hears of the rest by webhook, as ever.
const OUTCOMES = statement(
  'graph_outcomes',
  `select id, state, whatsapp_id as "whatsappId", reason, error, policy,
     (select a.code from attempts a where a.message_id = m.id order by a.attempt desc limit 1) as code
   from messages m
   where id = any($1::text[]) and (whatsapp_id is not null or state in ('failed', 'blocked', 'expired', 'cancelled', 'scheduled'))`,
);

const NAMED = statement(
  'graph_named',
  `select id, state, whatsapp_id as "whatsappId" from messages where workspace_id = $1 and channel_id = $2 and id = any($3::text[])`,
);

const GROUP = statement(
  'graph_group',
  `select c.id from identities i join conversations c on c.contact_id = i.contact_id and c.channel_id = $2
   where i.workspace_id = $1 and i.kind = 'group' and i.value = $3`,
);

const WRITTEN_FROM = statement(
  'graph_written_from',
  `select i.value from identities i where i.workspace_id = $1 and i.kind = 'phone' and i.value = any($2::text[])
     and exists (select 1 from channels ch join conversations c on c.channel_id = ch.id and c.contact_id = i.contact_id
                 where ch.workspace_id = $1 and c.last_inbound_at is not null)`,
);

/** Those of these numbers that somebody has written from. */
export const findWrittenFrom = async (
  db: Database,
  workspaceId: string,
  numbers: readonly string[],
): Promise<string[]> =>
  (await db.rows<{ value: string }>(WRITTEN_FROM, [workspaceId, numbers])).map(({ value }) => value);

/** Of these messages, those that are settled or put off. */
export const readOutcomes = (db: Database, ids: readonly string[]): Promise<Outcome[]> =>
  db.rows<Outcome>(OUTCOMES, [ids]);

interface Place {
  readonly id: string;
  readonly workspaceId: string;
}

/** Messages of a channel by our ids. */
export const findNamed = (
  db: Database,
  { workspaceId, id }: Place,
  ids: readonly string[],
): Promise<{ id: string; state: string; whatsappId: string | null }[]> => db.rows(NAMED, [workspaceId, id, ids]);

/** The conversation of a group that has been heard of. */
export const findGroup = async (db: Database, { workspaceId, id }: Place, groupId: string): Promise<string | null> =>
  (await db.rows<{ id: string }>(GROUP, [workspaceId, id, groupId]))[0]?.id ?? null;
