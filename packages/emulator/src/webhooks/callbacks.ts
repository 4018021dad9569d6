import type { Update } from './update.ts';

/** Where webhooks go: the number's override, else the account's, else the app's callback. */
export interface Callbacks {
  app: string | null;
  waba: string | null;
  readonly numbers: Map<string, string>;
  /** The app is subscribed to the WABA; nothing is sent otherwise. */
  subscribed: boolean;
}

export const makeCallbacks = (app: string | null): Callbacks => ({
  app,
  waba: null,
  numbers: new Map(),
  subscribed: true,
});

/** An address, `unconnected` while there is none, `unsubscribed` when Meta would send nothing. */
export type Destination = { readonly url: string } | 'unconnected' | 'unsubscribed';

export function toDestination(callbacks: Callbacks, update: Update): Destination {
  if (!callbacks.subscribed) return 'unsubscribed';
  const url =
    update.kind === 'event'
      ? callbacks.app
      : (callbacks.numbers.get(update.numberId) ?? callbacks.waba ?? callbacks.app);
  return url === null ? 'unconnected' : { url };
}

/** How long Meta's challenge waits for an answer. */
const challengeMs = 10_000;

/** Meta's GET challenge. Null when the callback echoed it, else what was wrong, in words. */
export async function findChallengeProblem(
  url: string,
  verifyToken: string,
  challenge: string,
): Promise<string | null> {
  const target = toChallengeUrl(url, verifyToken, challenge);
  if (target === null) return 'The callback is not an http or https address.';
  try {
    const answer = await fetch(target, { redirect: 'manual', signal: AbortSignal.timeout(challengeMs) });
    const text = await answer.text();
    if (answer.status !== 200) return `HTTP Status Code = ${answer.status}; HTTP Message = ${answer.statusText}`;
    return text === challenge ? null : 'The response does not match the challenge.';
  } catch (error) {
    return `The callback cannot be reached (${toReason(error)}).`;
  }
}

function toChallengeUrl(url: string, verifyToken: string, challenge: string): URL | null {
  if (!URL.canParse(url)) return null;
  const target = new URL(url);
  if (target.protocol !== 'http:' && target.protocol !== 'https:') return null;
  target.searchParams.set('hub.mode', 'subscribe');
  target.searchParams.set('hub.challenge', challenge);
  target.searchParams.set('hub.verify_token', verifyToken);
  return target;
}

function toReason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return 'no answer';
}
