import type { Clock, PhoneEdit, PhoneMessage, PhoneReaction, PhoneRevoke, PhoneSend } from './contract.ts';
import { findBodyProblem, isFileBody, toCustomerBody, toFileBody } from './customer-body.ts';
import type { Ids } from './ids.ts';
import { type MediaStore, toSha256 } from './media-store.ts';
import { toContact } from './webhooks/identity.ts';
import { isRecord } from './json.ts';
import { toInboundMessage } from './webhooks/message-body.ts';
import type { ThreadUpdate, Update } from './webhooks/update.ts';
import { appendOwn, threadKey, type World } from './world.ts';

export interface CustomerDeps {
  readonly world: World;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly media: MediaStore;
  readonly emit: (update: Update) => void;
  readonly mediaUrl: (mediaId: string) => string;
  /** A bubble appeared or changed. */
  readonly onMessage: (message: PhoneMessage) => void;
  /** The number took in a message (throughput counts both ways). */
  readonly onInbound: (numberId: string) => void;
}

export type Done<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };
const refuse = (error: string): { ok: false; error: string } => ({ ok: false, error });

/** What people do on their phones. Each act changes the phone and leaves as one webhook update. */
export interface Customer {
  send(send: PhoneSend): Done<PhoneMessage>;
  react(reaction: PhoneReaction): Done<null>;
  edit(edit: PhoneEdit): Done<PhoneMessage>;
  revoke(revoke: PhoneRevoke): Done<PhoneMessage>;
  /** Posts a message again that no webhook had answered before the last stop. */
  repeat(message: PhoneMessage): void;
}

export function makeCustomer(deps: CustomerDeps): Customer {
  return {
    send: (send) => sendMessage(deps, send),
    react: (reaction) => react(deps, reaction),
    edit: (edit) => changeOwn(deps, edit, (message) => applyEdit(deps, message, edit.text)),
    revoke: (revoke) => changeOwn(deps, revoke, (message) => applyRevoke(deps, message)),
    repeat: (message) => emitMessage(deps, message),
  };
}

function sendMessage(deps: CustomerDeps, send: PhoneSend): Done<PhoneMessage> {
  const isReferred = send.referral === undefined || isRecord(send.referral);
  const referral = isReferred ? null : 'referral must be an object.';
  const problem = findThreadProblem(deps.world, send) ?? findBodyProblem(send.body) ?? referral;
  if (problem !== null) return refuse(problem);
  const { body, mediaId } = toStoredBody(deps, send);
  const message: PhoneMessage = {
    id: deps.ids.wamid(),
    personId: send.personId,
    numberId: send.numberId,
    direction: 'out',
    at: deps.clock.now(),
    body,
    ticks: 'sent',
    reactions: {},
    ...(send.quotedId === undefined ? {} : { quotedId: send.quotedId }),
    ...(send.referral === undefined ? {} : { referral: send.referral }),
    ...(mediaId === null ? {} : { mediaUrl: `/phone/api/media/${mediaId}` }),
  };
  if (send.referral !== undefined) {
    const key = threadKey(send.numberId, send.personId);
    deps.world.entryPoints.set(key, { clickedAt: message.at, answeredAt: null });
  }
  appendOwn(deps.world, message);
  deps.onMessage(message);
  emitMessage(deps, message);
  return { ok: true, value: message };
}

function findThreadProblem(world: World, thread: { personId: string; numberId: string }): string | null {
  if (!world.people.has(thread.personId)) return 'There is no such person.';
  return world.numbers.has(thread.numberId) ? null : 'There is no such business number.';
}

function toStoredBody(deps: CustomerDeps, send: PhoneSend): { body: PhoneMessage['body']; mediaId: string | null } {
  if (!isFileBody(send.body)) return { body: toCustomerBody(send.body), mediaId: null };
  const bytes = Buffer.from(send.body.file.base64, 'base64');
  const { mimeType, filename } = send.body.file;
  const stored = { id: deps.ids.node(), sha256: toSha256(bytes) };
  deps.media.put(stored.id, bytes);
  deps.world.media.set(stored.id, {
    ...stored,
    numberId: send.numberId,
    mimeType,
    size: bytes.length,
    at: deps.clock.now(),
    from: 'webhook',
    ...(filename === undefined ? {} : { filename }),
  });
  return { body: toFileBody(send.body, stored), mediaId: stored.id };
}

