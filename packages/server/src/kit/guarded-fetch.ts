import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Agent } from 'undici';
import { type AllowedHosts, isAllowedAddress, isAllowedHost, isAllowedPort, toAllowedHosts } from './address-guard.ts';
import type { Clock } from './clock.ts';
import { readCapped } from './read-capped.ts';

/**
 * Why nothing was fetched. `isLasting`: the same request will not go better later. `detail` is for people and names the
 * host at most: paths and queries may hold secrets.
 */
export interface FetchFailure {
  readonly reason:
    | 'bad_url'
    | 'bad_request'
    | 'bad_port'
    | 'private'
    | 'unresolved'
    | 'unreachable'
    | 'timeout'
    | 'redirects'
    | 'encoded'
    | 'too_large';
  readonly detail: string;
  readonly isLasting: boolean;
}

export interface GuardedRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For the whole exchange, all redirects and the body included. */
  readonly timeoutMs: number;
  /** Of the answer's body; 0 reads none of it. */
  readonly maxBytes: number;
  /** Default 0: the redirect is the answer. */
  readonly maxRedirects?: number;
}

export interface GuardedReply {
  readonly status: number;
  /** By lower-case name; repeated ones joined with a comma. */
  readonly header: (name: string) => string | null;
  readonly body: Uint8Array;
}

export type GuardedOutcome =
  | { readonly ok: true; readonly reply: GuardedReply }
  | { readonly ok: false; readonly failure: FetchFailure };

export interface Resolved {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name; rejects when there are none. */
export type Resolve = (host: string) => Promise<readonly Resolved[]>;

export interface GuardOptions {
  readonly clock: Clock;
  /** `host`, `host:port` or `network/bits` that may be reached although private (see `parseAllowedEntry`). */
  readonly allow?: readonly string[];
  readonly resolve?: Resolve;
}

/** Fetches from addresses that strangers name. */
export interface Guard {
  fetch(url: string, request: GuardedRequest): Promise<GuardedOutcome>;
  close(): Promise<void>;
}

/** Raised while connecting, where only an error can say no; never leaves this file. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly failure: FetchFailure;
  constructor(failure: FetchFailure) {
    super(failure.detail);
    this.failure = failure;
  }
}

const lasting = (reason: FetchFailure['reason'], detail: string): FetchFailure => ({ reason, detail, isLasting: true });
const passing = (reason: FetchFailure['reason'], detail: string): FetchFailure => ({
  reason,
  detail,
  isLasting: false,
});

const privateHost = (host: string): FetchFailure =>
  lasting(
    'private',
    `${host} is not a public address. If it is yours and meant to be reached, list it in WHARF_ALLOW_PRIVATE_HOSTS.`,
  );

const resolveBySystem: Resolve = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true }, (error, found) => (error ? reject(error) : resolve(found)));
  });

async function findAddresses(host: string, allowed: AllowedHosts, resolve: Resolve): Promise<readonly Resolved[]> {
  const found = await resolve(host).catch(() => []);
  if (found.length === 0) throw new Refused(passing('unresolved', `${host} has no address`));
  // One private address among public ones is as good as only private ones to whoever owns the name.
  if (!found.every(({ address }) => isAllowedAddress(host, address, allowed))) throw new Refused(privateHost(host));
  return found;
}

type LookupDone = Parameters<LookupFunction>[2];

async function answerLookup(addresses: Promise<readonly Resolved[]>, all: boolean, done: LookupDone): Promise<void> {
  const found = await addresses.catch((error: Error) => error);
  if (found instanceof Error) done(found, '');
  else if (all) done(null, [...found]);
  else done(null, found[0]?.address ?? '', found[0]?.family);
}

/** Given to the socket in place of the system's: what was checked is what is connected to, asked for once. */
function toLookup(allowed: AllowedHosts, resolve: Resolve): LookupFunction {
  return (host, options, done) => void answerLookup(findAddresses(host, allowed, resolve), options.all === true, done);
}

const CONNECT_MS = 10_000;

async function openAgent(allowed: AllowedHosts, resolve: Resolve): Promise<Agent> {
  // 29 MB in each thread: loaded with the first address that is asked for.
  const { Agent, buildConnector } = await import('undici');
  const lookup = toLookup(allowed, resolve);
  const connect = buildConnector({ timeout: CONNECT_MS, lookup });
  return new Agent({
    // Sockets look literal addresses up nowhere, so those are looked at here once more.
    connect: (options, callback) => {
      if (isAllowedHost(options.hostname, allowed)) connect(options, callback);
      else callback(new Refused(privateHost(options.hostname)), null);
    },
    maxOrigins: 1_000,
    keepAliveTimeout: 4_000,
  });
}

/** Control characters and spaces are taken out by URL parsers: two of them may then read two URLs. */
const UNCLEAN = /[\p{Cc}\s\\]/u;

export type CheckedUrl =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly failure: FetchFailure };

/** All that a URL says by itself: scheme, credentials, port, literal address. Pure. */
function checkUrl(text: string, allowed: AllowedHosts): CheckedUrl {
  const no = (failure: FetchFailure): CheckedUrl => ({ ok: false, failure });
  if (UNCLEAN.test(text) || !URL.canParse(text)) return no(lasting('bad_url', 'It is not a URL'));
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return no(lasting('bad_url', 'Only http and https addresses can be fetched'));
  if (url.username !== '' || url.password !== '')
    return no(lasting('bad_url', 'A user name or password in the address is not accepted'));
  if (!isAllowedPort(url, allowed))
    return no(
      lasting(
        'bad_port',
        `Port ${url.port} is none of 80, 443, 8080 and 8443. If it is meant, list ${url.host} in WHARF_ALLOW_PRIVATE_HOSTS.`,
      ),
    );
  return isAllowedHost(url.hostname, allowed) ? { ok: true, url } : no(privateHost(url.hostname));
}

