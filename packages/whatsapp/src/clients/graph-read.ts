import { parseJsonText } from '../inbound/json.ts';
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

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/** Ids may come as numbers; large ones arrive as strings from the parser already. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Only the keys that are there. */
export function optional<K extends string>(raw: Json, names: { readonly [key in K]: string }): { [key in K]?: string } {
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

/** One page of a list. `after` is null on the last one. */
export function parsePage(body: string): { items: Json[]; after: string | null } | null {
  const answer = parseBody(body);
  const data = answer?.['data'];
  // Some lists come as an object keyed by position.
  const items = isJson(data) ? Object.values(data) : data;
  if (answer === null || !Array.isArray(items)) return null;
  const paging = isJson(answer['paging']) ? answer['paging'] : {};
  const cursors = isJson(paging['cursors']) ? paging['cursors'] : {};
  // Meta gives cursors on the last page too; only `next` says that there is more. Its URL is not followed: it may hold a token.
  const after = textOf(paging['next']) === undefined ? undefined : textOf(cursors['after']);
  return { items: objects(items), after: after ?? null };
}
