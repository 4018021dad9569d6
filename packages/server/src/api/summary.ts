import type { EventKind, EventOf, GroupKind, MessageContent, NoticeKind, Person, WhatsAppEvent } from '@wharf/whatsapp';

const MAX = 200;

const toLine = (text: string): string =>
  text.replaceAll('\u0000', '\ufffd').replace(/\s+/g, ' ').trim().slice(0, MAX).toWellFormed();

/** The name people know somebody by; never more than one identifier. */
function nameOf(person: Person): string {
  if (person.name) return person.name;
  if (person.username) return `@${person.username}`;
  if (person.phone) return `+${person.phone}`;
  return person.bsuid ?? person.lid ?? 'somebody';
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
const change = (from: string | undefined, to: string): string => (from ? `${from} → ${to}` : to);
const after = (text: string | undefined, mark = ': '): string => (text ? `${mark}${text}` : '');

type Lines<U, K extends PropertyKey> = { readonly [T in K]: (value: Extract<U, { readonly type: T }>) => string };

const CONTENT: Lines<MessageContent, MessageContent['type']> = {
  text: (c) => c.body,
  media: ({ media }) => `[${media.voice ? 'voice note' : media.kind}]${after(media.caption ?? media.filename, ' ')}`,
  location: (c) => `[location]${after(c.name ?? c.address, ' ')}`,
  contacts: (c) => `[${plural(c.contacts.length, 'contact card')}]`,
  button: (c) => `[button] ${c.title}`,
  list: (c) => `[list] ${c.title}`,
  form: (c) => `[form] ${c.name}`,
  call_permission: (c) => `[call permission] ${c.response}`,
  order: (c) => `[order] ${plural(c.items.length, 'item')}`,
  poll: (c) => `[poll] ${c.title}`,
  media_placeholder: () => '[media, not included]',
  request_welcome: () => '[opened the chat]',
  unsupported: (c) => `[unsupported]${after(c.what, ' ')}`,
  unknown: (c) => `[unknown type] ${c.name}`,
};

const toContent = (content: MessageContent): string =>
  (CONTENT[content.type] as (content: MessageContent) => string)(content);

type Summaries = { readonly [K in EventKind]: (event: EventOf<K>) => string };

type SpokenKind = 'message.received' | 'message.echo' | 'standby.message' | 'standby.echo';
const spoken =
  (mark: string) =>
  (event: EventOf<SpokenKind>): string =>
    `${nameOf(event.person)}${mark}${toContent(event.message.content)}`;

type CallKind = 'call.connect' | 'call.terminate' | 'call.status' | 'call.other';
const call = (event: EventOf<CallKind>): string =>
  `Call with ${nameOf(event.person)}: ${event.state}${event.durationSeconds === undefined ? '' : `, ${event.durationSeconds} s`}`;

const group = (event: EventOf<GroupKind>): string => `Group ${event.groupId ?? '(new)'}: ${event.change}`;

const notice = (event: EventOf<NoticeKind>): string => event.summary;

const templateOf = (event: { readonly name?: string; readonly templateId: string }): string =>
  `Template ${event.name ?? event.templateId}`;

/** One line per kind; a kind that is added to the vocabulary and not here does not compile. */
const SUMMARIES: Summaries = {
  'message.received': spoken(': '),
  'message.echo': spoken(' ← '),
  'message.edited': (e) => `${e.direction === 'out' ? 'We' : nameOf(e.person)} edited: ${toContent(e.content)}`,
  'message.revoked': (e) => `${e.direction === 'out' ? 'We' : nameOf(e.person)} deleted a message`,
  'message.reaction': (e) => {
    const who = e.direction === 'out' ? 'We' : nameOf(e.person);
    return e.emoji === null ? `${who} took a reaction back` : `${who} reacted ${e.emoji}`;
  },
  'message.status': (e) => {
    const [error] = e.errors;
    const why = error ? ` (${error.code}${after(error.title ?? error.message, ' ')})` : '';
    return `${e.status === 'unknown' ? e.rawStatus : e.status}: message to ${nameOf(e.person)}${why}`;
  },
  'message.history': (e) =>
    `History, ${nameOf(e.person)}${e.fromBusiness ? ' ← ' : ': '}${toContent(e.message.content)}`,
  'history.progress': (e) => `History${e.progress === undefined ? '' : ` ${e.progress} %`}${after(e.errors[0]?.title)}`,
  'contact.changed': (e) => `${nameOf(e.previous)} is now ${nameOf(e.person)} (${e.change.replace('_', ' ')})`,
  'contact.synced': (e) => `Address book: ${e.action} ${e.fullName ?? nameOf(e.person)}`,
  'contact.preference': (e) => `${nameOf(e.person)}: ${e.value} ${e.category.replaceAll('_', ' ')}`,
  'contact.action': (e) => `Contact action: ${e.action}`,
  'contact.presence': (e) => `${nameOf(e.person)} is ${e.presence}`,
  'payment.status': (e) => `Payment of ${nameOf(e.person)}: ${e.status}${after(e.reference, ', ')}`,
  'call.connect': call,
  'call.terminate': call,
  'call.status': call,
  'call.other': call,
  'group.lifecycle': group,
  'group.participants': group,
  'group.settings': group,
  'group.status': group,
  'template.status': (e) => `${templateOf(e)}: ${e.status}${after(e.reason, ', ')}`,
  'template.quality': (e) => `${templateOf(e)}: quality ${change(e.from, e.to)}`,
  'template.components': (e) => `${templateOf(e)}: content changed`,
  'template.category': (e) => `${templateOf(e)}: category ${change(e.from, e.to)}${e.upcoming ? ' (announced)' : ''}`,
  'template.misclassified': (e) => `${templateOf(e)}: category ${change(e.category, e.correct ?? 'unknown')} suggested`,
  'account.alert': notice,
  'account.review': notice,
  'account.settings': notice,
  'account.update': notice,
  'account.capability': notice,
  'account.security': notice,
  'account.status': notice,
  'number.name': notice,
  'number.quality': notice,
  'number.username': notice,
  'payment.configuration': notice,
  'partner.solution': notice,
  'form.alert': notice,
  'conversion.detected': notice,
  'consumer.profile': notice,
  'tracking.event': notice,
  'provider.error': notice,
  'channel.health': notice,
  'channel.pairing': notice,
  'channel.user': notice,
  'channel.notice': notice,
  'chat.updated': notice,
  'chat.removed': notice,
  'contact.updated': notice,
  'label.updated': notice,
  'label.removed': notice,
  'thread.control': (e) => `Conversation of ${nameOf(e.person)}: ${e.change}${after(e.to ?? e.toApp, ' → ')}`,
  'standby.message': spoken(' (standby): '),
  'standby.echo': spoken(' ← other app: '),
  'standby.status': (e) => `${e.status}: message of another app to ${nameOf(e.person)}`,
  unknown: (e) => `${e.field ? `${e.field}: ` : ''}${e.reason}`,
  unreadable: (e) => e.reason,
};

/** One line for lists, at most 200 characters, without line breaks. */
export function toSummary(event: WhatsAppEvent): string {
  return toLine((SUMMARIES[event.kind] as (event: WhatsAppEvent) => string)(event));
}
