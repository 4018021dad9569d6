import type { EventOf, WhatsAppEvent } from '../../events.ts';
import { toPerson, toPersonKey, toUsername } from '../person.ts';
import { present, rowOf, toObject, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, toContentId, toSubject } from '../source.ts';

const SYNC_ACTIONS: { readonly [action: string]: EventOf<'contact.synced'>['action'] } = {
  add: 'add',
  remove: 'remove',
};

/** An element of `state_sync`: the address book of the phone app. */
export const readSyncedContact: Reader = (element, source, pointer) => {
  const contact = toObject(element.contact);
  if (contact === undefined) return 'state_sync without contact';
  const person = present({
    ...toPerson(contact.phone_number ?? contact.wa_id, contact.user_id, contact.parent_user_id),
    username: toUsername(contact.username),
    name: toText(contact.first_name),
  });
  const lane = toPersonKey(person);
  if (lane === undefined) return 'state_sync contact without identifier';
  const at = toTime(toPart(element.metadata).timestamp ?? element.timestamp);
  const base = makeBase('contact.synced', source, { id: toContentId('y', source, element), lane, at, pointer });
  const action = rowOf(SYNC_ACTIONS, toText(element.action) ?? '') ?? 'unknown';
  return present<WhatsAppEvent>({ ...base, action, person, fullName: toText(contact.full_name) });
};

const PREFERENCES: { readonly [value: string]: EventOf<'contact.preference'>['value'] } = {
  stop: 'stop',
  resume: 'resume',
  signup: 'signup',
};

/** An element of `user_preferences`: marketing messages stopped, resumed or signed up for. */
export const readPreference: Reader = (element, source, pointer) => {
  const person = source.contacts.complete(toPerson(element.wa_id, element.user_id, element.parent_user_id));
  const lane = toPersonKey(person);
  if (lane === undefined) return 'user preference without identifier';
  const at = toTime(element.timestamp);
  const base = makeBase('contact.preference', source, { id: toContentId('f', source, element), lane, at, pointer });
  const value = rowOf(PREFERENCES, toText(element.value)?.toLowerCase() ?? '') ?? 'unknown';
  const category = toText(element.category) ?? '';
  return present<WhatsAppEvent>({ ...base, person, category, value, detail: toText(element.detail) });
};

/** An element of `user_actions`, which names no person. */
export const readUserAction: Reader = (element, source, pointer) => {
  const action = toText(element.action_type);
  if (action === undefined) return 'user action without action_type';
  const facts = {
    id: toContentId('f', source, element),
    lane: toSubject(source),
    at: toTime(element.timestamp),
    pointer,
  };
  return { ...makeBase('contact.action', source, facts), action, data: element[`${action}_data`] ?? element };
};

/** An element of `automatic_events`: a lead or purchase seen in an ad's chat. */
export const readConversion: Reader = (element, source, pointer) => {
  const summary = toText(element.event_name);
  if (summary === undefined) return 'automatic event without event_name';
  const facts = {
    id: toContentId('f', source, element),
    lane: toText(element.id) ?? toSubject(source),
    at: toTime(element.timestamp),
    pointer,
  };
  return { ...makeBase('conversion.detected', source, facts), summary, raw: element };
};
