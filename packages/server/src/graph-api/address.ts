/** What a path under /graph is about. */
export type Address =
  | { readonly kind: 'messages'; readonly numberId: string }
  | { readonly kind: 'upload'; readonly numberId: string }
  | { readonly kind: 'node'; readonly id: string }
  | { readonly kind: 'other' };

const PREFIX = '/graph';
const VERSION = /^v\d{1,3}(\.\d{1,3})?$/;

/** Path and query of a request target; a whole address (as a proxy may send) is none of ours. */
export function toParts(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}

export const isGraphPath = (path: string): boolean => path === PREFIX || path.startsWith(`${PREFIX}/`);

/** The parts of a path, decoded; null: it cannot be decoded. */
function toSegments(path: string): string[] | null {
  try {
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** `/graph/v26.0/106…/messages`, with or without the version. */
export function parseAddress(path: string): Address {
  const segments = toSegments(path.slice(PREFIX.length)) ?? [];
  const [first = '', second, ...rest] = VERSION.test(segments[0] ?? '') ? segments.slice(1) : segments;
  if (first === '' || rest.length > 0) return { kind: 'other' };
  if (second === undefined) return { kind: 'node', id: first };
  if (second === 'messages') return { kind: 'messages', numberId: first };
  if (second === 'media') return { kind: 'upload', numberId: first };
  return { kind: 'other' };
}
