import { createHmac } from 'node:crypto';
import type { World } from '../world.ts';
import { ok, type Refusal } from './answer.ts';
import { type Params, textOf } from './params.ts';
import type { Route } from './route.ts';

export interface TokenDeps {
  readonly world: World;
  readonly accessToken: string;
  readonly appSecret: string;
}

/** The token of a call: the header as `Bearer` or `OAuth`, or the parameter. */
export function parseToken(authorization: string | undefined, params: Params): string | null {
  const header = /^(?:Bearer|OAuth)\s+(\S+)\s*$/i.exec(authorization ?? '')?.[1];
  return header ?? textOf(params, 'access_token') ?? null;
}

const appToken = (deps: TokenDeps): string => `${deps.world.appId}|${deps.appSecret}`;
const isKnown = (deps: TokenDeps, token: string): boolean => token === deps.accessToken || token === appToken(deps);

/** What Meta says of a token that was good. */
const spoilt = {
  expired: { code: 190, subcode: 463, message: 'Error validating access token: Session has expired.' },
  revoked: {
    code: 190,
    subcode: 460,
    message: 'Error validating access token: The session has been invalidated.',
  },
} as const;

export function checkToken(deps: TokenDeps, token: string | null, params: Params): Refusal | null {
  if (token === null) return { code: 190, message: 'An access token is required to request this resource.' };
  if (!isKnown(deps, token)) return { code: 190, message: 'Invalid OAuth access token - Cannot parse access token' };
  const { token: state } = deps.world.account;
  if (token === deps.accessToken && state !== 'valid') return spoilt[state];
  const proof = textOf(params, 'appsecret_proof');
  const expected = createHmac('sha256', deps.appSecret).update(token).digest('hex');
  if (proof === undefined || proof === expected) return null;
  return { code: 100, message: 'Invalid appsecret_proof provided in the API argument', type: 'GraphMethodException' };
}

const scopes = ['whatsapp_business_management', 'whatsapp_business_messaging'];

export const tokenRoutes = (deps: TokenDeps): readonly Route[] => [
  {
    method: 'GET',
    path: 'debug_token',
    run: ({ params, token }) => {
      const asked = textOf(params, 'input_token') ?? token;
      if (!isKnown(deps, asked) || (asked === deps.accessToken && deps.world.account.token !== 'valid'))
        return ok({
          data: { is_valid: false, scopes: [], error: { code: 190, message: 'Invalid OAuth access token.' } },
        });
      return ok({
        data: {
          app_id: deps.world.appId,
          type: asked === appToken(deps) ? 'APP' : 'SYSTEM_USER',
          application: 'Emulated app',
          expires_at: 0,
          data_access_expires_at: 0,
          is_valid: true,
          scopes,
          granular_scopes: scopes.map((scope) => ({ scope, target_ids: [deps.world.wabaId] })),
          user_id: '122100000000000001',
        },
      });
    },
  },
];
