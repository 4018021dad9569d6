import type { EventOf, NoticeKind, WhatsAppEvent } from '../../events.ts';
import { toEventId } from '../ids.ts';
import { toPersonKey } from '../person.ts';
import { present, rowOf, toList, toObject, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, type Source, toContentId, toSnapshotId } from '../source.ts';
import { toGroupId, toWhapiPerson } from './chat.ts';

/** Chats, contacts, labels: the state of one thing. Only its id is needed; a removal is nothing but the id. */
export function snapshotReader(kind: NoticeKind): Reader {
  return (element, source, pointer) => {
    const after = toObject(element.after_update) ?? element;
    const subject = toText(after.id) ?? toText(element.id);
    if (subject === undefined) return 'element without id';
    const person = toWhapiPerson(subject.includes('@') ? subject : undefined);
    const facts = {
      id: toSnapshotId('a', source, element),
      lane: toGroupId(subject) ?? toPersonKey(person) ?? subject,
      at: toTime(after.timestamp),
      pointer,
    };
    return { ...makeBase(kind, source, facts), summary: source.field, raw: element };
  };
}

/** The channel itself: health, pairing, sign-in. One lane, since their order is the story of the session. */
export function channelReader(
  kind: NoticeKind,
  toSummary: (element: { readonly [key: string]: unknown }, source: Source) => string,
): Reader {
  return (element, source, pointer) => {
    const lane = source.channel ?? source.provider;
    const base = makeBase(kind, source, { id: toSnapshotId('a', source, element), lane, at: null, pointer });
    return { ...base, summary: toSummary(element, source), raw: element };
  };
}

export const readPresence: Reader = (element, source, pointer) => {
  const person = toWhapiPerson(element.contact_id);
  const presence = toText(element.status);
  if (presence === undefined) return 'presence without status';
  const id = toSnapshotId('f', source, element);
  const lane = toPersonKey(person) ?? toText(element.contact_id) ?? id;
  return {
    ...makeBase('contact.presence', source, { id, lane, at: toTime(element.last_seen), pointer }),
    person,
    presence,
  };
};

export const readGroup: Reader = (group, source, pointer) => {
  const groupId = toText(group.id);
  if (groupId === undefined) return 'group without id';
  const facts = { id: toContentId('g', source, group), lane: groupId, at: toTime(group.created_at), pointer };
  return { ...makeBase('group.lifecycle', source, facts), groupId, change: source.field, raw: group };
};

export const readGroupParticipants: Reader = (change, source, pointer) => {
  const groupId = toText(change.group_id);
  const action = toText(change.action);
  if (groupId === undefined || action === undefined) return 'participants without group_id or action';
  const facts = { id: toContentId('g', source, change), lane: groupId, at: toTime(change.timestamp), pointer };
  return { ...makeBase('group.participants', source, facts), groupId, change: action, raw: change };
};

export const readGroupUpdate: Reader = (update, source, pointer) => {
  const groupId = toText(toPart(update.after_update).id) ?? toText(update.id);
  if (groupId === undefined) return 'group update without id';
  const facts = { id: toContentId('g', source, update), lane: groupId, at: null, pointer };
  const change = toList(update.changes)
    .flatMap((key) => toText(key) ?? [])
    .join(' ');
  return { ...makeBase('group.settings', source, facts), groupId, change, raw: update };
};

/** Only a call that will not be taken any more is over; Whapi carries no media description to connect with. */
const CALL_KINDS: { readonly [status: string]: EventOf<'call.status' | 'call.terminate'>['kind'] } = {
  missed: 'call.terminate',
  canceled: 'call.terminate',
};

export const readWhapiCall: Reader = (call, source, pointer) => {
  const callId = toText(call.id);
  const state = toText(call.status);
  if (callId === undefined || state === undefined) return 'call without id or status';
  const groupId = toGroupId(call.chat_id);
  const person = toWhapiPerson(groupId === undefined ? (call.chat_id ?? call.from) : call.from);
  const caller = toPersonKey(toWhapiPerson(call.from));
  const at = toTime(call.timestamp);
  const id = toEventId('c', source.scope, [callId, state, String(at ?? '')]);
  const lane = groupId ?? toPersonKey(person) ?? callId;
  const base = makeBase(rowOf(CALL_KINDS, state) ?? 'call.status', source, { id, lane, at, pointer });
  const direction = caller === undefined ? undefined : caller === toPersonKey(person) ? 'in' : 'out';
  return present<WhatsAppEvent>({ ...base, callId, person, direction, state, errors: [], raw: call });
};
