import type { Person } from '@wharf/whatsapp';
import { type Database, makeId, statement, type Transaction } from '#kit';
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
  /** The provider itself says that all of these are one person (a changed number). */
  readonly isLink?: boolean;
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
  readonly workspaceId: string;
  readonly kind: string;
  readonly value: string;
  readonly contactId: string;
}

const LOAD = statement(
  'people_load',
  `select i.workspace_id as "workspaceId", i.kind, i.value, i.contact_id as "contactId", c.name,
     (select array_agg(b.value) from identities b where b.contact_id = i.contact_id and b.kind = 'bsuid') as bsuids
   from unnest($1::text[], $2::text[], $3::text[]) as w(workspace_id, kind, value)
   join identities i on i.workspace_id = w.workspace_id and i.kind = w.kind and i.value = w.value
   join contacts c on c.id = i.contact_id`,
);

// Two workers may meet the same person at once by different lanes: the first to commit wins, the other learns of it here.
const CLAIM = statement(
  'people_claim',
  `insert into identities (workspace_id, kind, value, contact_id, seen_at)
   select * , now() from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as w(workspace_id, kind, value, contact_id)
   order by workspace_id, kind, value
   on conflict (workspace_id, kind, value) do update set contact_id = identities.contact_id
   returning workspace_id as "workspaceId", kind, value, contact_id as "contactId"`,
);

const MOVE = statement(
  'people_move',
  `update identities i set contact_id = w.contact_id, seen_at = now()
   from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as w(workspace_id, kind, value, contact_id)
   where i.workspace_id = w.workspace_id and i.kind = w.kind and i.value = w.value`,
);

const CREATE = statement(
  'people_create',
  `insert into contacts (id, workspace_id, kind, name)
   select id, workspace_id, kind, nullif(name, '') from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as n(id, workspace_id, kind, name)`,
);

const RENAME = statement(
  'people_rename',
  `update contacts c set name = n.name from unnest($1::text[], $2::text[]) as n(id, name) where c.id = n.id`,
);

// Reversible: what moved is written down. A conversation stays where it is when the kept contact has one on that channel.
const MERGE = statement(
  'people_merge',
  `with moved as (update identities set contact_id = $2 where contact_id = $3 returning kind, value),
   talks as (
     update conversations v set contact_id = $2 where contact_id = $3
     and not exists (select 1 from conversations o where o.channel_id = v.channel_id and o.contact_id = $2) returning id),
   marked as (update contacts set merged_into = $2 where id = $3)
   insert into contact_merges (workspace_id, kept, merged, identities, conversations, event_id)
   select $1, $2, $3, (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'value', value)), '[]') from moved),
     (select coalesce(jsonb_agg(id), '[]') from talks), $4`,
);
const TAKE_OVER = statement('people_take_over', 'update identities set contact_id = $1 where contact_id = $2');

type Key = readonly [workspaceId: string, kind: string, value: string];
const keyOf = (workspaceId: string, identity: { readonly kind: string; readonly value: string }): string =>
  `${workspaceId}\n${identity.kind}\n${identity.value}`;

/** Turns rows into the columns that `unnest` takes. */
const toColumns = (rows: readonly (readonly string[])[], width: number): string[][] =>
  Array.from({ length: width }, (_, column) => rows.map((row) => row[column] ?? ''));

/** Who everybody is, as far as this batch has read and decided. */
interface Book {
  readonly owners: Map<string, string>;
  /** Contacts that are rows already, with their names. */
  readonly names: Map<string, string | null>;
  readonly bsuids: Map<string, Set<string>>;
  /** Contacts that turned out to be another. */
  readonly alias: Map<string, string>;
}

async function loadBook(tx: Transaction, sightings: readonly Sighting[]): Promise<Book> {
  const wanted = new Map(
    sightings.flatMap((s) =>
      s.identities.map((i): [string, Key] => [keyOf(s.workspaceId, i), [s.workspaceId, i.kind, i.value]]),
    ),
  );
  const known = await tx.rows<Known & { name: string | null; bsuids: string[] | null }>(
    LOAD,
    toColumns([...wanted.values()], 3),
  );
  return {
    owners: new Map(known.map((k) => [keyOf(k.workspaceId, k), k.contactId])),
    names: new Map(known.map((k) => [k.contactId, k.name])),
    bsuids: new Map(known.map((k) => [k.contactId, new Set(k.bsuids ?? [])])),
    alias: new Map(),
  };
}

