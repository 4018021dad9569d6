import { findErrorRow, toGraphError } from '@wharf/whatsapp';
import { type Answer, fail, failForm } from './answer.ts';
import type { GraphChannel, Refused } from './options.ts';
import type { Outcome } from './store.ts';

/**
 * Meta's code for what Wharf refuses by itself, by the finding's own code or its rule: what Meta would have said, where it
 * would have refused too, so that a client's branches still work.
 */
const CODES: Readonly<Record<string, number>> = {
  window: 131047,
  template: 132001,
  template_unknown: 132001,
  template_pending: 132001,
  template_rejected: 132001,
  template_paused: 132015,
  template_disabled: 132016,
  template_parameters: 132000,
  consent: 131050,
  country: 130497,
  'us-marketing': 131049,
  frequency: 131049,
  quiet_hours: 131049,
  tier: 131048,
  owner: 131005,
  channel: 131031,
  expiry: 131016,
};

/** Something went wrong, without a code of Meta's own. */
const UNKNOWN = 131000;

interface Said {
  readonly rule: string;
  readonly code?: string | undefined;
}

export const toCodeOf = ({ rule, code }: Said): number => CODES[code ?? ''] ?? CODES[rule] ?? UNKNOWN;

/**
 * An error about a message that had been queued: whoever repeats it, sends it twice. So it is never a 5xx, and never
 * called transient; clients repeat by both.
 */
function failFinally(error: Parameters<typeof toGraphError>[0]): Answer {
  const { httpStatus, body } = toGraphError(error);
  const status = httpStatus >= 500 ? 400 : httpStatus;
  return { status, body: { error: { ...body.error, is_transient: false } } };
}

const IN_MESSAGE = 'message.';

/** A refusal before anything was queued. */
export function toRefusal({ code, status, detail, errors = [], denied = [] }: Refused): Answer {
  const [rule] = denied;
  if (rule !== undefined) return fail({ code: toCodeOf(rule), details: detail });
  const problems = errors.map((one) => ({
    ...one,
    field: one.field.startsWith(IN_MESSAGE) ? one.field.slice(IN_MESSAGE.length) : one.field,
  }));
  if (problems.length > 0) return failForm(problems);
  if (code === 'capability_missing') return fail({ code: 131051, details: detail });
  return fail({ code: 100, message: detail, httpStatus: status < 500 ? status : 400 });
}

/** Meta writes its code before its own texts; `toGraphError` does too. */
const withoutCode = (message: string): string => message.replace(/^\(#\d+\) */, '');

function toMetaFailure({ error, code, reason }: Outcome): Answer {
  const own = error?.code || code || UNKNOWN;
  const message = error?.message ?? error?.title;
  return failFinally({
    code: own,
    ...(message === undefined ? {} : { message: withoutCode(message) }),
    details: error?.details ?? reason ?? findErrorRow(own)?.advice ?? 'The message was not sent.',
  });
}

/** Why a message that was queued ended without being sent. */
export function toFailure(outcome: Outcome, provider: GraphChannel['provider']): Answer {
  const { state, reason, policy } = outcome;
  // Whapi's codes are HTTP's; Meta means something else by them.
  if (state === 'failed' && provider === 'meta') return toMetaFailure(outcome);
  const denying = policy?.reasons?.find(({ effect }) => effect === 'deny');
  const code = state === 'blocked' && denying ? toCodeOf(denying) : (ENDS[state] ?? UNKNOWN);
  return failFinally({ code, details: reason ?? denying?.text ?? `The message is ${state}.` });
}

/** `cancelled`: by a person or a program, through Wharf's own API. */
const ENDS: Readonly<Record<string, number>> = { expired: 131016, cancelled: 135000 };
