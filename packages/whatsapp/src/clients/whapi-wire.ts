import { whapiFailure } from '../errors/whapi.ts';
import { isPlainPath } from '../outbound/path.ts';
import type { CallOutcome } from '../outcome.ts';
import { BAD_ID, ask, isSuccess, requireBaseUrl, requireToken, safeToRepeat } from './call.ts';
import { httpTransport } from './http-transport.ts';
import type { Transport, TransportRequest } from './transport.ts';

/** One exchange with Whapi.Cloud: what every call of the client is made of. */

export interface WhapiClientOptions {
  /** Default `https://gate.whapi.cloud`. */
  readonly baseUrl?: string;
  /** One token is one channel is one number. */
  readonly token: string;
  /** For a whole exchange. Default 30 s. */
  readonly timeoutMs?: number;
  readonly transport?: Transport;
}

interface Content {
  readonly body: string | Uint8Array;
  readonly contentType: string;
}

interface Call {
  readonly method: TransportRequest['method'];
  readonly path: string;
  readonly query?: string;
  readonly content?: Content;
}

export interface WhapiWire {
  readonly transport: Transport;
  toRequest(method: TransportRequest['method'], path: string, content?: Content): TransportRequest;
}

export function makeWire({
  baseUrl = 'https://gate.whapi.cloud',
  token,
  timeoutMs = 30_000,
  transport = httpTransport,
}: WhapiClientOptions): WhapiWire {
  requireToken(token);
  const base = requireBaseUrl(baseUrl);
  const headers = { authorization: `Bearer ${token}`, 'user-agent': 'wharf-whatsapp' };
  const toRequest: WhapiWire['toRequest'] = (method, path, content) => {
    const plain = { method, url: `${base}${path}`, timeoutMs };
    if (content === undefined) return { ...plain, headers };
    return { ...plain, headers: { ...headers, 'content-type': content.contentType }, body: content.body };
  };
  return { transport, toRequest };
}

export const toContent = (body: string): Content => ({ body, contentType: 'application/json' });

/** One call whose answer `parse` understands, or the failure it amounts to. Repeating any of them does no harm. */
export async function read<T>(
  wire: WhapiWire,
  { method, path, query, content }: Call,
  parse: (body: string) => T | null,
): Promise<CallOutcome<T>> {
  if (!isPlainPath(path)) return BAD_ID;
  const answer = await ask(
    wire.transport,
    wire.toRequest(method, query === undefined ? path : `${path}?${query}`, content),
  );
  if (!answer.ok) return safeToRepeat(answer.failure);
  const value = isSuccess(answer.httpStatus) ? parse(answer.body) : null;
  return value === null ? safeToRepeat(whapiFailure(answer)) : { kind: 'ok', value };
}
