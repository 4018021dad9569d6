import { toDeliveryState } from '../delivery-state.ts';
import { toEventId } from '../ids.ts';
import { toPerson, toPersonKey } from '../person.ts';
import { type JsonObject, toObject, toText, toTime } from '../read.ts';
import { makeBase, type Reader } from '../source.ts';
import { toMessage } from './context.ts';
import { toStatusId, toTold } from './status.ts';
import { toReceived } from './written.ts';

/** Traffic of a thread that another app owns: to be watched, never answered or marked read. */
export const readStandbyMessage: Reader = (element, source, pointer) => {
  const written = toReceived(element, source, pointer);
  if (written === undefined) return 'standby message without id';
  const id = toEventId('b', source.scope, ['message', written.id]);
  const base = makeBase('standby.message', source, { ...written.facts, id });
  return { ...base, person: written.person, message: toMessage(written.id, element) };
};

/** The other app's answer: `message` is the body it sent, with the address beside the content. */
export const readStandbyEcho: Reader = (element, source, pointer) => {
  const messageId = toText(element.id);
  if (messageId === undefined) return 'standby echo without id';
  const sent = toObject(element.message) ?? element;
  const person = source.contacts.complete(toPerson(sent.to, sent.recipient ?? sent.to_user_id));
  const facts = {
    id: toEventId('b', source.scope, ['echo', messageId]),
    lane: toPersonKey(person) ?? messageId,
    at: toTime(element.timestamp),
    pointer,
  };
  const message = toMessage(messageId, withType(sent, element));
  return { ...makeBase('standby.echo', source, facts), person, message };
};

/** A template or form may lie beside the message instead of in it. */
function withType(sent: JsonObject, element: JsonObject): JsonObject {
  if (sent.type !== undefined) return sent;
  const type = ['template', 'flow'].find((key) => element[key] !== undefined);
  return type === undefined ? sent : { ...sent, type, [type]: element[type] };
}

export const readStandbyStatus: Reader = (element, source, pointer) => {
  const told = toTold(element, source);
  if (told === undefined) return 'standby status without id or status';
  const base = makeBase('standby.status', source, { ...told, id: toStatusId('b', told, source), pointer });
  return { ...base, messageId: told.id, status: toDeliveryState(told.word), person: told.person };
};
