/** The revision that an If-Match header names; null = any; undefined = it is not one of ours. */
export function parseIfMatch(header: string): number | null | undefined {
  if (header.trim() === '*') return null;
  const revision = /^(?:W\/)?"(\d{1,9})"$/.exec(header.trim())?.[1];
  return revision === undefined ? undefined : Number(revision);
}
