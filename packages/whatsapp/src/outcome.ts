import type { WireError } from './events.ts';

/**
 * What became of a call to the provider. Callers branch on `kind` and on the columns of {@link ErrorRow}, never on texts.
 *
 * - `throttled`  refused for its rate; certainly not processed. Requeue, spend no attempt.
 * - `transient`  failed before the provider took it. Retry with backoff.
 * - `ambiguous`  the provider may have taken it (answer lost, timeout, 5xx after the body left). Look for evidence first.
 * - `channel`    the sender is unfit (token, billing, registration, policy). Pause the channel, keep the queue.
 * - `permanent`  the same request fails again. Give up and say why.
 */
export type FailureKind = 'throttled' | 'transient' | 'ambiguous' | 'channel' | 'permanent';

/** Which budget a throttle belongs to. A throttle without a scope concerns the refused request alone. */
export type ThrottleScope = 'number' | 'pair' | 'account' | 'app';

/** One row of the error table: what we know about a code, in columns. */
export interface ErrorRow {
  readonly code: number;
  /** Last code of a range (200–299); same as `code` otherwise. */
  readonly codeTo: number;
  readonly name: string;
  readonly kind: FailureKind;
  readonly scope?: ThrottleScope;
  /** Wait at least this long before another try. */
  readonly waitMs?: number;
  /** Give up after this many tries in all, whatever the caller's own budget. */
  readonly maxAttempts?: number;
  /** The person, not the sender, is the cause (blocked, opted out, not on WhatsApp). */
  readonly recipient?: boolean;
  /** Someone has to act in Meta's console. */
  readonly alert?: boolean;
  /** What the user reads: what happened and what to do. */
  readonly advice: string;
}

export interface Failure {
  readonly kind: FailureKind;
  /** Meta's code; 0 when the answer had none (network, HTML, timeout). */
  readonly code: number;
  readonly httpStatus: number | null;
  readonly scope?: ThrottleScope;
  readonly waitMs?: number;
  readonly maxAttempts?: number;
  readonly recipient?: boolean;
  readonly alert?: boolean;
  /** The provider was not reached: nothing was asked of it, and no message is the cause. */
  readonly neverLeft?: true;
  readonly advice: string;
  readonly error: WireError;
  /** `fbtrace_id`, for Meta's support. */
  readonly traceId?: string;
}

/** The provider took the message. Not delivered yet: statuses tell. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly messageId: string;
  /** The number as Meta spells it; may differ from the input (Brazil, Mexico). */
  readonly waId?: string;
  readonly userId?: string;
  /** `accepted`, `held_for_quality_assessment`, `paused` or absent. */
  readonly messageStatus?: string;
}

export type SendOutcome = Accepted | Failure;
/** Result of a call that returns something else than a message id. */
export type CallOutcome<T> = { readonly kind: 'ok'; readonly value: T } | Failure;
