/** One id as one segment of a path. Never throws: `encodeURIComponent` alone does, on half of a surrogate pair. */
export function toSegment(id: string): string {
  return encodeURIComponent(id.toWellFormed());
}

/** A path of escaped ids. `.` and `..` survive escaping and would lead to another node; so would an empty one. */
export function isPlainPath(path: string): boolean {
  return path
    .split('/')
    .slice(1)
    .every((segment) => !/^\.{0,2}$/.test(segment));
}
