import type { EmulatedNumber, PhonePerson } from '../contract.ts';
import { toMetadata } from './compose.ts';
import { toContact } from './identity.ts';
import type { EventUpdate } from './update.ts';

export interface Preference {
  readonly person: PhonePerson;
  readonly numberId: string;
  readonly value: 'stop' | 'resume';
  readonly at: number;
}

/** `user_preferences`: a person wants marketing messages no more, or again. Its timestamp is a number, for once. */
export function toPreference(
  numbers: ReadonlyMap<string, EmulatedNumber>,
  { person, numberId, value, at }: Preference,
): EventUpdate {
  const contact = toContact(person);
  const { wa_id: waId, user_id: userId } = contact;
  const preference = {
    ...(waId === undefined ? {} : { wa_id: waId }),
    user_id: userId,
    detail: `User requested to ${value} marketing messages`,
    category: 'marketing_messages',
    value,
    timestamp: Math.floor(at / 1_000),
  };
  const body = {
    messaging_product: 'whatsapp',
    metadata: toMetadata(numbers, numberId),
    contacts: [contact],
    user_preferences: [preference],
  };
  return { kind: 'event', field: 'user_preferences', body, at };
}
