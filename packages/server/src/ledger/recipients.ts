import type { Person } from '@wharf/whatsapp';
import { type Database, statement } from '#kit';
import { findContactIds, toIdentities } from './people.ts';
import { toStorableText } from './text.ts';

/** A status as it names its message, and perhaps the person. */
export interface Named {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly whatsappId: string;
  readonly person: Person;
}

/** Whom a message was for. */
export interface Recipient {
  readonly contactId: string;
  /** Null: not a message of ours, or one that is not known yet. */
  readonly messageId: string | null;
  readonly conversationId: string | null;
}

const OF_MESSAGES = statement(
  'recipients_of_messages',
  `select m.channel_id as "channelId", m.whatsapp_id as "whatsappId", m.id as "messageId", m.contact_id as "contactId",
     m.conversation_id as "conversationId"
   from unnest($1::text[], $2::text[]) as w(channel_id, target)
   join messages m on m.channel_id = w.channel_id and m.whatsapp_id = w.target
   where m.direction = 'out' and m.contact_id is not null`,
);

type Row = Recipient & { readonly channelId: string; readonly whatsappId: string };

const keyOf = (one: { readonly channelId: string; readonly whatsappId: string }): string =>
  `${one.channelId}\n${toStorableText(one.whatsappId)}`;

/** By the person, in one statement for all; the surest identity that is known counts. */
async function findByPerson(db: Database, named: readonly Named[]): Promise<Map<Named, Recipient>> {
  const keys = named.flatMap((one) =>
    toIdentities(one.person).map((identity) => ({ one, workspaceId: one.workspaceId, identity })),
  );
  const ids = await findContactIds(db, keys);
  const found = new Map<Named, Recipient>();
  keys.forEach(({ one }, n) => {
    const contactId = ids[n] ?? null;
    if (contactId !== null && !found.has(one)) found.set(one, { contactId, messageId: null, conversationId: null });
  });
  return found;
}

/**
 * Whom the messages that statuses speak of were for, in order: by our own record of the message, else by the person
 * whom the status names, if that is a contact. Null: nobody we know. Nothing is written.
 */
export async function findRecipients(db: Database, named: readonly Named[]): Promise<(Recipient | null)[]> {
  if (named.length === 0) return [];
  const ids = named.map(({ whatsappId }) => toStorableText(whatsappId));
  const rows = await db.rows<Row>(OF_MESSAGES, [named.map(({ channelId }) => channelId), ids]);
  const found = new Map(rows.map((row) => [keyOf(row), row]));
  const people = await findByPerson(
    db,
    named.filter((one) => !found.has(keyOf(one))),
  );
  return named.map((one) => found.get(keyOf(one)) ?? people.get(one) ?? null);
}
