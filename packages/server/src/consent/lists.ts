import { type Database, statement } from '#kit';
import type { Source } from './hear.ts';
import { FAMILY } from './store.ts';
import type { Purpose } from './words.ts';

/** What a contact's evidence comes to, for lists. */
export interface ConsentRow {
  readonly contactId: string;
  /** The contact this one was folded into: that one's answers and these count together. */
  readonly mergedInto: string | null;
  readonly purpose: Purpose;
  readonly state: 'in' | 'out' | 'unknown';
  readonly at: Date;
  readonly source: Source;
}

export interface ConsentFilter {
  readonly contactId?: string | undefined;
  readonly purpose?: Purpose | undefined;
  readonly state?: ConsentRow['state'] | undefined;
}

const COLUMNS = `c.contact_id as "contactId", (select p.merged_into from contacts p where p.id = c.contact_id) as "mergedInto",
  c.purpose, c.state, c.at, c.source`;

// $1 workspace, $2 and $3 after, $4 limit, $5 purpose
const BELOW = `c.workspace_id = $1 and (c.contact_id, c.purpose) > ($2, $3) and ($5::text is null or c.purpose = $5)`;
const ORDER = 'order by c.contact_id, c.purpose limit $4';

const LIST = statement('consents_list', `select ${COLUMNS} from consents c where ${BELOW} ${ORDER}`);

const LIST_STATE = statement(
  'consents_list_state',
  `select ${COLUMNS} from consents c where ${BELOW} and c.state = $6 ${ORDER}`,
);

const LIST_CONTACT = statement(
  'consents_list_contact',
  `select ${COLUMNS} from consents c where ${BELOW} and c.contact_id = $6 and ($7::text is null or c.state = $7) ${ORDER}`,
);

/** In the order of contacts (the order of their making); at most `limit` rows. */
export function listConsents(
  db: Database,
  workspaceId: string,
  query: {
    readonly filter: ConsentFilter;
    readonly after: readonly [contactId: string, purpose: string] | undefined;
    readonly limit: number;
  },
): Promise<ConsentRow[]> {
  const { filter, limit } = query;
  const [contactId, purpose] = query.after ?? ['', ''];
  const values = [workspaceId, contactId, purpose, limit, filter.purpose ?? null];
  if (filter.contactId !== undefined) {
    return db.rows<ConsentRow>(LIST_CONTACT, [...values, filter.contactId, filter.state ?? null]);
  }
  if (filter.state !== undefined) return db.rows<ConsentRow>(LIST_STATE, [...values, filter.state]);
  return db.rows<ConsentRow>(LIST, values);
}

/** One thing said, as it was written down. */
export interface EvidenceRow {
  readonly id: number;
  readonly contactId: string;
  readonly purpose: Purpose;
  readonly state: 'in' | 'out' | 'unknown' | 'resume';
  readonly at: Date;
  readonly source: Source;
  readonly text: string | null;
  readonly language: string | null;
  readonly eventId: string | null;
  readonly keyId: string | null;
  readonly channelId: string | null;
  readonly conversationId: string | null;
  readonly recordedAt: Date;
}

const EVIDENCE = statement(
  'consents_evidence',
  `with ${FAMILY}
   select l.id, l.contact_id as "contactId", l.purpose, l.state, l.at, l.source, l.text, l.language, l.event_id as "eventId",
     l.key_id as "keyId", l.channel_id as "channelId", l.conversation_id as "conversationId", l.recorded_at as "recordedAt"
   from consent_log l
   where l.workspace_id = $2 and l.contact_id in (select id from family) and ($3::bigint is null or l.id < $3)
   order by l.id desc limit $4`,
);

/** All that a person said, also as contacts that were merged; the latest learned first, at most `limit` rows. */
export const listEvidence = (
  db: Database,
  workspaceId: string,
  query: { readonly contactId: string; readonly below: number | undefined; readonly limit: number },
): Promise<EvidenceRow[]> =>
  db.rows<EvidenceRow>(EVIDENCE, [[query.contactId], workspaceId, query.below ?? null, query.limit]);
