import type { ConversationWindow, Person, Pricing, WhatsAppEvent } from '../../events.ts';
import { toDeliveryState } from '../delivery-state.ts';
import { toErrors } from '../errors.ts';
import { toEventId } from '../ids.ts';
import { toPerson, toPersonKey } from '../person.ts';
import { type JsonObject, present, rowOf, toBoolean, toObject, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, type Reading, type Source } from '../source.ts';

const CALL_WORDS: { readonly [word: string]: true } = { ringing: true, accepted: true, rejected: true };

/** A status with its identity settled. */
export interface Told {
  readonly id: string;
  readonly word: string;
  readonly person: Person;
  readonly groupId: string | undefined;
  readonly at: number | undefined;
  readonly lane: string;
  /** The identifier the status itself names. Contacts beside it must not count: another batch may lack them. */
  readonly who: string;
}

/** An element of `statuses`: of a message, of a payment (`type: "payment"`), or of a call we placed. */
export const readStatus: Reader = (element, source, pointer) => {
  const told = toTold(element, source);
  if (told === undefined) return 'status without id or status';
  if (isPayment(element)) return readPaymentStatus(element, told, { source, pointer });
  if (isCall(element, told, source)) return readCallStatus(element, told, { source, pointer });
  return readMessageStatus(element, told, { source, pointer });
};

interface Where {
  readonly source: Source;
  readonly pointer: string;
}

export function toTold(status: JsonObject, source: Source): Told | undefined {
  const id = toText(status.id);
  const word = toText(status.status);
  if (id === undefined || word === undefined) return undefined;
  const participant = toParticipant(status);
  const groupId =
    status.recipient_type === 'group' || participant !== undefined ? toText(status.recipient_id) : undefined;
  const named = participant ?? (groupId === undefined ? toRecipient(status) : {});
  const person = groupId !== undefined && participant === undefined ? named : source.contacts.complete(named);
  const lane = groupId ?? toPersonKey(person) ?? id;
  return { id, word, person, groupId, at: toTime(status.timestamp), lane, who: toPersonKey(named) ?? '' };
}

/** Both spellings of the parent key occur: the documentation renamed it. */
function toRecipient(status: JsonObject): Person {
  const parent = status.recipient_parent_user_id ?? status.parent_recipient_user_id;
  return toPerson(status.recipient_id, status.recipient_user_id, parent);
}

/** One participant of a group, under either order of words; undefined when the status is not about one. */
function toParticipant(status: JsonObject): Person | undefined {
  const person = toPerson(
    status.recipient_participant_id ?? status.participant_recipient_id,
    status.recipient_participant_user_id ?? status.participant_recipient_user_id,
    status.recipient_participant_parent_user_id ?? status.participant_recipient_parent_user_id,
  );
  return toPersonKey(person) === undefined ? undefined : person;
}

/** Meta's key for duplicates: message, status, recipient or participant, timestamp. */
export function toStatusId(family: 's' | 'p' | 'c' | 'b', told: Told, source: Source): string {
  return toEventId(family, source.scope, [told.id, told.word.toLowerCase(), told.who, String(told.at ?? '')]);
}

function readMessageStatus(status: JsonObject, told: Told, { source, pointer }: Where): Reading {
  const facts = { id: toStatusId('s', told, source), lane: told.lane, at: told.at, pointer };
  const conversation = toObject(status.conversation);
  return present<WhatsAppEvent>({
    ...makeBase('message.status', source, facts),
    messageId: told.id,
    status: toDeliveryState(told.word),
    rawStatus: told.word,
    person: told.person,
    groupId: told.groupId,
    errors: toErrors(status.errors),
    // Group samples nest the price in the conversation.
    pricing: toPricing(status.pricing ?? conversation?.pricing),
    conversation: toConversation(conversation),
    callbackData: toText(status.biz_opaque_callback_data),
    templateId: toText(status.template_id),
  });
}

function toPricing(value: unknown): Pricing | undefined {
  const pricing = toObject(value);
  if (pricing === undefined) return undefined;
  return present<Pricing>({
    billable: toBoolean(pricing.billable),
    model: toText(pricing.pricing_model),
    type: toText(pricing.type),
    category: toText(pricing.category),
  });
}

function toConversation(conversation: JsonObject | undefined): ConversationWindow | undefined {
  if (conversation === undefined) return undefined;
  return present<ConversationWindow>({
    id: toText(conversation.id),
    expiresAt: toTime(conversation.expiration_timestamp),
    origin: toText(toPart(conversation.origin).type) ?? toText(conversation.origin),
  });
}

function isPayment(status: JsonObject): boolean {
  return status.type === 'payment' || toObject(status.payment) !== undefined;
}

function readPaymentStatus(status: JsonObject, told: Told, { source, pointer }: Where): Reading {
  const facts = { id: toStatusId('p', told, source), lane: told.lane, at: told.at, pointer };
  return present<WhatsAppEvent>({
    ...makeBase('payment.status', source, facts),
    messageId: told.id,
    person: told.person,
    status: told.word,
    reference: toText(toPart(status.payment).reference_id),
    raw: status,
  });
}

/** In field `calls`, and on older versions also in `messages`. */
function isCall(status: JsonObject, told: Told, source: Source): boolean {
  return status.type === 'call' || source.field === 'calls' || rowOf(CALL_WORDS, told.word.toLowerCase()) === true;
}

function readCallStatus(status: JsonObject, told: Told, { source, pointer }: Where): Reading {
  const facts = { id: toStatusId('c', told, source), lane: told.lane, at: told.at, pointer };
  return present<WhatsAppEvent>({
    ...makeBase('call.status', source, facts),
    callId: told.id,
    person: told.person,
    // Only calls that the business placed report their progress as statuses.
    direction: 'out',
    state: told.word,
    callbackData: toText(status.biz_opaque_callback_data),
    errors: toErrors(status.errors),
    raw: status,
  });
}
