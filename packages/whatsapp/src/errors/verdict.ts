import type { Failure } from '../outcome.ts';
import { SECOND, SENDER } from './rows.ts';

/** The columns that say what to do. */
export type Verdict = Pick<Failure, 'kind' | 'scope' | 'waitMs' | 'maxAttempts' | 'recipient' | 'alert' | 'advice'>;

const ADVICE = {
  rate: 'The provider answered that there are too many requests. It slows down by itself.',
  token: 'The provider did not accept the access token. Check the token in the channel settings.',
  forbidden: 'Something between us and the provider forbids the call. Check token, proxy and firewall.',
  address: "The answer did not come from the provider's API. Check the configured address and any proxy.",
  size: 'The request is too large for the provider. Send a smaller file or text.',
  server: 'The provider failed and did not say whether it took the message. It is tried again once that is clear.',
  unclear: 'The provider answered success but not what became of it. It is looked for before anything is sent again.',
  refused: 'The provider refused the request without a reason we know. Correct the message and send it anew.',
  object:
    'The provider does not have it (any more), or this token may not see it. Ask for a fresh link, or for the file again.',
} as const;

interface Answer {
  readonly httpStatus: number;
  readonly about?: 'sender' | 'object';
}

/**
 * Reads the status code alone, for answers without a code we know. `from` says whether the API itself spoke (`api`):
 * its 403 and 404 concern the request, while the same from a proxy would fail every message, so the queue is kept.
 */
export function httpVerdict({ httpStatus, about }: Answer, from: 'api' | 'other'): Verdict {
  if (httpStatus === 429) return { kind: 'throttled', scope: 'number', waitMs: 5 * SECOND, advice: ADVICE.rate };
  if (httpStatus >= 500 || httpStatus === 408 || httpStatus < 200) return { kind: 'ambiguous', advice: ADVICE.server };
  if (httpStatus < 300) return { kind: 'ambiguous', advice: ADVICE.unclear };
  if (httpStatus === 413) return { kind: 'permanent', advice: ADVICE.size };
  if (about === 'object') return { kind: 'permanent', advice: ADVICE.object };
  if (httpStatus === 401) return { ...SENDER, advice: ADVICE.token };
  if (from === 'api') return { kind: 'permanent', advice: ADVICE.refused };
  if (httpStatus === 403 || httpStatus === 407) return { ...SENDER, advice: ADVICE.forbidden };
  if (httpStatus < 400 || httpStatus === 404 || httpStatus === 405) return { ...SENDER, advice: ADVICE.address };
  return { kind: 'permanent', advice: ADVICE.refused };
}
