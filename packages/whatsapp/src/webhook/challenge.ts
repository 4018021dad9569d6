import { secretsMatch } from './secrets.ts';

export type ChallengeAnswer = { readonly ok: true; readonly challenge: string } | { readonly ok: false };

const REFUSED: ChallengeAnswer = { ok: false };

/** Meta sends about ten digits; the bound keeps a stranger from having us echo a page. */
const MAX_CHALLENGE = 256;

/**
 * Meta's question when a callback URL is set: `GET …?hub.mode=subscribe&hub.challenge=…&hub.verify_token=…`.
 * On `ok` answer 200 with `challenge` verbatim as `text/plain`; otherwise 403.
 *
 * Repeated keys and bracketed ones (`hub.verify_token[]`) are refused: what a framework would make of them is not
 * what was compared here.
 */
export function answerChallenge(query: URLSearchParams | string, verifyToken: string): ChallengeAnswer {
  const params = typeof query === 'string' ? new URLSearchParams(query) : query;
  for (const key of params.keys()) if (key.startsWith('hub') && key.includes('[')) return REFUSED;
  const tokenMatches = secretsMatch(onlyValue(params, 'hub.verify_token'), verifyToken);
  const challenge = onlyValue(params, 'hub.challenge');
  if (!tokenMatches || onlyValue(params, 'hub.mode') !== 'subscribe') return REFUSED;
  if (challenge === undefined || challenge === '' || challenge.length > MAX_CHALLENGE) return REFUSED;
  return { ok: true, challenge };
}

function onlyValue(params: URLSearchParams, key: string): string | undefined {
  const values = params.getAll(key);
  return values.length === 1 ? values[0] : undefined;
}
