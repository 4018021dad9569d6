import type { Person } from '../events.ts';
import { type JsonObject, present, toList, toObject, toPart, toText } from './read.ts';

/** E.164 allows 15 digits; a little more is let through, since the wire is the judge of what a number is. */
const PHONE = /^\d{1,20}$/;
const BSUID = /^[A-Z]{2}\.[A-Za-z0-9.]+$/;

/** Digits of a phone number, `+`, spaces and punctuation taken off. Undefined for what is no number. */
export function toPhone(value: unknown): string | undefined {
  const text = toText(value);
  if (text === undefined || PHONE.test(text)) return text;
  const digits = text.replace(/[\s+().-]/g, '');
  return PHONE.test(digits) ? digits : undefined;
}

/** One leading `@` taken off: samples of the wire differ. */
export function toUsername(value: unknown): string | undefined {
  const text = toText(value);
  return text?.startsWith('@') ? toText(text.slice(1)) : text;
}

/** The identifiers of a person as found in one element. A BSUID where a phone is expected is taken as one. */
export function toPerson(phone: unknown, bsuid: unknown, parentBsuid?: unknown): Person {
  const misplaced = typeof phone === 'string' && BSUID.test(phone) ? phone : undefined;
  return present<Person>({
    bsuid: toText(bsuid) ?? misplaced,
    parentBsuid: toText(parentBsuid),
    phone: toPhone(phone),
  });
}

/** Order key of a person: BSUID, else phone, else lid. */
export function toPersonKey(person: Person): string | undefined {
  return person.bsuid ?? person.phone ?? person.lid;
}

/** The `contacts` array of a value. It is not index-aligned with the messages, so it is searched by identifier. */
export interface ContactBook {
  /** The person with what the matching contact adds: names, and identifiers the element left out. */
  readonly complete: (person: Person) => Person;
}

export const NO_CONTACTS: ContactBook = { complete: (person) => person };

export function toContactBook(contacts: unknown): ContactBook {
  const people = toList(contacts).map(toContact);
  const [first] = people;
  if (first === undefined) return NO_CONTACTS;
  if (people.length === 1) return { complete: (person) => (agrees(person, first) ? merge(person, first) : person) };
  return { complete: makeLookup(people) };
}

/** Two maps, built once: a batch of 1,000 messages with 1,000 contacts stays linear. */
function makeLookup(people: readonly Person[]): (person: Person) => Person {
  const byPhone = new Map<string, Person>();
  const byBsuid = new Map<string, Person>();
  for (const contact of people) {
    if (contact.phone !== undefined) byPhone.set(contact.phone, contact);
    if (contact.bsuid !== undefined) byBsuid.set(contact.bsuid, contact);
  }
  return (person) => {
    const found = byPhone.get(person.phone ?? '') ?? byBsuid.get(person.bsuid ?? '');
    return found !== undefined && agrees(person, found) ? merge(person, found) : person;
  };
}

/** A lone contact belongs to the element unless both name the same kind of identifier and differ. */
function agrees(person: Person, contact: Person): boolean {
  if (person.bsuid !== undefined && contact.bsuid !== undefined) return person.bsuid === contact.bsuid;
  return person.phone === undefined || contact.phone === undefined || person.phone === contact.phone;
}

function merge(person: Person, contact: Person): Person {
  return { ...contact, ...person };
}

function toContact(value: unknown): Person {
  const contact: JsonObject = toPart(value);
  const profile = toObject(contact.profile) ?? contact;
  return present<Person>({
    ...toPerson(contact.wa_id, contact.user_id, contact.parent_user_id),
    username: toUsername(profile.username ?? contact.username),
    name: toText(profile.name),
  });
}
