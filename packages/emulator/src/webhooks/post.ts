import type { Deliver } from '../contract.ts';
import { Agent as HttpAgent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** What came of one POST. Redirects are not followed; only 200 is success. */
export type PostResult =
  | { readonly status: number; readonly error: null }
  | { readonly status: null; readonly error: string };

export interface Poster {
  post(url: string, body: Buffer, signature: string): Promise<PostResult>;
  close(): void;
}

/** Reports of Meta's own patience range from 5 to 20 s. */
const timeoutMs = 20_000;

/** Posts over kept-alive connections, at most `connections` at once. */
export function makePoster(connections: number): Poster {
  const agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: connections }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: connections }),
  };
  const once = (url: string, body: Buffer, signature: string): Promise<PostResult & { stale: boolean }> =>
    new Promise((resolve) => {
      const request = open(url, agents, toHeaders(body, signature));
      request.on('response', (response) => drain(response, (result) => resolve({ ...result, stale: false })));
      request.on('error', (error: NodeJS.ErrnoException) => {
        const stale = request.reusedSocket && error.code === 'ECONNRESET';
        resolve({ status: null, error: toReason(error), stale });
      });
      request.setTimeout(timeoutMs, () => request.destroy(new Error(`no answer within ${timeoutMs / 1_000} s`)));
      request.end(body);
    });
  return {
    async post(url, body, signature) {
      // The receiver may close an idle connection at the moment we reuse it; that is no refusal.
      const { stale, ...result } = await once(url, body, signature);
      if (!stale) return result;
      const { stale: _, ...second } = await once(url, body, signature);
      return second;
    },
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Hands the bytes over without a network. */
export const makeInProcessPoster = (deliver: Deliver): Poster => ({
  async post(_url, body, signature) {
    try {
      return { status: await deliver(body, toHeaders(body, signature)), error: null };
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : 'no answer' };
    }
  },
  close: () => undefined,
});

function open(
  url: string,
  agents: { http: HttpAgent; https: HttpsAgent },
  headers: Record<string, string>,
): ClientRequest {
  const options = { method: 'POST', headers };
  return url.startsWith('https:')
    ? httpsRequest(url, { ...options, agent: agents.https })
    : httpRequest(url, { ...options, agent: agents.http });
}

function toHeaders(body: Buffer, signature: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'content-length': String(body.length),
    'user-agent': 'facebookexternalua',
    accept: '*/*',
    'x-hub-signature-256': signature,
  };
}

function drain(response: IncomingMessage, resolve: (result: PostResult) => void): void {
  response.resume();
  response.on('end', () => resolve({ status: response.statusCode ?? 0, error: null }));
  response.on('error', (error) => resolve({ status: null, error: toReason(error) }));
}

const toReason = (error: NodeJS.ErrnoException): string => error.code ?? error.message;
