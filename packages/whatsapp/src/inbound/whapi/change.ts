import type { WhatsAppEvent } from '../../events.ts';
import { toEventId } from '../ids.ts';
import { toDeliveryState } from '../delivery-state.ts';
import { toErrors } from '../errors.ts';
import { toPersonKey } from '../person.ts';
import { type JsonObject, present, toList, toObject, toText, toTime } from '../read.ts';
import { makeBase, type Reader, type Reading, toContentId } from '../source.ts';
import { toGroupId, toWhapiPerson } from './chat.ts';
import { toWhapiContent } from './content.ts';
import { type Posted, readWhapiMessage, toPosted } from './message.ts';

/** An element of `statuses`; in a group one per viewer. The text decides, since the codes are undocumented. */
export const readWhapiStatus: Reader = (status, source, pointer) => {
  const messageId = toText(status.id);
  const word = toText(status.status);
  if (messageId === undefined || word === undefined) return 'status without id or status';
  const groupId = toGroupId(status.recipient_id);
  const person = toWhapiPerson(groupId === undefined ? status.recipient_id : status.viewer_id);
  const at = toTime(status.timestamp);
  const id = toEventId('s', source.scope, [messageId, word.toLowerCase(), toPersonKey(person) ?? '', String(at ?? '')]);
  const base = makeBase('message.status', source, {
    id,
    lane: groupId ?? toPersonKey(person) ?? messageId,
    at,
    pointer,
  });
  const errors = toErrors(status.errors);
  return present<WhatsAppEvent>({
    ...base,
    messageId,
    status: toDeliveryState(word),
    rawStatus: word,
    person,
    groupId,
    errors,
  });
};

/** Keys whose change is a new text, whatever the message's type. */
const TEXT_KEYS = new Set(['body', 'caption', 'text']);

/** An element of `messages_updates`: the act that caused it, when it is told, else what differs. */
export const readWhapiUpdate: Reader = (update, source, pointer) => {
  const trigger = toObject(update.trigger);
  // The same act comes in `messages` too; read alike, both have one id.
  if (trigger?.type === 'action') return readWhapiMessage(trigger, source, pointer);
  const after = toObject(update.after_update);
  const target = toText(update.id) ?? toText(after?.id);
  if (after === undefined || target === undefined) return 'message update without id or after_update';
  const posted = toPosted({ ...after, id: target }, source, pointer);
  return posted === undefined ? 'message update without id' : toChange(posted, update);
};

function toChange(posted: Posted, update: JsonObject): Reading {
  const { id: target, message: after, person, direction, source } = posted;
  const changes = toList(update.changes).flatMap((change) => toText(change) ?? []);
  const facts = { ...posted.facts, id: toContentId('m', source, update) };
  if (changes.some((change) => TEXT_KEYS.has(change) || change === after.type)) {
    const base = makeBase('message.edited', source, facts);
    return { ...base, direction, person, target, messageId: target, content: toWhapiContent(after) };
  }
  const words = ['message changed:', ...changes];
  return { ...makeBase('channel.notice', source, facts), summary: words.join(' '), raw: update };
}

/** An element of `messages_removed`: an id and nothing else, so neither who nor when is known. */
export const readWhapiRemoval: Reader = (removed, source, pointer) => {
  const target = toText(removed.id);
  if (target === undefined) return 'removed message without id';
  const facts = { id: toEventId('m', source.scope, ['removed', target]), lane: target, at: null, pointer };
  return { ...makeBase('message.revoked', source, facts), direction: 'in', person: {}, target, messageId: target };
};
