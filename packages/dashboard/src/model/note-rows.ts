/**
 * What a handler wrote down, as names and values: one row per key of an object, one row named “Value” for anything else.
 * Values that are not words are written as JSON.
 */
export function toNoteRows(data: unknown): [name: string, value: string][] {
  if (data === undefined || data === null) return [];
  if (typeof data !== 'object' || Array.isArray(data)) return [['Value', toWords(data)]];
  return Object.entries(data).map(([name, value]) => [name, toWords(value)]);
}

const toWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
