import type { PhonePerson } from '../contract.ts';
import { type Address, toParentBsuid } from '../world.ts';
import type { WireContact } from './update.ts';

const showsPhone = (person: PhonePerson): boolean => person.identity !== 'username_only';
const showsUsername = (person: PhonePerson): boolean => person.identity !== 'phone' && person.username !== undefined;
const showsParent = (person: PhonePerson): boolean => person.identity === 'parent_bsuid';

/** `contacts[]` of a value. What is withheld is absent, never empty. */
export function toContact(person: PhonePerson): WireContact {
  return {
    profile: { name: person.name, ...(showsUsername(person) ? { username: `@${person.username}` } : {}) },
    ...(showsPhone(person) ? { wa_id: person.phone } : {}),
    user_id: person.bsuid,
    ...(showsParent(person) ? { parent_user_id: toParentBsuid(person.bsuid) } : {}),
  };
}

/** `from…` keys of a message, also those of a `context` that quotes this person. */
export function toSender(person: PhonePerson): Record<string, string> {
  return {
    ...(showsPhone(person) ? { from: person.phone } : {}),
    from_user_id: person.bsuid,
    ...(showsParent(person) ? { from_parent_user_id: toParentBsuid(person.bsuid) } : {}),
  };
}

/**
 * `recipient_…` keys of a status: a phone send always echoes the phone, a BSUID send only when the person shows it;
 * a failed send names nothing but the address that was used.
 */
export function toRecipient(
  address: Address,
  person: PhonePerson | undefined,
  failed: boolean,
): Record<string, string> {
  if (failed || person === undefined) {
    return address.by === 'phone' ? { recipient_id: address.value } : { recipient_user_id: address.value };
  }
  return {
    ...(address.by === 'phone' || showsPhone(person) ? { recipient_id: person.phone } : {}),
    recipient_user_id: person.bsuid,
    ...(showsParent(person) ? { recipient_parent_user_id: toParentBsuid(person.bsuid) } : {}),
  };
}
