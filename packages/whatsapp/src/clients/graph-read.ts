import { parseJsonText } from '../inbound/json.ts';
import { present } from '../outbound/present.ts';
import type { Accepted } from '../outcome.ts';

/** Reading Meta's answers. Each function gives null for whatever is not what it should be. */
export type Json = { readonly [key: string]: unknown };

export interface MediaInfo {
  /** Lives five minutes and needs the token: see `downloadMedia`. */
  readonly url: string;
  readonly mimeType: string;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

export interface PhoneNumber {
  readonly id: string;
  /** As Meta spells it, for example `+1 555-010-0000`. */
  readonly displayPhoneNumber: string;
  readonly verifiedName?: string;
  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` (open set). */
  readonly qualityRating?: string;
  /** `CONNECTED`, `PENDING`, `BANNED` … (open set). */
  readonly status?: string;
  readonly nameStatus?: string;
  readonly platformType?: string;
  /** `STANDARD`, `HIGH`, `NOT_APPLICABLE`. */
  readonly throughput?: string;
  /** `TIER_250` … `TIER_UNLIMITED`. */
  readonly messagingLimit?: string;
  readonly username?: string;
  /** Meta's own object. */
  readonly raw: Json;
}

export interface TemplateSummary {
  /** Decimal string; may exceed 2^53. */
  readonly id: string;
  readonly name: string;
  readonly language: string;
  readonly category?: string;
  /** Before Meta moved it to another category. */
  readonly previousCategory?: string;
  /** The category Meta thinks right, when it announces a move. */
  readonly correctCategory?: string;
  /** `APPROVED`, `PENDING`, `PAUSED` … (open set). */
  readonly status?: string;
  readonly parameterFormat?: string;
  /** `NONE` when it was not rejected. */
  readonly rejectedReason?: string;
  /** `GREEN`, `YELLOW`, `RED`, `UNKNOWN` (open set). */
  readonly qualityScore?: string;
  /** How long Meta tries to deliver, in seconds; −1 is 30 days. */
  readonly ttlSeconds?: number;
  readonly components: readonly Json[];
  /** Meta's own object. */
  readonly raw: Json;
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/** Ids may come as numbers; large ones arrive as strings from the parser already. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Only the keys that are there. */
function optional<K extends string>(raw: Json, names: { readonly [key in K]: string }): { [key in K]?: string } {
  const found = Object.entries<string>(names).map(([key, wire]) => [key, textOf(raw[wire])] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined)) as { [key in K]?: string };
}

export function parseBody(body: string): Json | null {
  const parsed = parseJsonText(body);
  return parsed.ok && isJson(parsed.value) ? parsed.value : null;
}

export function parseAccepted(body: string): Accepted | null {
  const answer = parseBody(body);
  const [message] = objects(answer?.['messages']);
  const messageId = textOf(message?.['id']);
  if (messageId === undefined || message === undefined) return null;
  const [contact = {}] = objects(answer?.['contacts']);
  return {
    kind: 'accepted',
    messageId,
    ...optional(contact, { waId: 'wa_id', userId: 'user_id' }),
    ...optional(message, { messageStatus: 'message_status' }),
  };
}

export function parseSuccess(body: string): true | null {
  return parseBody(body)?.['success'] === true ? true : null;
}

export function parseUploadId(body: string): { id: string } | null {
  const id = textOf(parseBody(body)?.['id']);
  return id === undefined ? null : { id };
}

/** Base64 in webhooks, hex here; 32 bytes either way. */
function toHex(sha256: string | undefined): string {
  if (sha256 === undefined || /^[0-9a-f]{64}$/i.test(sha256)) return (sha256 ?? '').toLowerCase();
  return Buffer.from(sha256, 'base64').toString('hex');
}

export function parseMediaInfo(body: string): MediaInfo | null {
  const answer = parseBody(body);
  const url = textOf(answer?.['url']);
  if (answer === null || url === undefined) return null;
  const sizeBytes = Number(answer['file_size'] ?? 0);
  return {
    url,
    mimeType: textOf(answer['mime_type']) ?? 'application/octet-stream',
    sha256: toHex(textOf(answer['sha256'])),
    sizeBytes: Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 ? sizeBytes : 0,
  };
}

export function toPhoneNumber(raw: Json): PhoneNumber | null {
  const id = textOf(raw['id']);
  if (id === undefined) return null;
  const level = isJson(raw['throughput']) ? textOf(raw['throughput']['level']) : undefined;
  return {
    id,
    displayPhoneNumber: textOf(raw['display_phone_number']) ?? '',
    ...optional(raw, {
      verifiedName: 'verified_name',
      qualityRating: 'quality_rating',
      status: 'status',
      nameStatus: 'name_status',
      platformType: 'platform_type',
      messagingLimit: 'whatsapp_business_manager_messaging_limit',
      username: 'username',
    }),
    ...(level === undefined ? {} : { throughput: level }),
    raw,
  };
}

/** An object with the score, or the score alone. */
const toScore = (value: unknown): string | undefined => textOf(isJson(value) ? value['score'] : value);

function toSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : value;
  return Number.isSafeInteger(seconds) ? (seconds as number) : undefined;
}

export function toTemplateSummary(raw: Json): TemplateSummary | null {
  const [id, name, language] = [textOf(raw['id']), textOf(raw['name']), textOf(raw['language'])];
  if (id === undefined || name === undefined || language === undefined) return null;
  const more = optional(raw, {
    category: 'category',
    previousCategory: 'previous_category',
    correctCategory: 'correct_category',
    status: 'status',
    parameterFormat: 'parameter_format',
    rejectedReason: 'rejected_reason',
  });
  const [qualityScore, ttlSeconds] = [toScore(raw['quality_score']), toSeconds(raw['message_send_ttl_seconds'])];
  return present({
    id,
    name,
    language,
    ...more,
    qualityScore,
    ttlSeconds,
    components: objects(raw['components']),
    raw,
  });
}

/** One page of a list. `after` is null on the last one. */
export function parsePage(body: string): { items: Json[]; after: string | null } | null {
  const answer = parseBody(body);
  if (answer === null || !Array.isArray(answer['data'])) return null;
  const paging = isJson(answer['paging']) ? answer['paging'] : {};
  const cursors = isJson(paging['cursors']) ? paging['cursors'] : {};
  // Meta gives cursors on the last page too; only `next` says that there is more. Its URL is not followed: it may hold a token.
  const after = textOf(paging['next']) === undefined ? undefined : textOf(cursors['after']);
  return { items: objects(answer['data']), after: after ?? null };
}
