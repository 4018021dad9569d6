import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphRequest, GraphResponse } from '../contract.ts';
import { answer, readBody } from '../http.ts';
import type { GraphCore, PlainOutcome } from './core.ts';

/** The Graph API over a socket. */
export type GraphHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

export const makeGraphHandler =
  (core: GraphCore): GraphHandler =>
  async (request, response, url) => {
    const { method = 'GET', headers } = request;
    const base = `http://${headers.host ?? 'localhost'}`;
    const outcome = await core({ method, url, headers, body: await readBody(request), base });
    if (outcome === 'cut') response.socket?.destroy();
    else if (outcome !== 'silence') answer(response, outcome);
  };

/** The host of addresses that nobody listens at. */
export const nowhere = 'http://emulator.invalid';

/** The Graph API as a function. Throws when the address cannot be read: that is the caller's bug. */
export const makeGraphFunction =
  (core: GraphCore): ((request: GraphRequest) => Promise<GraphResponse>) =>
  async (request) => {
    const url = new URL(request.url, nowhere);
    const entries = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
    const headers = Object.fromEntries(entries) as Record<string, string>;
    const body = toBuffer(request.body ?? '');
    return toResponse(await core({ method: request.method.toUpperCase(), url, headers, body, base: url.origin }));
  };

const toBuffer = (body: Uint8Array | string): Buffer =>
  typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);

function toResponse(outcome: PlainOutcome): GraphResponse {
  if (typeof outcome === 'string') return { kind: outcome };
  const body = typeof outcome.body === 'string' ? Buffer.from(outcome.body) : outcome.body;
  return { kind: 'answer', status: outcome.status, headers: outcome.headers, body };
}