const isHeader = ([name, value]: readonly [string, string]): boolean =>
  /^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(value);

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const PERSONAL: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization']);

interface Hop {
  readonly url: URL;
  readonly method: NonNullable<GuardedRequest['method']>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
}

/** The next request after a redirect, as browsers make it; what is personal stays with the origin it was meant for. */
function toNextHop(hop: Hop, status: number, url: URL): Hop {
  const isRead = status === 303 || (hop.method === 'POST' && (status === 301 || status === 302));
  const isForeign = url.origin !== hop.url.origin;
  const dropped = (name: string) =>
    (isForeign && PERSONAL.has(name.toLowerCase())) || (isRead && name.toLowerCase().startsWith('content-'));
  return {
    url,
    method: isRead && hop.method !== 'HEAD' ? 'GET' : hop.method,
    headers: Object.fromEntries(Object.entries(hop.headers).filter(([name]) => !dropped(name))),
    body: isRead ? null : hop.body,
  };
}

function toFailure(error: unknown, host: string, timedOut: boolean): FetchFailure {
  if (timedOut) return passing('timeout', `${host} did not answer in time`);
  const cause = error instanceof Error && error.cause instanceof Refused ? error.cause : error;
  if (cause instanceof Refused) return cause.failure;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return passing('timeout', `${host} did not answer in time`);
  return passing('unreachable', `${host} could not be reached, or broke off${code === '' ? '' : ` (${code})`}`);
}

interface Exchange {
  readonly agent: Agent;
  readonly allowed: AllowedHosts;
  readonly request: GuardedRequest;
  readonly signal: AbortSignal;
}

type Answer = Awaited<ReturnType<Agent['request']>>;

function headerOf(answer: Answer, name: string): string | null {
  const value = answer.headers[name.toLowerCase()];
  return value === undefined ? null : [value].flat().join(', ');
}

/** Nothing is ever unpacked, so nothing can swell: packed bodies were not asked for and are refused. */
async function readReply(answer: Answer, maxBytes: number): Promise<GuardedOutcome> {
  const reply = { status: answer.statusCode, header: (name: string) => headerOf(answer, name) };
  if (maxBytes === 0) {
    answer.body.on('error', () => undefined).destroy();
    return { ok: true, reply: { ...reply, body: new Uint8Array() } };
  }
  const encoding = reply.header('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    answer.body.on('error', () => undefined).destroy();
    return { ok: false, failure: lasting('encoded', 'The server packs its answers although that was not asked for') };
  }
  const body = await readCapped(answer.body, maxBytes, Number(reply.header('content-length') ?? 0));
  if (body === null) return { ok: false, failure: lasting('too_large', `It is larger than ${maxBytes} bytes`) };
  return { ok: true, reply: { ...reply, body } };
}

async function follow({ agent, allowed, request, signal }: Exchange, first: Hop): Promise<GuardedOutcome> {
  const { maxRedirects = 0, maxBytes } = request;
  let hop = first;
  for (let hops = 0; ; hops += 1) {
    const { url, method, headers, body } = hop;
    const answer = await agent.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method,
      headers: { 'user-agent': 'wharf', ...headers, 'accept-encoding': 'identity' },
      body,
      signal,
    });
    const location = REDIRECTS.has(answer.statusCode) ? headerOf(answer, 'location') : null;
    if (location === null || maxRedirects === 0) return readReply(answer, maxBytes);
    answer.body.on('error', () => undefined).destroy();
    if (hops === maxRedirects) return { ok: false, failure: lasting('redirects', 'The address redirects too often') };
    const next = checkUrl(URL.canParse(location, url.href) ? new URL(location, url).href : '', allowed);
    if (!next.ok) return next;
    hop = toNextHop(hop, answer.statusCode, next.url);
  }
}

async function fetchGuarded(
  guard: { readonly allowed: AllowedHosts; readonly clock: Clock; readonly open: () => Promise<Agent> },
  text: string,
  request: GuardedRequest,
): Promise<GuardedOutcome> {
  const checked = checkUrl(text, guard.allowed);
  if (!checked.ok) return checked;
  const { method = 'GET', headers = {}, body = null } = request;
  if (!Object.entries(headers).every(isHeader))
    return { ok: false, failure: lasting('bad_request', 'A header has characters that headers cannot have') };
  const abort = new AbortController();
  const cancel = guard.clock.after(request.timeoutMs, () => abort.abort());
  try {
    const { signal } = abort;
    const agent = await guard.open();
    return await follow(
      { agent, allowed: guard.allowed, request, signal },
      { url: checked.url, method, headers, body },
    );
  } catch (error) {
    return { ok: false, failure: toFailure(error, checked.url.hostname, abort.signal.aborted) };
  } finally {
    cancel();
  }
}

/**
 * Makes a fetch for addresses that others choose (media links, customers' endpoints). Only public addresses are reached,
 * those that were checked and no others (no second look-up between check and connect), and redirects are checked like
 * the first address; time and size are bounded.
 */
export function makeGuard({ clock, allow = [], resolve = resolveBySystem }: GuardOptions): Guard {
  const allowed = toAllowedHosts(allow);
  let agent: Promise<Agent> | null = null;
  const open = () => (agent ??= openAgent(allowed, resolve));
  return {
    fetch: (url, request) => fetchGuarded({ allowed, clock, open }, url, request),
    close: async () => (await agent)?.destroy(),
  };
}
