import { z } from 'zod';

/** Where a list goes on: opaque to callers, checked on the way back. Times are microseconds, as exact as the column. */
export const eventCursor = z.tuple([z.literal('e'), z.int().min(0)]);
export const threadCursor = z.tuple([z.literal('t'), z.int(), z.string().max(200)]);
/** `null` = among those without any message, which come last. */
export const conversationCursor = z.tuple([z.literal('c'), z.int().nullable(), z.string().max(200)]);
export const messagesCursor = z.tuple([z.literal('m'), z.string().max(200)]);
export const alertsCursor = z.tuple([z.literal('a'), z.string().max(200)]);
export const quarantineCursor = z.tuple([z.literal('q'), z.string().max(200)]);
/** Contacts in the order of their making, and the purpose. */
export const consentCursor = z.tuple([
  z.literal('n'),
  z.string().regex(/^[\w-]{1,200}$/),
  z.string().regex(/^[a-z]{1,20}$/),
]);
export const evidenceCursor = z.tuple([z.literal('g'), z.int().min(0)]);

export const templateCursor = z.tuple([
  z.literal('m'),
  z.string().max(2_000),
  z.string().max(200),
  z.string().max(200),
]);

export const toCursor = (parts: readonly (string | number | null)[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url');

/** `undefined` = the first page; `null` = not a cursor of this list. */
export function parseCursor<T>(shape: z.ZodType<T>, text: string | undefined): T | null | undefined {
  if (text === undefined) return undefined;
  try {
    const json = Buffer.from(text, 'base64url').toString('utf8');
    // No column holds NUL, so no cursor of ours does.
    if (json.includes('\\u0000')) return null;
    const parsed = shape.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not JSON: somebody made it up.
    return null;
  }
}

/** One row more than asked for was read: it says whether there is a next page. */
export function toPage<R, T>(
  rows: readonly R[],
  limit: number,
  to: { readonly item: (row: R) => T; readonly cursor: (row: R) => readonly (string | number | null)[] },
): { data: T[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last !== undefined ? toCursor(to.cursor(last)) : null;
  return { data: shown.map(to.item), next };
}
