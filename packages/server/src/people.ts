import { checkRecipient } from '@wharf/whatsapp';
import type { ConsentReport, FoundContact, PeoplePort, Reported } from '#api';
import type { Directory } from '#channels';
import * as consent from '#consent';
import type { Clock, Database, DatabasePool, Transaction } from '#kit';
import { type ContactRow, findContact, findKnown, type Identity, patchContact, resolveContacts } from '#ledger';
import { isTimeZone, placeOf } from '#places';

interface House {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly directory: Directory;
}

type Refused = Extract<Reported, { ok: false }>['problem'];

const refuse = (code: string, status: number, errors: readonly { field: string; message: string }[]): Refused => ({
  code,
  status,
  detail: errors.map(({ field, message }) => `${field} ${message}`).join('; '),
  errors,
});

/** A report that can be recorded, with whom it names. */
interface Draft {
  readonly report: consent.Report;
  readonly channelId: string | null;
  readonly person: { readonly contactId: string } | { readonly identity: Identity };
}

const invalid = (field: string, message: string): Refused => refuse('invalid_request', 400, [{ field, message }]);

function toPerson({ contactId, to, recipient }: ConsentReport): Draft['person'] | Refused {
  const named = [contactId, to, recipient].filter((name) => name !== undefined);
  if (named.length !== 1)
    return invalid('to', 'or recipient, or contactId must name the person: give exactly one of them');
  if (contactId !== undefined) return { contactId };
  const problems = checkRecipient(to === undefined ? { recipient } : { to });
  if (problems.length > 0) return refuse('invalid_request', 400, problems);
  if (to !== undefined) return { identity: { kind: 'phone', value: to.replace(/\D/g, '') } };
  return { identity: { kind: 'bsuid', value: recipient ?? '' } };
}

/** A user id belongs to the portfolio of a channel, so it must be clear which; a phone number or a contact needs none. */
function toChannel({ directory }: House, workspaceId: string, item: ConsentReport): string | null | Refused {
  const channels = directory.list().filter((channel) => channel.workspaceId === workspaceId);
  if (item.channelId !== undefined) {
    if (channels.some((channel) => channel.id === item.channelId)) return item.channelId;
    return refuse('channel_unknown', 404, [{ field: 'channelId', message: 'names no channel of this workspace' }]);
  }
  if (channels.length === 1) return channels[0]?.id ?? null;
  if (item.recipient === undefined) return null;
  return refuse('channel_needed', 422, [
    { field: 'channelId', message: 'must be given with recipient: it is not clear whose user id it is' },
  ]);
}

function toDraft(house: House, workspaceId: string, item: ConsentReport): Draft | Refused {
  const { purposes, state, source, text, language } = item;
  const at = item.at === undefined ? undefined : Date.parse(item.at);
  const report = { purposes, state, source, text, language, at };
  const problems = consent.checkReport(report, house.clock.now());
  const [first] = problems;
  if (first)
    return refuse(
      first.code,
      first.code === 'invalid_request' ? 400 : 422,
      problems.filter(({ code }) => code === first.code),
    );
  const person = toPerson(item);
  if ('code' in person) return person;
  const channelId = toChannel(house, workspaceId, item);
  return typeof channelId === 'object' && channelId !== null ? channelId : { report, person, channelId };
}

/** Whom each draft is about; null: there is no such contact. New people get one. */
async function resolvePeople(
  tx: Transaction,
  workspaceId: string,
  drafts: readonly Draft[],
  nowMs: number,
): Promise<(string | null)[]> {
  const named = drafts.flatMap(({ person }) => ('contactId' in person ? [person.contactId] : []));
  const known = await findKnown(tx, workspaceId, named);
  const sightings = drafts.map(({ person }) => ({
    workspaceId,
    eventId: 'api',
    identities: 'identity' in person ? [person.identity] : [],
    name: null,
  }));
  const resolved = await resolveContacts(tx, sightings, nowMs);
  return drafts.map(({ person }, n) => {
    if ('contactId' in person) return known.has(person.contactId) ? person.contactId : null;
    return resolved[n] ?? null;
  });
}

const toConsents = (view: consent.ConsentView | undefined): FoundContact['consents'] =>
  consent.PURPOSES.flatMap((purpose) => {
    const known = view?.[purpose];
    return known ? [{ purpose, state: known.state, at: new Date(known.at), source: known.source }] : [];
  });

const UNKNOWN = refuse('contact_unknown', 404, [{ field: 'contactId', message: 'names no contact of this workspace' }]);

/** Records what can be recorded in one transaction; one result per draft. */
async function record(
  { db, clock }: House,
  from: { readonly workspaceId: string; readonly keyId: string },
  drafts: readonly Draft[],
): Promise<Reported[]> {
  if (drafts.length === 0) return [];
  const nowMs = clock.now();
  const { workspaceId } = from;
  return db.transaction(async (tx) => {
    const people = await resolvePeople(tx, workspaceId, drafts, nowMs);
    const evidence = drafts.flatMap(({ report, channelId }, n) => {
      const contactId = people[n];
      return contactId ? consent.toEvidence(report, { ...from, contactId, channelId }, nowMs) : [];
    });
    await consent.appendEvidence(tx, evidence, nowMs);
    const ids = [...new Set(people.filter((id) => id !== null))];
    const views = await consent.readConsents(tx, workspaceId, ids);
    return people.map(
      (contactId): Reported =>
        contactId
          ? { ok: true, contactId, consents: toConsents(views.get(contactId)) }
          : { ok: false, problem: UNKNOWN },
    );
  });
}

async function report(house: House, ...[from, items]: Parameters<PeoplePort['report']>): Promise<Reported[]> {
  const checked = items.map((item) => toDraft(house, from.workspaceId, item));
  const recorded = await record(
    house,
    from,
    checked.filter((draft): draft is Draft => !('code' in draft)),
  );
  return checked.map((draft) => {
    const result: Reported | undefined = 'code' in draft ? { ok: false, problem: draft } : recorded.shift();
    if (!result) throw new Error('every draft has a result');
    return result;
  });
}

/** A contact with where it is and what it agreed to. */
async function describe(db: Database, workspaceId: string, row: ContactRow): Promise<FoundContact> {
  const [places, views] = await Promise.all([
    consent.readWhereabouts(db, workspaceId, [row.id]),
    consent.readConsents(db, workspaceId, [row.id]),
  ]);
  const whereabouts = places.get(row.id);
  const { country, zones, from } = placeOf(whereabouts ?? {});
  const place = { country, zones, from };
  return { ...row, timeZone: whereabouts?.timeZone ?? null, place, consents: toConsents(views.get(row.id)) };
}

/** People and what they agreed to, as the API asks for them. */
export function makePeople(house: House): PeoplePort {
  const { db } = house;
  return {
    report: (from, items) => report(house, from, items),
    listConsents: (workspaceId, query) => consent.listConsents(db, workspaceId, query),
    listEvidence: (workspaceId, query) => consent.listEvidence(db, workspaceId, query),
    isTimeZone,
    async findContact(workspaceId, id) {
      const row = await findContact(db, workspaceId, id);
      return row && describe(db, workspaceId, row);
    },
    async edit({ workspaceId, id, revision, ...patch }) {
      const found = await findContact(db, workspaceId, id);
      if (!found) return null;
      const row = await patchContact(db, { workspaceId, id: found.id, revision }, patch);
      return row ? describe(db, workspaceId, row) : 'changed';
    },
  };
}
