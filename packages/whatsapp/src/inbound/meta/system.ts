import type { EventOf, Person, WhatsAppEvent } from '../../events.ts';
import { toPerson, toPersonKey } from '../person.ts';
import { type JsonObject, present, rowOf, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, type Reading, toContentId } from '../source.ts';
import type { SystemType } from './vocabulary.ts';
import type { Written } from './written.ts';

type Change = EventOf<'contact.changed'>['change'];

const CHANGES = {
  customer_changed_number: 'number',
  user_changed_number: 'number',
  user_changed_user_id: 'user_id',
  customer_identity_changed: 'identity',
} satisfies Record<SystemType, Change>;

/**
 * A message of type `system`: the person's number, BSUID or identity key changed. It keeps the order of the identity
 * it came from, since what that identity wrote before must be handled before the two are merged.
 */
export function readSystem({ message, person, source, facts }: Written): Reading {
  const system = toPart(message.system);
  const change = rowOf<Change>(CHANGES, toText(system.type) ?? '') ?? 'unknown';
  const previous = change === 'identity' ? person : toPrevious(system, person);
  const current = change === 'identity' ? person : toCurrent(system, person);
  const lane = toPersonKey(previous) ?? toPersonKey(current) ?? facts.lane;
  const base = makeBase('contact.changed', source, { ...facts, lane });
  return present<WhatsAppEvent>({ ...base, change, person: current, previous, body: toText(system.body) });
}

/** `new_wa_id` is the older spelling. A change that names nobody new is about its sender. */
function toCurrent(system: JsonObject, sender: Person): Person {
  const named = toPerson(system.wa_id ?? system.new_wa_id, system.user_id, system.parent_user_id);
  return toPersonKey(named) === undefined ? sender : named;
}

/** The sender was the old number; `customer` is its older spelling inside the object. */
function toPrevious(system: JsonObject, sender: Person): Person {
  const named = toPerson(system.customer, system.previous_user_id, system.previous_parent_user_id);
  const { bsuid, ...rest } = sender;
  // The sender's own BSUID may already be the new one: only a named previous id is believed.
  return present<Person>({
    ...rest,
    ...named,
    bsuid: named.bsuid ?? (bsuid === toText(system.user_id) ? undefined : bsuid),
  });
}

/** An element of `user_id_update`, announced in 2026 and withdrawn: `user_id: {previous, current}` or flat keys. */
export const readUserIdUpdate: Reader = (element, source, pointer) => {
  const ids = toPart(element.user_id);
  const parents = toPart(element.parent_user_id);
  const bsuid = toText(ids.current) ?? toText(element.user_id);
  const previousBsuid = toText(ids.previous) ?? toText(element.previous_user_id);
  if (bsuid === undefined && previousBsuid === undefined) return 'user id update without ids';
  const person = source.contacts.complete(toPerson(element.wa_id, bsuid, parents.current ?? element.parent_user_id));
  const previous = toPerson(element.wa_id, previousBsuid, parents.previous ?? element.previous_parent_user_id);
  const lane = toPersonKey(previous) ?? toPersonKey(person) ?? '';
  const facts = { id: toContentId('f', source, element), lane, at: toTime(element.timestamp), pointer };
  return present<WhatsAppEvent>({
    ...makeBase('contact.changed', source, facts),
    change: 'user_id',
    person,
    previous,
    body: toText(element.detail),
  });
};
