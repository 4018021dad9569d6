import { createHmac } from 'node:crypto';
import { decideFailure } from '../errors/decide.ts';
import { isPlainPath, toSegment } from '../outbound/path.ts';
import type { CallOutcome } from '../outcome.ts';
import { BAD_ID, ask, isSuccess, requireBaseUrl, requireToken, safeToRepeat } from './call.ts';
import { parsePage } from './graph-read.ts';
import type { Json } from './graph-read.ts';
import { httpTransport } from './http-transport.ts';
import type { Transport, TransportRequest } from './transport.ts';

/** One exchange with the Graph API, and the pages of a list: what every call of the client is made of. */

export interface GraphClientOptions {
  /** Default `https://graph.facebook.com`. */
  readonly baseUrl?: string;
  /** Default `v26.0`; `''` for none. */
  readonly version?: string;
  readonly accessToken: string;
  /** Adds `appsecret_proof`, for apps that require it. */
  readonly appSecret?: string;
  /** For a whole exchange. Default 30 s. */
  readonly timeoutMs?: number;
  readonly transport?: Transport;
}

/** 6,000 templates is Meta's limit for an account: with pages of 100 this is never reached by an honest server. */
const MAX_PAGES = 100;
const PAGE_SIZE = 100;

export interface Call {
  readonly method: TransportRequest['method'];
  /** Node ids and edge names; each is escaped. */
  readonly path: readonly string[];
  readonly query?: { readonly [key: string]: string };
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
  /** In place of the usual ones. */
  readonly headers?: { readonly [name: string]: string };
  readonly about?: 'sender' | 'object';
}

/** Some of Meta's media hosts refuse requests without a user agent. */
const USER_AGENT = 'wharf-whatsapp';

export interface Wire {
  readonly baseUrl: string;
  readonly accessToken: string;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly headers: { readonly [name: string]: string };
  toRequest(call: Call): TransportRequest;
}

export function makeWire(options: GraphClientOptions): Wire {
  const { version = 'v26.0', accessToken, appSecret, timeoutMs = 30_000, transport = httpTransport } = options;
  requireToken(accessToken);
  const baseUrl = requireBaseUrl(options.baseUrl ?? 'https://graph.facebook.com');
  const proof: { [key: string]: string } =
    appSecret === undefined
      ? {}
      : { appsecret_proof: createHmac('sha256', appSecret).update(accessToken).digest('hex') };
  const headers = { authorization: `Bearer ${accessToken}`, 'user-agent': USER_AGENT };
  const toUrl = (path: readonly string[], query: { readonly [key: string]: string } = {}): string => {
    const segments = (version === '' ? path : [version, ...path]).map(toSegment);
    const search = new URLSearchParams({ ...query, ...proof }).toString();
    return `${baseUrl}/${segments.join('/')}${search === '' ? '' : `?${search}`}`;
  };
  const toRequest = ({
    method,
    path,
    query,
    body,
    contentType = 'application/json',
    ...call
  }: Call): TransportRequest => {
    const content = body === undefined ? {} : { body };
    const typed: { [name: string]: string } = body === undefined ? {} : { 'content-type': contentType };
    return {
      method,
      url: toUrl(path, query),
      headers: { ...headers, ...call.headers, ...typed },
      ...content,
      timeoutMs,
    };
  };
  return { baseUrl, accessToken, transport, timeoutMs, headers, toRequest };
}

/** One call whose answer `parse` understands, or the failure it amounts to. Repeating any of them does no harm. */
export async function read<T>(wire: Wire, call: Call, parse: (body: string) => T | null): Promise<CallOutcome<T>> {
  if (!isPlainPath(`/${call.path.map(toSegment).join('/')}`)) return BAD_ID;
  const answer = await ask(wire.transport, wire.toRequest(call));
  if (!answer.ok) return safeToRepeat(answer.failure);
  const value = isSuccess(answer.httpStatus) ? parse(answer.body) : null;
  if (value !== null) return { kind: 'ok', value };
  return safeToRepeat(decideFailure({ ...answer, ...(call.about === undefined ? {} : { about: call.about }) }));
}

/** Follows cursors until the last page; ends on a cursor seen before, which would go round for ever. */
export async function readAll<T>(wire: Wire, call: Call, toItem: (raw: Json) => T | null): Promise<CallOutcome<T[]>> {
  const found: T[] = [];
  const seen = new Set<string>();
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const cursor: { [key: string]: string } = after === null ? {} : { after };
    const query = { ...call.query, limit: String(PAGE_SIZE), ...cursor };
    const outcome: CallOutcome<{ items: Json[]; after: string | null }> = await read(
      wire,
      { ...call, query },
      parsePage,
    );
    if (outcome.kind !== 'ok') return outcome;
    found.push(...outcome.value.items.map(toItem).filter((item) => item !== null));
    after = outcome.value.after;
    if (after === null || seen.has(after)) break;
    seen.add(after);
  }
  return { kind: 'ok', value: found };
}
