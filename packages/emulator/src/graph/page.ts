import { type Params, textOf } from './params.ts';

/** One page with Meta's cursors: the position, in base64. `base` makes the address of the next page. */
export function toPage(all: readonly unknown[], params: Params, base?: string): Record<string, unknown> {
  const limit = Math.max(1, Number(textOf(params, 'limit') ?? 25) || 25);
  const before = textOf(params, 'before');
  const from = before === undefined ? fromCursor(textOf(params, 'after')) : Math.max(0, fromCursor(before) - limit);
  const until = before === undefined ? from + limit : fromCursor(before);
  const data = all.slice(from, until);
  if (data.length === 0) return { data };
  const end = from + data.length;
  const cursors = { before: toCursor(from), after: toCursor(end) };
  const next = base === undefined || end >= all.length ? {} : { next: toNext(base, params, cursors.after) };
  return { data, paging: { cursors, ...next } };
}

function toNext(base: string, params: Params, after: string): string {
  const url = new URL(base);
  for (const [key, value] of Object.entries(params)) {
    if (key !== 'access_token' && key !== 'before')
      url.searchParams.set(key, typeof value === 'string' ? value : JSON.stringify(value));
  }
  url.searchParams.set('after', after);
  return url.href;
}

const toCursor = (position: number): string => Buffer.from(String(position)).toString('base64');
const fromCursor = (cursor: string | undefined): number =>
  Math.max(0, Number(Buffer.from(cursor ?? '', 'base64').toString('latin1')) || 0);
