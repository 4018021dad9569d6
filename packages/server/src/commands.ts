import { hash } from 'node:crypto';
import { checkMessage, checkPair, checkRecipient, type MessageProblem, type OutgoingMessage } from '@wharf/whatsapp';
import type { Channel, Directory } from '#channels';
import { replayEvent } from '#journal';
import { type Clock, type Database, type DatabasePool, makeId, statement, type Transaction } from '#kit';
import {
  conversationKey,
  lockTargets,
  type Identity,
  resolveContacts,
  type Target,
  toLine,
  touchConversations,
} from '#ledger';
import { CLASS, type Enqueued, enqueue, type Outgoing } from '#outbox';
import { claimQuarantined, replayTask } from '#reactions';
import { previewOf } from './to-outgoing.ts';

export interface SubmitRequest {
  readonly workspaceId: string;
  readonly channelId?: string | undefined;
  readonly to?: string | undefined;
  readonly recipient?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly message: unknown;
  readonly idempotencyKey: string | null;
}

export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly MessageProblem[];
}

export type Submitted =
  | { readonly ok: true; readonly id: string; readonly replayed: boolean }
  | { readonly ok: false; readonly problem: Refusal };

export interface CommandOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly directory: Directory;
  /** There is something new in the outbox for these channels. */
  readonly wakeSenders: (channelIds: readonly string[]) => void;
}

const KNOWN_KEY = statement(
  'commands_known_key',
  `select id, request_digest as digest from messages where workspace_id = $1 and idempotency_key = $2`,
);

const refuse = (status: number, code: string, detail: string, errors?: readonly MessageProblem[]): Submitted => ({
  ok: false,
  problem: errors ? { status, code, detail, errors } : { status, code, detail },
});

async function findEarlier(db: Database, request: SubmitRequest, digest: string): Promise<Submitted | null> {
  if (request.idempotencyKey === null) return null;
  const [known] = await db.rows<{ id: string; digest: string }>(KNOWN_KEY, [
    request.workspaceId,
    request.idempotencyKey,
  ]);
  if (!known) return null;
  if (known.digest === digest) return { ok: true, id: known.id, replayed: true };
  return refuse(
    409,
    'idempotency_conflict',
    'This Idempotency-Key was used for another request. Use a new key for a new message.',
  );
}

function findChannel(options: CommandOptions, request: SubmitRequest): Channel | Submitted {
  const channels = options.directory.list().filter((channel) => channel.workspaceId === request.workspaceId);
  if (request.channelId !== undefined) {
    const found = channels.find((channel) => channel.id === request.channelId);
    return (
      found ??
      refuse(404, 'channel_unknown', `There is no channel ${request.channelId}. GET /api/v1/channels lists them.`)
    );
  }
  const [only] = channels;
  if (only && channels.length === 1) return only;
  return refuse(
    422,
    'channel_needed',
    channels.length === 0 ? 'No channel is connected yet.' : 'Several channels are connected: name one in channelId.',
  );
}

/** Whapi's chat id of a group; Meta's group ids look like nothing in particular. */
const isGroup = (to: string | undefined): boolean => to?.endsWith('@g.us') ?? false;

/** Whom the request names: how the ledger knows them, and where Meta or Whapi finds them. */
function toParty(request: SubmitRequest): { readonly identity: Identity; readonly address: Target['address'] } {
  const { to, recipient = '' } = request;
  if (to === undefined) return { identity: { kind: 'bsuid', value: recipient }, address: { recipient } };
  if (isGroup(to)) return { identity: { kind: 'group', value: to }, address: { to, group: true } };
  if (to.endsWith('@lid')) return { identity: { kind: 'lid', value: to }, address: { to } };
  const digits = to.replace(/@.*$/, '').replace(/\D/g, '');
  return { identity: { kind: 'phone', value: digits }, address: { to: digits } };
}

async function openConversation(
  tx: Transaction,
  channel: Channel,
  request: SubmitRequest,
  nowMs: number,
): Promise<Target> {
  const { workspaceId } = request;
  const { identity, address } = toParty(request);
  const sighting = { workspaceId, eventId: 'api', identities: [identity], name: null };
  const [contactId] = await resolveContacts(tx, [sighting], nowMs);
  if (!contactId) throw new Error('a sighting with an identity always has a contact');
  const at = { lane: identity.value, address, at: null, inbound: false, messageId: null };
  const touch = { workspaceId, channelId: channel.id, contactId, ...at };
  const view = (await touchConversations(tx, [touch], nowMs)).get(conversationKey(touch));
  const target = view && (await lockTargets(tx, [view.id])).get(view.id);
  if (!target) throw new Error('a touched conversation always exists');
  return target;
}

