import { hash } from 'node:crypto';
import {
  checkCallbackData,
  checkMessage,
  checkRecipient,
  type MessageProblem,
  type OutgoingMessage,
} from '@wharf/whatsapp';
import type { Channel, Directory } from '#channels';
import type { Identity, Target } from '#ledger';
import { CLASS } from '#outbox';

/** What somebody wants sent; `message` is not checked yet. */
export interface SubmitRequest {
  readonly workspaceId: string;
  /** Who asks: `api`, `graph`, … */
  readonly origin?: string | undefined;
  readonly channelId?: string | undefined;
  readonly to?: string | undefined;
  readonly recipient?: string | undefined;
  readonly conversationId?: string | undefined;
  readonly message: unknown;
  readonly idempotencyKey: string | null;
  /** RFC 3339 with an offset, or a local time without one: then where the person is. */
  readonly sendAt?: string | undefined;
  readonly ttlSeconds?: number | undefined;
  readonly priority?: keyof typeof CLASS | undefined;
  /** The caller's own `biz_opaque_callback_data`. */
  readonly callbackData?: string | undefined;
  /** The message that this one repeats. */
  readonly retryOf?: string | undefined;
}

export interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly MessageProblem[];
  /** Of the policy's refusal: which rules, and what exactly. */
  readonly denied?: readonly { readonly rule: string; readonly code?: string }[];
}

export const refusal = (
  status: number,
  code: string,
  detail: string,
  errors?: readonly MessageProblem[],
): { readonly ok: false; readonly problem: Refusal } => ({
  ok: false,
  problem: errors ? { status, code, detail, errors } : { status, code, detail },
});

export const invalid = (problems: readonly MessageProblem[]) =>
  refusal(422, 'message_invalid', 'WhatsApp would refuse this message. Nothing was queued.', problems);

/** A request whose form is right, as far as that can be known without the database. */
export interface Checked {
  readonly ok: true;
  readonly request: SubmitRequest;
  readonly message: OutgoingMessage;
  /** Null: the conversation names it. */
  readonly channel: Channel | null;
  /** Of a request with a key: another one must not come with the same key. */
  readonly digest: string | null;
  readonly class: number;
  /** Unix ms; null: at once, or at `localSendAt`. */
  readonly sendAt: number | null;
  /** `YYYY-MM-DDTHH:mm[:ss]` where the person is. */
  readonly localSendAt: string | null;
  readonly ttlMs: number | null;
}

type Fault = ReturnType<typeof refusal>;

function findChannel(directory: Directory, request: SubmitRequest): Channel | Fault {
  const channels = directory.list().filter((channel) => channel.workspaceId === request.workspaceId);
  if (request.channelId !== undefined) {
    const found = channels.find((channel) => channel.id === request.channelId);
    return (
      found ??
      refusal(404, 'channel_unknown', `There is no channel ${request.channelId}. GET /api/v1/channels lists them.`)
    );
  }
  const [only] = channels;
  if (only && channels.length === 1) return only;
  return refusal(
    422,
    'channel_needed',
    channels.length === 0 ? 'No channel is connected yet.' : 'Several channels are connected: name one in channelId.',
  );
}

/** Whapi's chat id of a group; Meta's group ids look like nothing in particular. */
const isGroup = (to: string | undefined): boolean => to?.endsWith('@g.us') ?? false;

/** Whom the request names: how the ledger knows them, and where Meta or Whapi finds them. */
export function toParty(request: SubmitRequest): { readonly identity: Identity; readonly address: Target['address'] } {
  const { to, recipient = '' } = request;
  if (to === undefined) return { identity: { kind: 'bsuid', value: recipient }, address: { recipient } };
  if (isGroup(to)) return { identity: { kind: 'group', value: to }, address: { to, group: true } };
  if (to.endsWith('@lid')) return { identity: { kind: 'lid', value: to }, address: { to } };
  const digits = to.replace(/@.*$/, '').replace(/\D/g, '');
  return { identity: { kind: 'phone', value: digits }, address: { to: digits } };
}

/** Without a channel (that is refused later) the more tolerant provider's rules hold. */
function checkParty(channel: Channel | Fault, request: SubmitRequest): readonly MessageProblem[] {
  if (request.conversationId !== undefined) return [];
  const provider = 'ok' in channel ? 'whapi' : channel.provider;
  const { to, recipient } = request;
  const named = { ...(to === undefined ? {} : { to }), ...(recipient === undefined ? {} : { recipient }) };
  return checkRecipient(isGroup(to) && provider === 'whapi' ? { ...named, group: true } : named, provider);
}

export const inMessage = (problems: readonly MessageProblem[]): MessageProblem[] =>
  problems.map((problem) => ({ ...problem, field: `message.${problem.field}` }));

const YEAR_MS = 366 * 86_400_000;
/** Clocks differ: so much past counts as now. */
const PAST_MS = 60_000;
const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** A time without an offset (`YYYY-MM-DDTHH:mm[:ss]`): where the person is. */
export const isLocalTime = (text: string | undefined): text is string => LOCAL.test(text ?? '');

/** When it shall go: null is now; a text is what is wrong. */
export function parseSendAt(text: string | undefined, nowMs: number): number | null | string {
  if (text === undefined) return null;
  const at = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) return 'must be a time with its offset, for example 2026-12-01T09:00:00+01:00';
  return checkSendAt(at, nowMs);
}

/** As `parseSendAt`, of a time that is known. */
export function checkSendAt(at: number, nowMs: number): number | null | string {
  if (at < nowMs - PAST_MS) return 'lies in the past: leave it away to send at once';
  if (at > nowMs + YEAR_MS) return 'lies more than a year ahead';
  return at <= nowMs ? null : at;
}

export const TTL_SECONDS = { min: 30, max: 30 * 86_400 };

function checkTtl(ttlSeconds: number | undefined): MessageProblem[] {
  const { min, max } = TTL_SECONDS;
  if (ttlSeconds === undefined || (ttlSeconds >= min && ttlSeconds <= max)) return [];
  return [{ field: 'ttlSeconds', message: `must be ${min} to ${max} seconds`, limit: max, actual: ttlSeconds }];
}

const toDigest = ({ idempotencyKey, ...content }: SubmitRequest): string | null =>
  idempotencyKey === null ? null : hash('sha256', JSON.stringify(content), 'hex');

/** Everything about a request that can be said without the database. */
export function checkRequest(directory: Directory, request: SubmitRequest, nowMs: number): Checked | Fault {
  const channel = request.conversationId === undefined ? findChannel(directory, request) : null;
  const localSendAt = isLocalTime(request.sendAt) ? request.sendAt : null;
  const sendAt = localSendAt === null ? parseSendAt(request.sendAt, nowMs) : null;
  const problems = [
    ...(channel === null ? [] : checkParty(channel, request)),
    ...inMessage(checkMessage(request.message)),
    ...(typeof sendAt === 'string' ? [{ field: 'sendAt', message: sendAt }] : []),
    ...checkTtl(request.ttlSeconds),
    ...(request.callbackData === undefined ? [] : checkCallbackData(request.callbackData)),
  ];
  if (problems.length > 0) return invalid(problems);
  if (channel !== null && 'ok' in channel) return channel;
  return {
    ok: true,
    request,
    message: request.message as OutgoingMessage,
    channel,
    digest: toDigest(request),
    class: CLASS[request.priority ?? 'transactional'],
    sendAt: typeof sendAt === 'number' ? sendAt : null,
    localSendAt,
    ttlMs: request.ttlSeconds === undefined ? null : request.ttlSeconds * 1_000,
  };
}
