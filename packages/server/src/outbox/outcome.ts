import type { Failure, FailureKind, SendOutcome } from '@wharf/whatsapp';

/** What becomes of a message after an attempt. */
export type NextStep =
  | { readonly state: 'accepted'; readonly whatsappId: string }
  | {
      readonly state: 'retry';
      readonly dueAt: number;
      readonly spent: boolean;
      readonly failure: Failure;
      readonly slow: 'number' | 'pair' | null;
    }
  /** `isLast`: without evidence it is given up, not sent again. */
  | { readonly state: 'ambiguous'; readonly dueAt: number; readonly isLast: boolean; readonly failure: Failure }
  | { readonly state: 'paused'; readonly failure: Failure }
  | { readonly state: 'failed'; readonly failure: Failure };

export interface OutcomeRules {
  readonly maxAttempts: number;
  /** How long a status may take to tell that a send with a lost answer arrived. */
  readonly graceMs: number;
}

const BASE_MS = 500;
/** The most we wait by ourselves before a message is tried again. */
export const LONGEST_BACKOFF_MS = 60_000;
const THROTTLE_MS = 1_000;
const PAIR_MS = 6_000;
const UNREACHABLE_MS = 3_000;

/** Full jitter: anything between nothing and the exponential bound. `chance` is in [0, 1). */
export function toBackoff(attempt: number, chance: number): number {
  return Math.floor(chance * Math.min(LONGEST_BACKOFF_MS, BASE_MS * 2 ** attempt));
}

interface Attempt {
  readonly attempt: number;
  readonly nowMs: number;
  readonly chance: number;
  /** Read marks and the like: doing them twice does no harm. */
  readonly repeatable: boolean;
}

const isSpent = (failure: Failure, attempt: Attempt, rules: OutcomeRules): boolean =>
  attempt.attempt >= Math.min(rules.maxAttempts, failure.maxAttempts ?? Infinity);

function decideRetry(failure: Failure, attempt: Attempt, rules: OutcomeRules): NextStep {
  if (isSpent(failure, attempt, rules)) return { state: 'failed', failure };
  const waitMs = Math.max(failure.waitMs ?? 0, toBackoff(attempt.attempt, attempt.chance));
  return { state: 'retry', dueAt: attempt.nowMs + waitMs, spent: true, failure, slow: null };
}

// A network that is away for an hour must not cost a message its attempts. A read mark after an hour is for nothing.
function decideTransient(failure: Failure, attempt: Attempt, rules: OutcomeRules): NextStep {
  if (!failure.neverLeft || attempt.repeatable) return decideRetry(failure, attempt, rules);
  const dueAt = attempt.nowMs + Math.floor(UNREACHABLE_MS * (0.5 + attempt.chance));
  return { state: 'retry', dueAt, spent: false, failure, slow: null };
}

// Without a scope the limit is that request's alone: nobody else has to wait.
function decideThrottle(failure: Failure, attempt: Attempt): NextStep {
  const slow = failure.scope === undefined ? null : failure.scope === 'pair' ? 'pair' : 'number';
  const waitMs = failure.waitMs ?? (slow === 'pair' ? PAIR_MS : THROTTLE_MS);
  return { state: 'retry', dueAt: attempt.nowMs + waitMs, spent: false, failure, slow };
}

function decideAmbiguous(failure: Failure, attempt: Attempt, rules: OutcomeRules): NextStep {
  if (attempt.repeatable) return decideRetry(failure, attempt, rules);
  const isLast = isSpent(failure, attempt, rules);
  return { state: 'ambiguous', dueAt: attempt.nowMs + rules.graceMs, isLast, failure };
}

const DECIDE: {
  readonly [K in FailureKind]: (failure: Failure, attempt: Attempt, rules: OutcomeRules) => NextStep;
} = {
  throttled: decideThrottle,
  transient: decideTransient,
  ambiguous: decideAmbiguous,
  channel: (failure) => ({ state: 'paused', failure }),
  permanent: (failure) => ({ state: 'failed', failure }),
};

/** The outcome table's columns decide; texts never do. */
export function decideNextStep(outcome: SendOutcome, attempt: Attempt, rules: OutcomeRules): NextStep {
  if (outcome.kind === 'accepted') return { state: 'accepted', whatsappId: outcome.messageId };
  return DECIDE[outcome.kind](outcome, attempt, rules);
}
