import type { PhoneMessage, PhoneNumberInfo, PhonePerson, PhoneState, PhoneUpdate } from '../../../src/contract.ts';

/** Everything the page knows. Rebuilt from `/phone/api/state` at each (re)connection, then kept by updates. */
export interface Phone {
  loaded: boolean;
  connected: boolean;
  numbers: PhoneNumberInfo[];
  people: PhonePerson[];
  messages: Map<string, PhoneMessage>;
  typing: Map<string, number>;
  /** Ids of the business's messages nobody has looked at yet. */
  unread: Set<string>;
  webhook: PhoneState['webhook'];
  /** The emulator's clock minus ours; its clock may be virtual. */
  skewMs: number;
}

export type PhoneAction =
  | { type: 'loaded'; state: PhoneState; localNow: number }
  | { type: 'connection'; connected: boolean }
  | { type: 'seen'; personId: string; numberId: string }
  | { type: 'update'; update: PhoneUpdate };

export const EMPTY_PHONE: Phone = {
  loaded: false,
  connected: false,
  numbers: [],
  people: [],
  messages: new Map(),
  typing: new Map(),
  unread: new Set(),
  webhook: { url: null, lastStatus: null, lastError: null, pending: 0 },
  skewMs: 0,
};

export function toChatKey(personId: string, numberId: string): string {
  return `${personId}\n${numberId}`;
}

export function reducePhone(phone: Phone, action: PhoneAction): Phone {
  switch (action.type) {
    case 'loaded':
      return withState(phone, action.state, action.localNow);
    case 'connection':
      return { ...phone, connected: action.connected };
    case 'seen':
      return withSeen(phone, action.personId, action.numberId);
    case 'update':
    default:
      return withUpdate(phone, action.update);
  }
}

function withState(phone: Phone, state: PhoneState, localNow: number): Phone {
  const messages = new Map(state.messages.map((message) => [message.id, message]));
  const unread = new Set(phone.unread);
  // What arrived while the connection was down is news; what was there at the first load is not.
  if (phone.loaded) for (const message of state.messages) if (isNews(phone, message)) unread.add(message.id);
  return {
    ...phone,
    loaded: true,
    numbers: state.numbers,
    people: state.people,
    messages,
    unread: new Set([...unread].filter((id) => messages.has(id))),
    webhook: state.webhook,
    skewMs: state.now - localNow,
  };
}

function isNews(phone: Phone, message: PhoneMessage): boolean {
  return message.direction === 'in' && !phone.messages.has(message.id);
}

function withSeen(phone: Phone, personId: string, numberId: string): Phone {
  const unread = new Set([...phone.unread].filter((id) => !isOfChat(phone.messages.get(id), personId, numberId)));
  return unread.size === phone.unread.size ? phone : { ...phone, unread };
}

function isOfChat(message: PhoneMessage | undefined, personId: string, numberId: string): boolean {
  return message?.personId === personId && message.numberId === numberId;
}

function withUpdate(phone: Phone, update: PhoneUpdate): Phone {
  switch (update.type) {
    case 'message':
      return withMessage(phone, update.message);
    case 'person':
      return {
        ...phone,
        people: [...phone.people.filter((p) => p.id !== update.person.id), update.person].sort(byName),
      };
    case 'typing':
      return { ...phone, typing: new Map(phone.typing).set(toChatKey(update.personId, update.numberId), update.until) };
    case 'webhook':
    default:
      return { ...phone, webhook: update.webhook };
  }
}

function withMessage(phone: Phone, message: PhoneMessage): Phone {
  const unread = isNews(phone, message) ? new Set(phone.unread).add(message.id) : phone.unread;
  const typing = new Map(phone.typing);
  // An answer ends "typing…", as on a real phone.
  if (isNews(phone, message)) typing.delete(toChatKey(message.personId, message.numberId));
  return { ...phone, messages: new Map(phone.messages).set(message.id, message), unread, typing };
}

function byName(a: PhonePerson, b: PhonePerson): number {
  return a.name.localeCompare(b.name);
}
