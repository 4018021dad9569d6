import type { WhatsAppEvent } from '../../events.ts';
import { toPerson, toPersonKey } from '../person.ts';
import { present, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, toContentId } from '../source.ts';

/** Field `messaging_handovers`: another app was given the thread, or took it. The object lies under its type's name. */
export const readHandover: Reader = (value, source, pointer) => {
  const change = toText(value.type);
  if (change === undefined) return 'handover without type';
  const sender = toPart(value.sender);
  const person = source.contacts.complete(
    toPerson(sender.phone_number ?? sender.wa_id, sender.user_id, sender.parent_user_id),
  );
  const id = toContentId('r', source, value);
  const base = makeBase('thread.control', source, {
    id,
    lane: toPersonKey(person) ?? id,
    at: toTime(value.timestamp),
    pointer,
  });
  const control = toPart(value[change]);
  return present<WhatsAppEvent>({
    ...base,
    person,
    change,
    from: toText(control.previous_owner_role),
    to: toText(control.new_owner_role),
    toApp: toText(control.new_owner_app_id),
    metadata: toText(control.metadata),
    raw: value,
  });
};
