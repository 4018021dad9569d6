import { checkMessage, checkPair, type MessageProblem, type OutgoingMessage, type Recipient } from '@wharf/whatsapp';
import { replayEvent } from '#journal';
import { statement } from '#kit';
import { toLine } from '#ledger';
import { cancelMessage, type Changed, editMessage } from '#outbox';
import { claimQuarantined, replayTask } from '#reactions';
import { submit, type Submitted, type SubmitOptions } from './submit.ts';
import { checkSendAt, inMessage, invalid, isLocalTime, parseSendAt, type Refusal, refusal } from './submit-request.ts';
import { previewOf } from './to-outgoing.ts';

export type Outcome = { readonly ok: true } | { readonly ok: false; readonly problem: Refusal };

interface MessageKey {
  readonly workspaceId: string;
  readonly id: string;
}

const UNKNOWN = refusal(404, 'not_found', 'There is no such message.');

/** Why a message can no longer be changed. */
function toOutcome(changed: Changed | null): Outcome {
  if (changed === null) return UNKNOWN;
  if (changed.ok) return { ok: true };
  const detail = `The message is ${changed.state}: only what waits to be sent can be changed.`;
  return refusal(409, 'message_not_waiting', detail);
}

/** Takes a message back, as long as it waits. */
export const cancel = async (
  { db, clock }: Pick<SubmitOptions, 'db' | 'clock'>,
  { workspaceId, id }: MessageKey,
): Promise<Outcome> => toOutcome(await cancelMessage(db, { workspaceId, id, nowMs: clock.now() }));

export interface EditRequest extends MessageKey {
  readonly message?: unknown;
  readonly sendAt?: string | undefined;
}

const TIMES = statement(
  'commands_times',
  `select m.channel_id as "channelId", (extract(epoch from coalesce(m.expires_at - coalesce(m.send_at, m.at), interval '1 day')) * 1000)::bigint as "ttlMs",
     c.address, c.contact_id as "contactId" from messages m join conversations c on c.id = m.conversation_id where m.workspace_id = $1 and m.id = $2 and m.direction = 'out'`,
);

/** What a whole message is checked for when it is submitted: whether it may go to this person, and its files. */
async function checkContent(
  { checkMedia }: SubmitOptions,
  { workspaceId, message }: EditRequest,
  address: Recipient,
): Promise<readonly MessageProblem[]> {
  const content = message as OutgoingMessage;
  return [
    ...inMessage(checkPair(content, address)),
    ...(await checkMedia({ request: { workspaceId }, message: content })),
  ];
}

interface Waiting {
  readonly channelId: string;
  readonly contactId: string;
  readonly ttlMs: number;
  readonly address: Recipient;
}

async function findWaiting({ db }: SubmitOptions, { workspaceId, id }: MessageKey): Promise<Waiting | null> {
  const [known] = await db.rows<Waiting>(TIMES, [workspaceId, id]);
  return known ?? null;
}

/** The same words as when it is submitted: with an offset, or without one where the person is. Null is now. */
async function timeOf(
  options: SubmitOptions,
  { sendAt, workspaceId }: EditRequest,
  { contactId }: Waiting,
): Promise<number | null | string> {
  const nowMs = options.clock.now();
  if (!isLocalTime(sendAt)) return parseSendAt(sendAt, nowMs);
  const wanted = [{ contactId, whereabouts: null, workspaceId, local: sendAt }];
  const [at = ''] = await options.db.transaction((tx) => options.toInstants(tx, wanted));
  return typeof at === 'string' ? at : checkSendAt(at, nowMs);
}

/** What can be said without the database. */
function checkForm({ message, sendAt }: EditRequest, nowMs: number): MessageProblem[] {
  const at = isLocalTime(sendAt) ? null : parseSendAt(sendAt, nowMs);
  return [...(message === undefined ? [] : inMessage(checkMessage(message))), ...toTimeProblems(at)];
}

const toTimeProblems = (at: number | null | string): MessageProblem[] =>
  typeof at === 'string' ? [{ field: 'sendAt', message: at }] : [];

/** Changes what a message says, or when it goes, as long as it waits; its time to live moves along. */
export async function edit(options: SubmitOptions, request: EditRequest): Promise<Outcome> {
  const nowMs = options.clock.now();
  const { workspaceId, id, message } = request;
  const problems = checkForm(request, nowMs);
  if (problems.length > 0) return invalid(problems);
  const known = await findWaiting(options, request);
  if (!known) return UNKNOWN;
  const at = await timeOf(options, request, known);
  const refused = [
    ...(message === undefined ? [] : await checkContent(options, request, known.address)),
    ...toTimeProblems(at),
  ];
  if (refused.length > 0) return invalid(refused);
  const wanted = request.sendAt === undefined ? undefined : typeof at === 'number' ? at : nowMs;
  const body = message as OutgoingMessage;
  const changed = await editMessage(options.db, {
    workspaceId,
    id,
    nowMs,
    message: message === undefined ? undefined : { body, preview: toLine(previewOf(body)) },
    sendAt: wanted === undefined ? undefined : { at: wanted, expiresAt: wanted + known.ttlMs },
  });
  if (changed?.ok) options.wakeSenders([known.channelId]);
  return toOutcome(changed);
}

const ENDED = statement(
  'commands_ended',
  `select body, state, conversation_id as "conversationId", class, callback_data as "callbackData", whatsapp_id as "whatsappId"
   from messages where workspace_id = $1 and id = $2 and direction = 'out'`,
);
interface Ended {
  readonly body: unknown;
  readonly state: string;
  readonly conversationId: string;
  readonly class: number | null;
  readonly callbackData: string | null;
}

const AGAIN: ReadonlySet<string> = new Set(['failed', 'blocked', 'expired', 'cancelled']);
const PRIORITIES = ['reply', 'transactional', 'campaign'] as const;

/**
 * Sends a message that came to a bad end once more, as a new message: the old one keeps its story, and may have had a
 * WhatsApp id. Asked twice, it is still one.
 */
export async function retry(options: SubmitOptions, { workspaceId, id }: MessageKey): Promise<Submitted> {
  const [ended] = await options.db.rows<Ended>(ENDED, [workspaceId, id]);
  if (!ended) return UNKNOWN;
  if (!AGAIN.has(ended.state)) {
    const detail = `The message is ${ended.state}: only one that failed, was blocked or cancelled, or has expired is sent again.`;
    return refusal(409, 'message_not_ended', detail);
  }
  return submit(options, {
    workspaceId,
    conversationId: ended.conversationId,
    message: ended.body,
    // No key of a caller holds a space.
    idempotencyKey: `retry ${id}`,
    priority: PRIORITIES[ended.class ?? 1],
    callbackData: ended.callbackData ?? undefined,
    retryOf: id,
  });
}

/** Gives a quarantined event another chance, from the stage at which it failed. False when it is not open. */
export function replay({ db, clock }: Pick<SubmitOptions, 'db' | 'clock'>, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const entry = await claimQuarantined(tx, id, 'replayed');
    if (!entry) return false;
    if (entry.stage === 'reaction') await replayTask(tx, id);
    else await replayEvent(tx, entry.position, clock.now());
    return true;
  });
}

/** Lets a quarantined event go for good; it stays visible. False when it is not open. */
export const discard = ({ db }: Pick<SubmitOptions, 'db'>, id: string): Promise<boolean> =>
  db.transaction(async (tx) => (await claimQuarantined(tx, id, 'discarded')) !== null);
