import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccountsPort } from '../ports.ts';
import type { ProblemCode } from '../problems.ts';
import { refuse, setCaller } from './answer.ts';

const POLICY = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export const SECURITY_HEADERS = {
  'content-security-policy': POLICY,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
} as const;

const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const OWN_SITE: ReadonlySet<string> = new Set(['same-origin', 'none']);

interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Browsers name the site to HTTPS and loopback only; the page's address goes along with every POST. */
function isOwnOrigin({ origin, host }: Asked['headers']): boolean {
  return typeof host === 'string' && origin === `http://${host}`;
}

/**
 * Whether a request that may carry a cookie could have been made by another site: browsers name the site in
 * Sec-Fetch-Site, and a form of another site cannot send JSON or DELETE without being asked about first. Requests with
 * an Authorization header are out of this: no site can add it to somebody else's request.
 */
function decideCrossSite(
  { method, headers }: Asked,
  takesFiles: boolean,
): Extract<ProblemCode, 'cross_site' | 'unsupported_media_type'> | null {
  if (SAFE.has(method) || headers['authorization'] !== undefined) return null;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && !OWN_SITE.has(String(site))) return 'cross_site';
  const isJson = /^application\/json\s*(;|$)/i.test(String(headers['content-type'] ?? ''));
  // A file has any type, and forms of other sites can send one: the browser must say that it is our own page.
  const isOwnFile = takesFiles && (site === 'same-origin' || (site === undefined && isOwnOrigin(headers)));
  return method === 'DELETE' || isJson || isOwnFile ? null : 'unsupported_media_type';
}

/** Routes that need no sign-in say so in their config. */
declare module 'fastify' {
  interface FastifyContextConfig {
    readonly isPublic?: boolean;
    /** Its body may be of any type. */
    readonly takesFiles?: boolean;
  }
}

/** Before anything is read: other sites are turned away, then everybody who is not signed in. */
export function makeGate(accounts: AccountsPort): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  return async (request, reply) => {
    if (!request.routeOptions.url?.startsWith('/api/')) return undefined;
    const foreign = decideCrossSite(request, request.routeOptions.config.takesFiles ?? false);
    if (foreign) return refuse(reply, foreign);
    if (request.routeOptions.config.isPublic) return undefined;
    const { authorization, cookie } = request.headers;
    const caller = await accounts.authenticate({ authorization, cookie });
    if (!caller) return refuse(reply, 'unauthorized');
    setCaller(request, caller);
    return undefined;
  };
}
