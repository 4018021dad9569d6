import { type GraphSend, type OutgoingMessage, parseGraphSend, type Recipient } from '@wharf/whatsapp';
import { makeDelay, makeUuid, toDatabaseFault } from '#kit';
import { type Answer, fail, failForm, ok, unsupported } from './answer.ts';
import type { Fields } from './body.ts';
import { toFailure, toRefusal } from './failures.ts';
import type { GraphApiOptions, GraphChannel, GraphRequest, Taken } from './options.ts';
import { resolveId, resolveNamed } from './references.ts';
import type { Settlements } from './settlements.ts';
import { findGroup } from './store.ts';
import { findWaId } from './wa-id.ts';

export interface MessagesContext extends GraphApiOptions {
  readonly settlements: Settlements;
}

export interface Call {
  readonly workspaceId: string;
  readonly numberId: string;
  readonly fields: Fields;
  /** The header, as it came. */
  readonly idempotencyKey: string | undefined;
}

const KEY = /^[\x21-\x7e]{1,200}$/;
const RETRY_MS = 250;

type Wanted = Extract<GraphSend, { kind: 'send' }>;
type Kept = Pick<GraphRequest, 'to' | 'recipient' | 'conversationId'>;

/** `to` wins when both are given, as at Meta. Null: a group that was never heard of. */
async function toParty(db: GraphApiOptions['db'], channel: GraphChannel, recipient: Recipient): Promise<Kept | null> {
  const { to, recipient: bsuid, group } = recipient;
  if (to === undefined) return { recipient: bsuid ?? '' };
  if (group !== true) return { to };
  const conversationId = await findGroup(db, channel, to);
  return conversationId === null ? null : { conversationId };
}

/**
 * Whoever sends free-form text answers somebody: Meta takes it within the service window only. By the type alone, so that
 * a bot's messages to one person stay in one class, and with that in their order.
 */
const toPriority = ({ type }: OutgoingMessage): GraphRequest['priority'] =>
  type === 'template' ? 'transactional' : 'reply';

/** The database stayed away for the whole wait: nobody knows whether the message is in it. */
export class QueuedPerhaps extends Error {
  readonly key: string;

  constructor(key: string, cause: unknown) {
    super('the database went away while a message was queued', { cause });
    this.key = key;
  }
}

/**
 * A commit whose answer was lost may have been done. Asked again under the same key it is the same message, so that is
 * done until the database answers, or the caller's time is over.
 */
async function submitSurely(context: MessagesContext, request: GraphRequest): Promise<Taken> {
  const endsAt = context.clock.elapsed() + context.waitMs;
  for (;;) {
    try {
      return await context.submit(request);
    } catch (error) {
      if (error instanceof TypeError || toDatabaseFault(error) === 'data') throw error;
      if (context.clock.elapsed() >= endsAt) throw new QueuedPerhaps(request.idempotencyKey, error);
      await makeDelay(context.clock, RETRY_MS);
    }
  }
}

/** Meta's answer: `wa_id` is the number in digits as WhatsApp spells it, `user_id` a BSUID. */
async function toContact({ db }: MessagesContext, channel: GraphChannel, recipient: Recipient): Promise<object> {
  const { to, recipient: bsuid = '', group } = recipient;
  if (to === undefined) return { input: bsuid, user_id: bsuid };
  return { input: to, wa_id: group === true ? to : await findWaId(db, channel.workspaceId, to.replace(/\D/g, '')) };
}

interface Receipt {
  readonly contact: object;
  readonly group: string | undefined;
}

function toReceipt({ contact, group }: Receipt, id: string, isAccepted: boolean): object {
  const status = isAccepted ? { message_status: 'accepted' } : {};
  const inGroup = group === undefined ? {} : { group_id: group };
  return { messaging_product: 'whatsapp', contacts: [contact], messages: [{ id, ...status, ...inGroup }] };
}

/** A message that waits for longer than its caller does. */
function isPutOff(taken: Extract<Taken, { ok: true }>, { clock, waitMs }: GraphApiOptions): boolean {
  const { deferred } = taken;
  return deferred !== null && (deferred.until === null || deferred.until > clock.now() + waitMs);
}

async function settle(
  context: MessagesContext,
  channel: GraphChannel,
  wanted: Wanted,
  taken: Extract<Taken, { ok: true }>,
): Promise<Answer> {
  const named = { 'x-wharf-message-id': taken.id };
  const { to, group } = wanted.recipient;
  const contact = await toContact(context, channel, wanted.recipient);
  const from: Receipt = { contact, group: group === true ? to : undefined };
  const receipt = (id: string, isAccepted: boolean) => ok(toReceipt(from, id, isAccepted), named);
  const outcome = isPutOff(taken, context) ? null : await context.settlements.wait(taken.id);
  if (outcome === null || (outcome.whatsappId === null && outcome.state === 'scheduled'))
    return receipt(taken.id, true);
  if (outcome.whatsappId !== null) return receipt(outcome.whatsappId, wanted.message.type === 'template');
  const failure = toFailure(outcome, channel.provider);
  return { ...failure, headers: { ...failure.headers, ...named } };
}

async function sendMessage(
  context: MessagesContext,
  channel: GraphChannel,
  wanted: Wanted,
  key: string | undefined,
): Promise<Answer> {
  const { recipient, callbackData } = wanted;
  if (recipient.identityKeyHash !== undefined)
    return failForm([{ field: 'recipient_identity_key_hash', message: 'is not supported here', reason: 'unknown' }]);
  const message = await resolveNamed(context.db, channel, wanted.message);
  if (!message.ok) return failForm(message.problems);
  const party = await toParty(context.db, channel, recipient);
  if (party === null) return fail({ code: 131041 });
  const taken = await submitSurely(context, {
    workspaceId: channel.workspaceId,
    channelId: channel.id,
    ...party,
    message: message.value,
    // One that the caller can repeat, told when it is needed.
    idempotencyKey: key ?? `graph-${makeUuid(context.clock.now())}`,
    priority: toPriority(message.value),
    ...(callbackData === undefined ? {} : { callbackData }),
  });
  return taken.ok ? settle(context, channel, wanted, taken) : toRefusal(taken.problem);
}

/** WhatsApp's own ids are base64 with a prefix. */
const PLAIN_ID = /^[\x21-\x7e]{1,250}$/;

async function markRead(
  context: MessagesContext,
  channel: GraphChannel,
  { messageId, typing }: Extract<GraphSend, { kind: 'read' }>,
): Promise<Answer> {
  const id = await resolveId(context.db, channel, messageId);
  if (!id.ok) return failForm(id.problems);
  if (!PLAIN_ID.test(id.value)) return failForm([{ field: 'message_id', message: 'must be the id of a message' }]);
  const marked = await context.markRead({ channel, messageId: id.value, typing });
  if (marked === 'queued') return ok({ success: true });
  return fail({ code: 131005, details: 'The conversation belongs to another app (standby), which alone may do that.' });
}

/** `POST /PHONE/messages`. */
export async function answerMessages(context: MessagesContext, call: Call): Promise<Answer> {
  const channel = await context.findChannel(call.workspaceId, call.numberId);
  if (channel === null) return unsupported('POST', call.numberId);
  const wanted = parseGraphSend(call.fields);
  if (wanted.kind === 'refused') return failForm(wanted.problems);
  if (wanted.kind === 'read') return markRead(context, channel, wanted);
  const { idempotencyKey: key } = call;
  if (key !== undefined && !KEY.test(key))
    return failForm([{ field: 'Idempotency-Key', message: 'must have 1 to 200 visible ASCII characters' }]);
  return sendMessage(context, channel, wanted, key);
}
