import type { Person, WhatsAppEvent } from '../../events.ts';
import { toEventId } from '../ids.ts';
import { toPersonKey } from '../person.ts';
import { type JsonObject, present, rowOf, toBoolean, toPart, toText, toTime } from '../read.ts';
import { makeBase, type Reader, type Reading, type Source } from '../source.ts';
import { toGroupId, toWhapiPerson } from './chat.ts';
import { toWhapiContent, type WhapiActionType } from './content.ts';
import { toWhapiMessage } from './context.ts';

/** A Whapi message with its chat settled. */
export interface Posted {
  readonly id: string;
  readonly message: JsonObject;
  readonly person: Person;
  readonly direction: 'in' | 'out';
  readonly groupId: string | undefined;
  readonly source: Source;
  readonly facts: {
    readonly id: string;
    readonly lane: string;
    readonly at: number | undefined;
    readonly pointer: string;
  };
}

/** An element of `messages`. What we sent ourselves comes too, and is an echo. */
export const readWhapiMessage: Reader = (message, source, pointer) => {
  const posted = toPosted(message, source, pointer);
  if (posted === undefined) return 'message without id';
  const act = rowOf<(posted: Posted) => Reading>(ACTS, toText(message.type) ?? '');
  return act === undefined ? readPlain(posted) : act(posted);
};

export function toPosted(message: JsonObject, source: Source, pointer: string): Posted | undefined {
  const id = toText(message.id);
  if (id === undefined) return undefined;
  const direction = toBoolean(message.from_me) === true ? 'out' : 'in';
  const groupId = toGroupId(message.chat_id);
  const person = toOtherSide(message, direction, groupId);
  const facts = {
    id: toEventId(direction === 'in' ? 'm' : 'e', source.scope, [id]),
    lane: groupId ?? toPersonKey(person) ?? id,
    at: toTime(message.timestamp),
    pointer,
  };
  return { id, message, person, direction, groupId, source, facts };
}

/** In a chat with one person that is the chat; in a group the author, and nobody for what we wrote there. */
function toOtherSide(message: JsonObject, direction: 'in' | 'out', groupId: string | undefined): Person {
  if (groupId !== undefined && direction === 'out') return {};
  const id =
    groupId === undefined ? (toText(message.chat_id) ?? message[direction === 'in' ? 'from' : 'to']) : message.from;
  const name = toText(direction === 'in' ? message.from_name : message.chat_name);
  return present<Person>({ ...toWhapiPerson(id), name });
}

function readPlain({ id, message, person, direction, groupId, source, facts }: Posted): Reading {
  const said = { person, message: toWhapiMessage(id, message, groupId) };
  if (direction === 'in') return { ...makeBase('message.received', source, facts), ...said };
  const echo = { ...makeBase('message.echo', source, facts), ...said };
  // Of a linked device (`web`) it is not said whether a person or a program sits there.
  return message.source === 'mobile' ? { ...echo, writtenIn: 'phone_app' } : echo;
}

const ACTS = {
  action: readAction,
  // Acts that Whapi also sends as types of their own.
  pin: (posted) => readOtherAct(posted, 'pin', posted.message.pin),
  poll_update: (posted) => readOtherAct(posted, 'poll_update', posted.message.poll_update),
  system: (posted) => toNotice(posted, 'system'),
} satisfies Record<WhapiActionType, (posted: Posted) => Reading>;

type ActionReader = (posted: Posted, action: JsonObject, target: string) => WhatsAppEvent;

const ACTIONS: { readonly [type: string]: ActionReader } = {
  reaction: readReaction,
  edit: readEdit,
  edited: readEdit,
  delete: readDelete,
};

function readAction(posted: Posted): Reading {
  const action = toPart(posted.message.action);
  const type = toText(action.type) ?? '';
  const target = toText(action.target);
  const reader = rowOf(ACTIONS, type);
  if (reader === undefined) return readOtherAct(posted, type, action);
  return target === undefined ? `${type} without target` : reader(posted, action, target);
}

function readReaction({ id, person, direction, groupId, source, facts }: Posted, action: JsonObject, target: string) {
  const base = makeBase('message.reaction', source, facts);
  const emoji = toText(action.emoji) ?? null;
  return present<WhatsAppEvent>({ ...base, direction, person, target, messageId: id, emoji, groupId });
}

function readEdit({ id, person, direction, source, facts }: Posted, action: JsonObject, target: string): WhatsAppEvent {
  const type = toText(action.edited_type) ?? 'text';
  const content = toWhapiContent({ type, [type]: action.edited_content });
  return { ...makeBase('message.edited', source, facts), direction, person, target, messageId: id, content };
}

function readDelete(
  { id, person, direction, source, facts }: Posted,
  _action: JsonObject,
  target: string,
): WhatsAppEvent {
  return { ...makeBase('message.revoked', source, facts), direction, person, target, messageId: id };
}

/** Votes, comments, pins, timers: an act of the person, or a notice when it was ours. */
function readOtherAct(posted: Posted, action: string, data: unknown): Reading {
  if (action === '') return 'action without type';
  if (posted.direction === 'out') return toNotice(posted, action);
  return { ...makeBase('contact.action', posted.source, posted.facts), action, data };
}

function toNotice({ message, source, facts }: Posted, summary: string): Reading {
  return { ...makeBase('channel.notice', source, facts), summary, raw: message };
}
