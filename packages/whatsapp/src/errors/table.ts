import type { ErrorRow } from '../outcome.ts';
import { MANAGEMENT_ROWS } from './rows-management.ts';
import { MESSAGE_ROWS } from './rows-messages.ts';
import { PLATFORM_ROWS } from './rows-platform.ts';
import { TEMPLATE_ROWS } from './rows-templates.ts';

/** All we know about Meta's codes, ascending. */
export const ERROR_ROWS: readonly ErrorRow[] = [
  ...PLATFORM_ROWS,
  ...MESSAGE_ROWS,
  ...TEMPLATE_ROWS,
  ...MANAGEMENT_ROWS,
].sort((a, b) => a.code - b.code);

const BY_CODE: ReadonlyMap<number, ErrorRow> = new Map(ERROR_ROWS.map((row) => [row.code, row]));
const RANGES = ERROR_ROWS.filter((row) => row.codeTo > row.code);

/** The row of a code, or null for a code this version does not know. */
export function findErrorRow(code: number): ErrorRow | null {
  return BY_CODE.get(code) ?? RANGES.find((row) => row.code <= code && code <= row.codeTo) ?? null;
}