function resolve(book: Book, contactId: string): string {
  let id = contactId;
  for (let next = book.alias.get(id); next !== undefined; next = book.alias.get(id)) id = next;
  return id;
}

/** Makes two contacts one. One that is not a row yet has nothing to move; of two rows the elder (smaller id) is kept. */
async function join(tx: Transaction, book: Book, sighting: Sighting, pair: readonly [string, string]): Promise<string> {
  const [kept, other] = [...pair].sort(
    (a, b) => Number(!book.names.has(a)) - Number(!book.names.has(b)) || (a < b ? -1 : 1),
  ) as [string, string];
  if (kept === other) return kept;
  if (book.names.has(other)) await tx.run(MERGE, [sighting.workspaceId, kept, other, sighting.eventId]);
  book.alias.set(other, kept);
  for (const bsuid of book.bsuids.get(other) ?? []) addBsuid(book, kept, bsuid);
  return kept;
}

function addBsuid(book: Book, contactId: string, bsuid: string): void {
  const bsuids = book.bsuids.get(contactId) ?? new Set();
  book.bsuids.set(contactId, bsuids.add(bsuid));
}

/** A phone whose contact has another BSUID has changed hands: it tells nothing about who writes now. */
function isForeign(book: Book, own: ReadonlySet<string>, identity: Identity, contactId: string): boolean {
  if (identity.kind === 'bsuid' || identity.kind === 'group' || own.size === 0) return false;
  const theirs = book.bsuids.get(contactId);
  return theirs !== undefined && theirs.size > 0 && ![...theirs].some((bsuid) => own.has(bsuid));
}

interface Decided {
  /** One for each sighting; to be resolved, since a later sighting may have joined it to another. */
  readonly contactIds: string[];
  /** Identities that go from one contact to another. */
  readonly moved: Map<string, Key>;
}

/** Decides, in order of arrival, who everybody is; joins where one sighting names two contacts. */
async function assignContacts(
  tx: Transaction,
  sightings: readonly Sighting[],
  book: Book,
  nowMs: number,
): Promise<Decided> {
  const decided: Decided = { contactIds: [], moved: new Map() };
  for (const sighting of sightings) {
    const own = new Set(sighting.identities.filter((i) => i.kind === 'bsuid').map((i) => i.value));
    let contactId: string | null = null;
    for (const identity of sighting.identities) {
      const key = keyOf(sighting.workspaceId, identity);
      const owner = resolve(book, book.owners.get(key) ?? '');
      if (owner === '') continue;
      if (!sighting.isLink && isForeign(book, own, identity, owner))
        decided.moved.set(key, [sighting.workspaceId, identity.kind, identity.value]);
      else contactId = contactId === null ? owner : await join(tx, book, sighting, [contactId, owner]);
    }
    contactId ??= makeId('con', nowMs);
    for (const identity of sighting.identities) book.owners.set(keyOf(sighting.workspaceId, identity), contactId);
    for (const bsuid of own) addBsuid(book, contactId, bsuid);
    decided.contactIds.push(contactId);
  }
  return decided;
}

/** Writes identities not seen before. Where somebody else was quicker, their contact and ours become one. */
async function claimIdentities(
  tx: Transaction,
  sightings: readonly Sighting[],
  book: Book,
  before: ReadonlySet<string>,
): Promise<void> {
  const fresh = new Map<string, { readonly row: readonly [...Key, string]; readonly sighting: Sighting }>();
  for (const sighting of sightings) {
    for (const { kind, value } of sighting.identities) {
      const key = keyOf(sighting.workspaceId, { kind, value });
      const owner = resolve(book, book.owners.get(key) ?? '');
      if (!before.has(key)) fresh.set(key, { row: [sighting.workspaceId, kind, value, owner], sighting });
    }
  }
  if (fresh.size === 0) return;
  const won = await tx.rows<Known>(
    CLAIM,
    toColumns(
      [...fresh.values()].map(({ row }) => row),
      4,
    ),
  );
  for (const { contactId, ...identity } of won) {
    const mine = fresh.get(keyOf(identity.workspaceId, identity));
    if (!mine || mine.row[3] === contactId) continue;
    if (!book.names.has(contactId)) book.names.set(contactId, null);
    const [ours, theirs] = [resolve(book, mine.row[3]), resolve(book, contactId)];
    const kept = await join(tx, book, mine.sighting, [ours, theirs]);
    if (kept !== ours && !book.names.has(ours)) await tx.run(TAKE_OVER, [kept, ours]);
  }
}