const refuseMessage = (problems: readonly MessageProblem[]): Submitted =>
  refuse(422, 'message_invalid', 'WhatsApp would refuse this message. Nothing was queued.', problems);

const inMessage = (problems: readonly MessageProblem[]): MessageProblem[] =>
  problems.map((problem) => ({ ...problem, field: `message.${problem.field}` }));

/** Without a channel (that is refused later) the more tolerant provider's rules hold. */
function checkParty(options: CommandOptions, request: SubmitRequest): readonly MessageProblem[] {
  if (request.conversationId !== undefined) return [];
  const channel = findChannel(options, request);
  const provider = 'ok' in channel ? 'whapi' : channel.provider;
  const { to, recipient } = request;
  const named = { ...(to === undefined ? {} : { to }), ...(recipient === undefined ? {} : { recipient }) };
  return checkRecipient(isGroup(to) && provider === 'whapi' ? { ...named, group: true } : named, provider);
}

async function findTarget(
  tx: Transaction,
  options: CommandOptions,
  request: SubmitRequest,
  nowMs: number,
): Promise<Target | Submitted> {
  if (request.conversationId !== undefined) {
    const target = (await lockTargets(tx, [request.conversationId])).get(request.conversationId);
    if (target?.workspaceId === request.workspaceId) return target;
    return refuse(404, 'conversation_unknown', `There is no conversation ${request.conversationId}.`);
  }
  const channel = findChannel(options, request);
  return 'ok' in channel ? channel : openConversation(tx, channel, request, nowMs);
}

/** The message as the outbox takes it. */
function toOutgoing(
  request: SubmitRequest,
  target: Target,
  made: { id: string; digest: string; nowMs: number },
): Outgoing {
  const message = request.message as OutgoingMessage;
  return {
    id: made.id,
    kind: 'message',
    workspaceId: request.workspaceId,
    channelId: target.channelId,
    lane: target.lane,
    address: target.address,
    class: CLASS.transactional,
    conversationId: target.id,
    contactId: target.contactId,
    origin: 'api',
    message,
    preview: toLine(previewOf(message)),
    at: made.nowMs,
    ownerEpoch: null,
    position: null,
    reaction: null,
    idempotencyKey: request.idempotencyKey,
    requestDigest: made.digest,
  };
}

const toDigest = ({ idempotencyKey: _key, ...content }: SubmitRequest): string =>
  hash('sha256', JSON.stringify(content), 'hex');

async function take(
  tx: Transaction,
  options: CommandOptions,
  request: SubmitRequest,
): Promise<Submitted & { enqueued?: readonly Enqueued[] }> {
  const nowMs = options.clock.now();
  const digest = toDigest(request);
  const earlier = await findEarlier(tx, request, digest);
  if (earlier) return earlier;
  const target = await findTarget(tx, options, request, nowMs);
  if ('ok' in target) return target;
  const problems = checkPair(request.message as OutgoingMessage, target.address);
  if (problems.length > 0) return refuseMessage(inMessage(problems));
  const id = makeId('msg', nowMs);
  const enqueued = await enqueue(tx, [toOutgoing(request, target, { id, digest, nowMs })], nowMs);
  // Two requests with one key at once: the loser's row was not stored, the winner's is there by now.
  const winner = await findEarlier(tx, request, digest);
  if (winner && !(winner.ok && winner.id === id)) return winner;
  return { ok: true, id, replayed: false, enqueued };
}

/** Takes a message from the API: checked whole before anything is stored, and once for each idempotency key. */
export async function submit(options: CommandOptions, request: SubmitRequest): Promise<Submitted> {
  const problems = [...checkParty(options, request), ...inMessage(checkMessage(request.message))];
  if (problems.length > 0) return refuseMessage(problems);
  const { enqueued, ...submitted } = await options.db.transaction((tx) => take(tx, options, request));
  if (enqueued) options.wakeSenders(enqueued.map((row) => row.channelId));
  return submitted;
}

/** Gives a quarantined event another chance, from the stage at which it failed. False when it is not open. */
export function replay(options: CommandOptions, id: string): Promise<boolean> {
  return options.db.transaction(async (tx) => {
    const entry = await claimQuarantined(tx, id, 'replayed');
    if (!entry) return false;
    if (entry.stage === 'reaction') await replayTask(tx, id);
    else await replayEvent(tx, entry.position, options.clock.now());
    return true;
  });
}

/** Lets a quarantined event go for good; it stays visible. False when it is not open. */
export const discard = (options: CommandOptions, id: string): Promise<boolean> =>
  options.db.transaction(async (tx) => (await claimQuarantined(tx, id, 'discarded')) !== null);
