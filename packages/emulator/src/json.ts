/** Values that came as JSON, and of which nothing is known yet. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text as it is, numbers as digits (clients quote ids or do not), everything else as nothing. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : '';
}

/** JSON text as a value that is written as it stands: TypeScript's library does not know `JSON.rawJSON` yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => object };

/** An id as a JSON number with all its digits: above 2^53 a JavaScript number would lose some. */
export const toJsonNumber = (digits: string): object => rawJSON(digits);