async function moveIdentities(tx: Transaction, book: Book, moved: Decided['moved']): Promise<void> {
  const rows = [...moved].map(([key, row]) => [...row, resolve(book, book.owners.get(key) ?? '')]);
  if (rows.length > 0) await tx.run(MOVE, toColumns(rows, 4));
}

async function writeContacts(
  tx: Transaction,
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
  const rows = [...renamed].sort(([a], [b]) => (a < b ? -1 : 1));
  await Promise.all([
    created.size > 0 && tx.run(CREATE, toColumns([...created.values()], 4)),
    rows.length > 0 && tx.run(RENAME, toColumns(rows, 2)),
  ]);
}

const toNamed = (sighting: Sighting): Sighting => ({
  ...sighting,
  name: sighting.name ? toStorableText(sighting.name).slice(0, 200).toWellFormed() : null,
});

/** Who everybody is. */
export interface Recognised {
  /** One per sighting, in order; null for a sighting without any identity. */
  readonly contactIds: readonly (string | null)[];
  /** Writes contacts that are new, and new names. Nothing refers to them before the transaction ends. */
  write(): Promise<void>;
}

const FIND = statement(
  'people_find',
  `select i.contact_id as "contactId" from unnest($1::text[], $2::text[], $3::text[]) with ordinality as w(workspace_id, kind, value, n)
   left join identities i on i.workspace_id = w.workspace_id and i.kind = w.kind and i.value = w.value order by w.n`,
);

/** Whose contact each of these is, in order; null: nobody's yet. Nothing is written. */
export async function findContactIds(
  db: Database,
  named: readonly { readonly workspaceId: string; readonly identity: Identity }[],
): Promise<readonly (string | null)[]> {
  if (named.length === 0) return [];
  const keys = named.map(({ workspaceId, identity: { kind, value } }) => [workspaceId, kind, value]);
  const rows = await db.rows<{ contactId: string | null }>(FIND, toColumns(keys, 3));
  return rows.map(({ contactId }) => contactId);
}

const emptyBook = (): Book => ({ owners: new Map(), names: new Map(), bsuids: new Map(), alias: new Map() });

interface Recognising {
  /** They were looked for a moment ago: whoever was quicker is found when their identities are claimed. */
  readonly areStrangers?: boolean;
}

/** Finds the contact of every sighting, or decides on a new one. */
export async function recogniseContacts(
  tx: Transaction,
  sightings: readonly Sighting[],
  nowMs: number,
  { areStrangers = false }: Recognising = {},
): Promise<Recognised> {
  const named = sightings.filter((s) => s.identities.length > 0).map(toNamed);
  if (named.length === 0) return { contactIds: sightings.map(() => null), write: async () => {} };
  const book = areStrangers ? emptyBook() : await loadBook(tx, named);
  const before = new Set(book.owners.keys());
  const { contactIds, moved } = await assignContacts(tx, named, book, nowMs);
  await moveIdentities(tx, book, moved);
  await claimIdentities(tx, named, book, before);
  const resolved = contactIds.map((id) => resolve(book, id));
  let n = 0;
  return {
    contactIds: sightings.map((s) => (s.identities.length > 0 ? (resolved[n++] ?? null) : null)),
    write: () => writeContacts(tx, named, resolved, book.names),
  };
}

/** Finds or creates the contact of every sighting; one id per sighting, in order. */
export async function resolveContacts(
  tx: Transaction,
  sightings: readonly Sighting[],
  nowMs: number,
  recognising: Recognising = {},
): Promise<readonly (string | null)[]> {
  const { contactIds, write } = await recogniseContacts(tx, sightings, nowMs, recognising);
  await write();
  return contactIds;
}
