import type { Person } from '@wharf/whatsapp';
import { type Database, makeId, statement } from '#kit';
import { toStorableText } from './text.ts';

/** A way to recognise someone. Sorted by trust: a BSUID names one person, a phone may change hands. */
export interface Identity {
  readonly kind: 'bsuid' | 'parent_bsuid' | 'lid' | 'phone' | 'group';
  readonly value: string;
}

export interface Sighting {
  readonly workspaceId: string;
  readonly eventId: string;
  readonly identities: readonly Identity[];
  readonly name: string | null;
}

/** The identities a person carries on the wire. The parent BSUID is kept for look-up but does not make two people one. */
export function toIdentities(person: Person): Identity[] {
  const found: Identity[] = [];
  if (person.bsuid) found.push({ kind: 'bsuid', value: person.bsuid });
  if (person.lid) found.push({ kind: 'lid', value: person.lid });
  if (person.phone) found.push({ kind: 'phone', value: person.phone });
  return found.map((identity) => ({ ...identity, value: toStorableText(identity.value) }));
}

interface Known {
  readonly kind: string;
  readonly value: string;
  readonly contactId: string;
  readonly name: string | null;
}

const LOAD = statement(
  'people_load',
  `select i.kind, i.value, i.contact_id as "contactId", c.name
   from unnest($1::text[], $2::text[], $3::text[]) as w(workspace_id, kind, value)
   join identities i on i.workspace_id = w.workspace_id and i.kind = w.kind and i.value = w.value
   join contacts c on c.id = i.contact_id`,
);

// Two workers may meet the same person at once by different lanes: the first to commit wins, the other learns of it here.
const CLAIM = statement(
  'people_claim',
  `insert into identities (workspace_id, kind, value, contact_id, seen_at)
   select * , now() from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as w(workspace_id, kind, value, contact_id)
   order by kind, value
   on conflict (workspace_id, kind, value) do update set contact_id = identities.contact_id
   returning kind, value, contact_id as "contactId"`,
);

const CREATE = statement(
  'people_create',
  `insert into contacts (id, workspace_id, kind, name)
   select * from unnest($1::text[], $2::text[], $3::text[], $4::text[]) on conflict (id) do nothing`,
);

const RENAME = statement(
  'people_rename',
  `update contacts c set name = n.name from unnest($1::text[], $2::text[]) as n(id, name) where c.id = n.id`,
);

const MERGE_LOG = statement(
  'people_merge_log',
  `insert into contact_merges (workspace_id, kept, merged, identities, event_id)
   select $1, $2, $3, coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value)), '[]'), $4 from identities where contact_id = $3`,
);
const MERGE_IDENTITIES = statement(
  'people_merge_identities',
  'update identities set contact_id = $1 where contact_id = $2',
);
const MERGE_CONVERSATIONS = statement(
  'people_merge_conversations',
  `update conversations v set contact_id = $1 where contact_id = $2
   and not exists (select 1 from conversations o where o.channel_id = v.channel_id and o.contact_id = $1)`,
);
const MERGE_MARK = statement('people_merge_mark', 'update contacts set merged_into = $1 where id = $2');

const keyOf = (workspaceId: string, identity: { kind: string; value: string }) =>
  `${workspaceId}\n${identity.kind}\n${identity.value}`;

/** Folds one contact into another, reversibly: moved identities are written down. The elder (smaller id) is kept. */
async function mergeContacts(tx: Database, sighting: Sighting, ids: readonly string[]): Promise<string> {
  const [kept = '', ...others] = [...new Set(ids)].sort();
  for (const other of others) {
    await tx.run(MERGE_LOG, [sighting.workspaceId, kept, other, sighting.eventId]);
    await tx.run(MERGE_IDENTITIES, [kept, other]);
    await tx.run(MERGE_CONVERSATIONS, [kept, other]);
    await tx.run(MERGE_MARK, [kept, other]);
  }
  return kept;
}

interface Book {
  readonly owners: Map<string, string>;
  readonly names: Map<string, string | null>;
}

async function loadBook(tx: Database, sightings: readonly Sighting[]): Promise<Book> {
  const wanted = new Map(
    sightings.flatMap((s) =>
      s.identities.map((i) => [keyOf(s.workspaceId, i), [s.workspaceId, i.kind, i.value] as const]),
    ),
  );
  const columns = [0, 1, 2].map((c) => [...wanted.values()].map((row) => row[c] ?? ''));
  const known = await tx.rows<Known & { workspaceId?: string }>(LOAD, columns);
  const workspaceId = sightings[0]?.workspaceId ?? '';
  return {
    owners: new Map(known.map((k) => [keyOf(workspaceId, k), k.contactId])),
    names: new Map(known.map((k) => [k.contactId, k.name])),
  };
}

