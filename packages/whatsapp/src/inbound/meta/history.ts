import type { Person, WhatsAppEvent } from '../../events.ts';
import { toErrors } from '../errors.ts';
import { toEventId } from '../ids.ts';
import { addElement, addUnknown, each, type Found, type Output, type Walker } from '../output.ts';
import { toPerson, toPersonKey, toPhone, toUsername } from '../person.ts';
import { type JsonObject, present, toList, toNumber, toObject, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, type Source, toContentId } from '../source.ts';
import { toMessage } from './context.ts';

/** Field `history`: chunks of the phone app's past, each an event for its progress and one per message. */
export const walkHistory: Walker = (out, { element, source, pointer }) => {
  const chunks = Array.isArray(element) ? (element as unknown[]) : [element];
  chunks.forEach((chunk, index) => {
    const at = Array.isArray(element) ? `${pointer}/${index}` : pointer;
    const found = { element: chunk, source, pointer: at };
    addElement(out, readProgress, found);
    walkThreads(out, found);
  });
};

const readProgress: Reader = (chunk, source, pointer) => {
  const metadata = toPart(chunk.metadata);
  const id = toContentId('h', source, toChunkKey(chunk));
  const lane = source.channel ?? source.account ?? source.field;
  return present<WhatsAppEvent>({
    ...makeBase('history.progress', source, { id, lane, at: null, pointer }),
    phase: toNumber(metadata.phase),
    chunk: toNumber(metadata.chunk_order),
    progress: toNumber(metadata.progress),
    errors: toErrors(chunk.errors),
  });
};

/** Tells chunks apart without hashing megabytes: its numbers, and where it begins. */
function toChunkKey(chunk: JsonObject): unknown {
  const first = toPart(toList(chunk.threads)[0]);
  const message = toPart(toList(first.messages)[0]);
  return [chunk.metadata ?? null, chunk.errors ?? null, toText(first.id) ?? null, toText(message.id) ?? null];
}

function walkThreads(out: Output, { element, source, pointer }: Found): void {
  toList(toPart(element).threads).forEach((thread, index) => {
    const found = { element: thread, source, pointer: `${pointer}/threads/${index}` };
    const threadObject = toObject(thread);
    if (threadObject === undefined) addUnknown(out, found, 'history thread is not an object');
    else if (!Array.isArray(threadObject.messages)) addUnknown(out, found, 'history thread without messages');
    else walkMessages(out, threadObject, found);
  });
}

function walkMessages(out: Output, thread: JsonObject, { source, pointer }: Found): void {
  const person = toThreadPerson(thread, source);
  each(messageReader(person))(out, { element: thread.messages, source, pointer: `${pointer}/messages` });
}

function toThreadPerson(thread: JsonObject, source: Source): Person {
  const context = toPart(thread.context);
  const person = toPerson(context.wa_id ?? thread.id, context.user_id, context.parent_user_id);
  return source.contacts.complete(present({ ...person, username: toUsername(context.username) }));
}

/**
 * Reactions, edits and revokes of the past stay message content here, as `unknown` with the raw value: as events of
 * their own they would look like something that just happened.
 */
function messageReader(person: Person): Reader {
  return (message, source, pointer) => {
    const messageId = toText(message.id);
    if (messageId === undefined) return 'history message without id';
    const type = toText(message.type) ?? '';
    // The type is part of the id: a `media_placeholder` is followed by the same message with its file.
    const id = toEventId('h', source.scope, [messageId, type]);
    const facts = { id, lane: toPersonKey(person) ?? messageId, at: toTime(message.timestamp), pointer };
    return present<WhatsAppEvent>({
      ...makeBase('message.history', source, facts),
      person,
      fromBusiness: isFromBusiness(message, person, source),
      message: toMessage(messageId, message),
      historyStatus: toText(toPart(message.history_context).status),
    });
  };
}

function isFromBusiness(message: JsonObject, person: Person, source: Source): boolean {
  const from = toPhone(message.from);
  if (from !== undefined && source.businessPhone !== undefined) return from === source.businessPhone;
  if (message.from_user_id !== undefined) return message.from_user_id !== person.bsuid;
  return message.to_user_id !== undefined || (from !== undefined && from !== person.phone);
}
