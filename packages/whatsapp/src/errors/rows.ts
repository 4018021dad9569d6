import type { ErrorRow, FailureKind, ThrottleScope } from '../outcome.ts';

/** How a row is written: code or range, name, columns, advice. */
export type Columns = Omit<ErrorRow, 'code' | 'codeTo' | 'name' | 'advice'>;

export function row(
  code: number | readonly [number, number],
  name: string,
  columns: Columns,
  advice: string,
): ErrorRow {
  const [first, last] = typeof code === 'number' ? [code, code] : code;
  return { code: first, codeTo: last, name, ...columns, advice };
}

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** The same request fails again. */
export const PERMANENT: Columns = { kind: 'permanent' };
/** It fails again for this person, whoever sends. */
export const PERSON: Columns = { kind: 'permanent', recipient: true };
/** It fails until someone acts at Meta, but only this request, template or feature; other messages go out. */
export const FIX: Columns = { kind: 'permanent', alert: true };
/** Nothing this sender sends goes out until someone acts. */
export const SENDER: Columns = { kind: 'channel', alert: true };
/** Meta may have sent it although it says otherwise (reference: only 4, 80007, 130429 and 131056 certainly did not). */
export const MAYBE: Columns = { kind: 'ambiguous' };

/** Without a scope only the request itself waits. */
export function throttled(waitMs: number, scope?: ThrottleScope): Columns {
  return scope === undefined ? { kind: 'throttled', waitMs } : { kind: 'throttled', scope, waitMs };
}

export function waiting(kind: FailureKind, waitMs: number): Columns {
  return { kind, waitMs };
}