/** The wire form of any message of a customer, whether it is a bubble (`tracked` by its tick) or not. */
function emitMessage(deps: CustomerDeps, message: PhoneMessage, tracked = true): void {
  const { world } = deps;
  const person = world.people.get(message.personId);
  const number = world.numbers.get(message.numberId);
  if (person === undefined || number === undefined) return;
  deps.onInbound(message.numberId);
  world.lastInboundAt.set(threadKey(message.numberId, message.personId), message.at);
  const quoted = world.messages.get(message.quotedId ?? '');
  const body = toInboundMessage({ person, number, message, quoted, mediaUrl: deps.mediaUrl });
  const update: ThreadUpdate = { numberId: message.numberId, kind: 'message', body, contact: toContact(person) };
  deps.emit(tracked ? { ...update, messageId: message.id } : update);
}

/** A message that is no bubble: reaction, edit, revoke. */
function emitEvent(
  deps: CustomerDeps,
  thread: { personId: string; numberId: string },
  body: PhoneMessage['body'],
): void {
  const at = deps.clock.now();
  const { personId, numberId } = thread;
  emitMessage(deps, { id: deps.ids.wamid(), personId, numberId, direction: 'out', at, body, reactions: {} }, false);
}

function react(deps: CustomerDeps, reaction: PhoneReaction): Done<null> {
  const problem = findThreadProblem(deps.world, reaction);
  if (problem !== null) return refuse(problem);
  const target = deps.world.messages.get(reaction.messageId);
  if (target === undefined || target.personId !== reaction.personId) return refuse('There is no such message.');
  if (reaction.emoji === '') delete target.reactions.customer;
  else target.reactions.customer = reaction.emoji;
  deps.onMessage(target);
  // Taking a reaction back is the absence of `emoji`, not an empty one.
  const emoji = reaction.emoji === '' ? {} : { emoji: reaction.emoji };
  emitEvent(deps, reaction, { type: 'reaction', reaction: { message_id: target.id, ...emoji } });
  return { ok: true, value: null };
}

function changeOwn(
  deps: CustomerDeps,
  which: { personId: string; messageId: string },
  change: (message: PhoneMessage) => Done<PhoneMessage>,
): Done<PhoneMessage> {
  const message = deps.world.messages.get(which.messageId);
  if (message === undefined || message.personId !== which.personId) return refuse('There is no such message.');
  if (message.direction !== 'out') return refuse('Only the author can change a message.');
  if (message.deleted === true) return refuse('The message is deleted.');
  const done = change(message);
  if (done.ok) deps.onMessage(message);
  return done;
}

function applyEdit(deps: CustomerDeps, message: PhoneMessage, text: string): Done<PhoneMessage> {
  const { type } = message.body;
  const content = message.body[type];
  if (!text || !isRecord(content)) return refuse('An edit needs text and a message that has some.');
  const isCaptioned = type === 'image' || type === 'video' || type === 'document';
  if (type !== 'text' && !isCaptioned) return refuse('Only text and captions can be edited.');
  message.body = { type, [type]: { ...content, [type === 'text' ? 'body' : 'caption']: text } };
  message.edited = true;
  const context = message.quotedId === undefined ? {} : { context: { id: message.quotedId } };
  const edit = { original_message_id: message.id, message: { ...context, ...message.body } };
  emitEvent(deps, message, { type: 'edit', edit });
  return { ok: true, value: message };
}

function applyRevoke(deps: CustomerDeps, message: PhoneMessage): Done<PhoneMessage> {
  message.deleted = true;
  message.reactions = {};
  emitEvent(deps, message, { type: 'revoke', revoke: { original_message_id: message.id } });
  return { ok: true, value: message };
}
