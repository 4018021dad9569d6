import type { SplitOptions } from '../../events.ts';
import { addElement, addUnknown, each, type Found, type Output, pointTo, type Walker } from '../output.ts';
import { type JsonObject, toList, toObject, toPart, toText } from '../read.ts';
import { makeSource, type Reader, type Source } from '../source.ts';
import { readValueError } from '../value-error.ts';
import { readWhapiRemoval, readWhapiStatus, readWhapiUpdate } from './change.ts';
import { readWhapiMessage } from './message.ts';
import {
  channelReader,
  readGroup,
  readGroupParticipants,
  readGroupUpdate,
  readPresence,
  readWhapiCall,
  snapshotReader,
} from './notice.ts';
import type { WhapiKey } from './vocabulary.ts';

/** One row per key. */
const KEYS = {
  messages: each(readWhapiMessage),
  messages_updates: each(readWhapiUpdate),
  messages_removed: eachId(readWhapiRemoval),
  messages_removed_all: eachId(snapshotReader('chat.removed')),
  statuses: each(readWhapiStatus),
  chats: each(snapshotReader('chat.updated')),
  chats_updates: each(snapshotReader('chat.updated')),
  chats_removed: eachId(snapshotReader('chat.removed')),
  contacts: each(snapshotReader('contact.updated')),
  contacts_updates: each(snapshotReader('contact.updated')),
  groups: each(readGroup),
  groups_participants: each(readGroupParticipants),
  groups_updates: each(readGroupUpdate),
  presences: each(readPresence),
  labels: each(snapshotReader('label.updated')),
  labels_removed: eachId(snapshotReader('label.removed')),
  calls: each(readWhapiCall),
  health: each(channelReader('channel.health', (health) => toText(toPart(health.status).text) ?? 'health')),
  qr: each(channelReader('channel.pairing', (qr) => toText(qr.status) ?? 'qr')),
  user: each(channelReader('channel.user', (_user, source) => (source.field.endsWith('.delete') ? 'logout' : 'login'))),
  errors: each(readValueError),
} satisfies Record<WhapiKey, Walker>;

/** Event names that Whapi deprecated, in case a channel still delivers under them. */
const ALIASES: { readonly [key: string]: WhapiKey } = {
  message: 'messages',
  ack: 'statuses',
  status: 'statuses',
  chat: 'chats',
};

const readService = channelReader('channel.notice', () => 'service');

/** Whapi's envelope: the keys that hold something, with `event` and `channel_id` beside them. */
export function splitWhapi(document: unknown, out: Output, options: SplitOptions): void {
  const root = toObject(document);
  const event = toPart(root?.event);
  const source = makeSource({
    provider: 'whapi',
    channel: toText(root?.channel_id) ?? options.channel ?? null,
    account: null,
    field: toText(event.type) ?? '',
    salt: options.receivedAt === undefined ? '' : String(options.receivedAt),
  });
  const whole: Found = { element: document, source, pointer: '' };
  if (root === undefined) addUnknown(out, whole, 'document is not an object');
  else if (!splitKeys(out, root, source)) {
    if (event.type === 'service') addElement(out, readService, whole);
    else addUnknown(out, whole, 'delivery holds nothing known');
  }
}

function splitKeys(out: Output, root: JsonObject, source: Source): boolean {
  const method = toText(toPart(root.event).method);
  let found = false;
  for (const key of Object.keys(root)) {
    const element = root[key];
    const name = Object.hasOwn(ALIASES, key) ? (ALIASES[key] ?? key) : key;
    const walk: Walker | undefined = Object.hasOwn(KEYS, name) ? KEYS[name as WhapiKey] : undefined;
    if (isEmpty(element) || (walk === undefined && !Array.isArray(element))) continue;
    found = true;
    const field = method === undefined ? name : `${name}.${method}`;
    const part = { element, source: { ...source, field }, pointer: pointTo('', key) };
    if (walk === undefined) addUnknown(out, part, 'list is not known');
    else walk(out, part);
  }
  return found;
}

function isEmpty(element: unknown): boolean {
  return element === undefined || element === null || (toList(element).length === 0 && Array.isArray(element));
}

/** A walker over a list of bare ids, or one of them. */
function eachId(reader: Reader): Walker {
  return (out, { element, source, pointer }) => {
    const isList = Array.isArray(element);
    const ids: readonly unknown[] = isList ? (element as unknown[]) : [element];
    ids.forEach((id, index) => {
      const at = isList ? `${pointer}/${index}` : pointer;
      addElement(out, reader, { element: toObject(id) ?? { id }, source, pointer: at });
    });
  };
}