/** Decides, in order of arrival, who everybody is; merges where one sighting joins two known contacts. */
async function assignContacts(
  tx: Database,
  sightings: readonly Sighting[],
  book: Book,
  nowMs: number,
): Promise<string[]> {
  const assigned: string[] = [];
  for (const sighting of sightings) {
    const found = sighting.identities
      .map((i) => book.owners.get(keyOf(sighting.workspaceId, i)))
      .filter((id) => id !== undefined);
    const distinct = new Set(found);
    let contactId = found[0] ?? makeId('con', nowMs);
    if (distinct.size > 1) {
      contactId = await mergeContacts(tx, sighting, found);
      for (const [key, owner] of book.owners) if (distinct.has(owner)) book.owners.set(key, contactId);
    }
    for (const identity of sighting.identities) book.owners.set(keyOf(sighting.workspaceId, identity), contactId);
    assigned.push(contactId);
  }
  return assigned;
}

/** Writes identities not seen before and returns how candidate contacts were renamed by a concurrent winner. */
async function claimIdentities(
  tx: Database,
  sightings: readonly Sighting[],
  assigned: readonly string[],
  before: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const fresh = new Map<string, readonly [string, string, string, string]>();
  sightings.forEach((sighting, n) => {
    for (const identity of sighting.identities) {
      const key = keyOf(sighting.workspaceId, identity);
      if (!before.has(key)) fresh.set(key, [sighting.workspaceId, identity.kind, identity.value, assigned[n] ?? '']);
    }
  });
  const rows = [...fresh.values()];
  if (rows.length === 0) return new Map();
  const won = await tx.rows<Known>(
    CLAIM,
    [0, 1, 2, 3].map((c) => rows.map((row) => row[c] ?? '')),
  );
  const byKey = new Map(won.map((w) => [keyOf(rows[0]?.[0] ?? '', w), w.contactId]));
  return new Map(
    [...fresh].flatMap(([key, row]) =>
      byKey.get(key) && byKey.get(key) !== row[3] ? [[row[3], byKey.get(key) ?? '']] : [],
    ),
  );
}

async function writeContacts(
  tx: Database,
  sightings: readonly Sighting[],
  contactIds: readonly string[],
  names: Book['names'],
): Promise<void> {
  const created = new Map<string, readonly [string, string, string, string]>();
  const renamed = new Map<string, string>();
  sightings.forEach((sighting, n) => {
    const contactId = contactIds[n] ?? '';
    const kind = sighting.identities[0]?.kind === 'group' ? 'group' : 'person';
    if (!names.has(contactId))
      created.set(contactId, [
        contactId,
        sighting.workspaceId,
        kind,
        sighting.name ?? created.get(contactId)?.[3] ?? '',
      ]);
    else if (sighting.name && sighting.name !== names.get(contactId)) renamed.set(contactId, sighting.name);
  });
  const rows = [...created.values()];
  if (rows.length > 0)
    await tx.run(
      CREATE,
      [0, 1, 2, 3].map((c) => rows.map((row) => row[c] ?? '')),
    );
  if (renamed.size > 0) await tx.run(RENAME, [[...renamed.keys()], [...renamed.values()]]);
}

/**
 * Finds or creates the contact of every sighting; one id per sighting, in order. Sightings of one call belong to one
 * workspace. A sighting without any identity gets null.
 */
export async function resolveContacts(
  tx: Database,
  sightings: readonly Sighting[],
  nowMs: number,
): Promise<(string | null)[]> {
  const named = sightings
    .filter((s) => s.identities.length > 0)
    .map((s) => ({ ...s, name: s.name ? toStorableText(s.name).slice(0, 200) : null }));
  if (named.length === 0) return sightings.map(() => null);
  const book = await loadBook(tx, named);
  const before = new Set(book.owners.keys());
  const assigned = await assignContacts(tx, named, book, nowMs);
  const winners = await claimIdentities(tx, named, assigned, before);
  const contactIds = assigned.map((id) => winners.get(id) ?? id);
  for (const winner of winners.values()) book.names.set(winner, book.names.get(winner) ?? null);
  await writeContacts(tx, named, contactIds, book.names);
  let n = 0;
  return sightings.map((s) => (s.identities.length > 0 ? (contactIds[n++] ?? null) : null));
}
