import type { Failure } from '@wharf/whatsapp';

export interface Tried {
  readonly failure: Failure;
  /** This one included. */
  readonly attempts: number;
  readonly createdAt: number;
  readonly nowMs: number;
  /** From 0 to below 1. */
  readonly chance: number;
}

export type Verdict =
  | { readonly state: 'referenced'; readonly reason: string; readonly dueAt: number }
  | { readonly state: 'lost'; readonly reason: string; readonly dueAt: null };

const FIRST_MS = 1_000;
const LONGEST_MS = 3_600_000;
/** As long as any provider keeps a file; Meta forgets those of webhooks after 7 days and then says so itself. */
export const KEPT_MS = 30 * 86_400_000;
/** A file may be there a moment later than its webhook, so a no is believed the fifth time (after 15 s). */
const BELIEVED = 5;

/** Said by the provider of the file; anything else that is final was refused here, and asking again changes nothing. */
const isTheProvidersNo = ({ httpStatus }: Failure): boolean => httpStatus !== null && httpStatus >= 400;

function toReason({ failure, attempts }: Tried): string {
  const said = failure.error.message ?? failure.error.title;
  return `${failure.advice}${said === undefined ? '' : ` (${said})`} Tried ${attempts === 1 ? 'once' : `${attempts} times`}.`.slice(
    0,
    500,
  );
}

/** From 1 s doubling to 1 h, half of it by chance, and never before the provider permits. */
export function toPauseMs(attempts: number, chance: number, waitMs = 0): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempts - 1, 30));
  return Math.max(waitMs, Math.round(full / 2 + (full / 2) * chance));
}

/** Whether a file that could not be fetched is tried again, and when. Pure. */
export function decideRetry(tried: Tried): Verdict {
  const { failure, attempts, createdAt, nowMs, chance } = tried;
  const reason = toReason(tried);
  const isFinal = failure.kind === 'permanent' && (!isTheProvidersNo(failure) || attempts >= BELIEVED);
  const dueAt = nowMs + toPauseMs(attempts, chance, failure.waitMs);
  if (isFinal || dueAt - createdAt > KEPT_MS) return { state: 'lost', reason, dueAt: null };
  return { state: 'referenced', reason, dueAt };
}
