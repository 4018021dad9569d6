/**
 * One id as one segment of a path. Never throws: `encodeURIComponent` alone does, on half of a surrogate pair. A colon
 * may stand as it is (RFC 3986, 3.3), and Meta's upload sessions (`upload:…`) are written with one.
 */
export function toSegment(id: string): string {
  return encodeURIComponent(id.toWellFormed()).replaceAll('%3A', ':');
}

/** A path of escaped ids. `.` and `..` survive escaping and would lead to another node; so would an empty one. */
export function isPlainPath(path: string): boolean {
  return path
    .split('/')
    .slice(1)
    .every((segment) => !/^\.{0,2}$/.test(segment));
}
