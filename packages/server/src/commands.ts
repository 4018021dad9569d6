import { hash } from 'node:crypto';
import { checkMessage, checkRecipient, type MessageProblem, type OutgoingMessage } from '@wharf/whatsapp';
import type { Channel, Directory } from '#channels';
import { replayEntry } from '#journal';
import { type Clock, type Database, type DatabasePool, makeId, statement } from '#kit';
import {
  conversationKey,
  conversationTargets,
  resolveContacts,
  type Target,
  toLine,
  touchConversations,
} from '#ledger';
import { CLASS, enqueue, type Senders } from '#outbox';
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
  readonly senders: Pick<Senders, 'wake'>;
}

const KNOWN_KEY = statement(
  'commands_known_key',
  `select id, request_digest as digest from messages where workspace_id = $1 and idempotency_key = $2`,
);

const refuse = (status: number, code: string, detail: string, errors?: readonly MessageProblem[]): Submitted => ({
  ok: false,
  problem: errors ? { status, code, detail, errors } : { status, code, detail },
});

const toDigits = (phone: string): string => phone.replace(/\D/g, '');

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

async function openConversation(
  tx: Database,
  channel: Channel,
  request: SubmitRequest,
  nowMs: number,
): Promise<Target> {
  const { workspaceId } = request;
  const digits = toDigits(request.to ?? '');
  const identity =
    request.to === undefined
      ? { kind: 'bsuid' as const, value: request.recipient ?? '' }
      : { kind: 'phone' as const, value: digits };
  const address = request.to === undefined ? { recipient: identity.value } : { to: digits };
  const [contactId] = await resolveContacts(
    tx,
    [{ workspaceId, eventId: 'api', identities: [identity], name: null }],
    nowMs,
  );
  if (!contactId) throw new Error('a sighting with an identity always has a contact');
  const touch = {
    workspaceId,
    channelId: channel.id,
    contactId,
    lane: identity.value,
    address,
    at: null,
    inbound: false,
    messageId: null,
  };
  const view = (await touchConversations(tx, [touch], nowMs)).get(conversationKey(touch));
  const target = view && (await conversationTargets(tx, [view.id])).get(view.id);
  if (!target) throw new Error('a touched conversation always exists');
  return target;
}

async function findTarget(
  tx: Database,
  options: CommandOptions,
  request: SubmitRequest,
  nowMs: number,
): Promise<Target | Submitted> {
  if (request.conversationId !== undefined) {
    const target = (await conversationTargets(tx, [request.conversationId])).get(request.conversationId);
    if (target?.workspaceId === request.workspaceId) return target;
    return refuse(404, 'conversation_unknown', `There is no conversation ${request.conversationId}.`);
  }
  const channel = findChannel(options, request);
  return 'ok' in channel ? channel : openConversation(tx, channel, request, nowMs);
}

function checkRequest(request: SubmitRequest): readonly MessageProblem[] {
  const problems = checkMessage(request.message).map((problem) => ({ ...problem, field: `message.${problem.field}` }));
  if (request.conversationId !== undefined) return problems;
  const to = request.to === undefined ? {} : { to: request.to };
  return [
    ...checkRecipient(request.recipient === undefined ? to : { ...to, recipient: request.recipient }),
    ...problems,
  ];
}

/** Takes a message from the API: checked whole before anything is stored, and once for each idempotency key. */
export async function submit(options: CommandOptions, request: SubmitRequest): Promise<Submitted> {
  const problems = checkRequest(request);
  if (problems.length > 0)
    return refuse(422, 'message_invalid', 'WhatsApp would refuse this message. Nothing was queued.', problems);
  const { idempotencyKey, ...content } = request;
  const digest = hash('sha256', JSON.stringify(content), 'hex');
  const nowMs = options.clock.now();
  const outcome = await options.db.transaction(async (tx): Promise<Submitted & { channelId?: string }> => {
    const earlier = await findEarlier(tx, request, digest);
    if (earlier) return earlier;
    const target = await findTarget(tx, options, request, nowMs);
    if ('ok' in target) return target;
    const message = request.message as OutgoingMessage;
    const id = makeId('msg', nowMs);
    await enqueue(
      tx,
      [
        {
          id,
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
          at: nowMs,
          ownerEpoch: null,
          position: null,
          reaction: null,
          idempotencyKey,
          requestDigest: digest,
        },
      ],
      nowMs,
    );
    // Two requests with one key at once: the loser's row was not stored, the winner's is there by now.
    const winner = await findEarlier(tx, request, digest);
    if (winner?.ok && winner.id !== id) return winner;
    return { ok: true, id, replayed: false, channelId: target.channelId };
  });
  if (outcome.channelId) options.senders.wake([outcome.channelId]);
  return outcome;
}

/** Gives a quarantined event another chance, from the stage at which it failed. False when it is not open. */
export function replay(options: CommandOptions, id: string): Promise<boolean> {
  return options.db.transaction(async (tx) => {
    const entry = await claimQuarantined(tx, id, 'replayed');
    if (!entry) return false;
    if (entry.stage === 'reaction') await replayTask(tx, id);
    else await replayEntry(tx, entry.position);
    return true;
  });
}

/** Lets a quarantined event go for good; it stays visible. False when it is not open. */
export const discard = (options: CommandOptions, id: string): Promise<boolean> =>
  options.db.transaction(async (tx) => (await claimQuarantined(tx, id, 'discarded')) !== null);
