import type { IncomingMessage } from 'node:http';
import { parseJson, type MessageProblem } from '@wharf/whatsapp';

/** The largest body Meta's own messages come to is some 300 kB (a template carousel); the API takes as much. */
export const MAX_BODY = 1 << 20;
/** Meta's deepest message has some 15 levels. */
const MAX_LEVELS = 60;

export type BodyRead =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly why: 'too_large' | 'aborted' };

/** Reads a body up to the limit; past it, reading stops at once. */
export async function readBody(req: IncomingMessage, limit: number): Promise<BodyRead> {
  if (Number(req.headers['content-length'] ?? 0) > limit) return { ok: false, why: 'too_large' };
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      size += (chunk as Buffer).length;
      if (size > limit) return { ok: false, why: 'too_large' };
      chunks.push(chunk as Buffer);
    }
  } catch {
    return { ok: false, why: 'aborted' };
  }
  return { ok: true, bytes: Buffer.concat(chunks) };
}

/** Whether a value has more levels than any message; without recursion, which a stranger could exhaust. */
function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_LEVELS) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}

export type Fields = Readonly<Record<string, unknown>>;
export type ParsedBody =
  | { readonly ok: true; readonly fields: Fields }
  | { readonly ok: false; readonly problems: readonly MessageProblem[] };

const refused = (message: string): ParsedBody => ({ ok: false, problems: [{ field: '', message }] });

/** `fromEntries` defines keys, so `__proto__` stays an ordinary one. */
const toFields = (form: string): Fields => Object.fromEntries(new URLSearchParams(form));

function fromJson(bytes: Buffer): ParsedBody {
  const parsed = parseJson(bytes);
  if (!parsed.ok) return refused('must be a JSON object in UTF-8, or a form');
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refused('must be a JSON object');
  return isTooDeep(value) ? refused('is nested too deeply') : { ok: true, fields: value as Fields };
}

/** `{` begins JSON, whatever the type says: curl calls everything a form. */
const isJson = (type: string, bytes: Buffer): boolean =>
  /\bjson\b/i.test(type) || (bytes.length > 0 && /^\s*[{[]/.test(bytes.subarray(0, 64).toString('latin1')));

/** A request's parameters, from JSON or a form. Those of the address come below, as at Meta. */
export function parseFields(type: string, bytes: Buffer, query: string): ParsedBody {
  const given = toFields(query);
  if (bytes.length === 0) return { ok: true, fields: given };
  const parsed = isJson(type, bytes)
    ? fromJson(bytes)
    : ({ ok: true, fields: toFields(bytes.toString('utf8')) } as const);
  return parsed.ok ? { ok: true, fields: { ...given, ...parsed.fields } } : parsed;
}
