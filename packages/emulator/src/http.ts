import type { IncomingMessage, ServerResponse } from 'node:http';

/** Larger than the largest document Meta takes (100 MB) with its multipart frame. */
const maxBodyBytes = 105 * 1024 * 1024;

/** The whole body, chunked or not. Null when it is larger than `limit`. Rejects when the client goes away. */
export function readBody(request: IncomingMessage, limit = maxBodyBytes): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else resolve(null);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The client closed the connection.')));
  });
}

export interface Sent {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

export function answer(response: ServerResponse, sent: Sent): void {
  const body = typeof sent.body === 'string' ? Buffer.from(sent.body) : sent.body;
  response.writeHead(sent.status, { ...sent.headers, 'content-length': body.length });
  response.end(body);
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
  answer(response, { status, headers, body: JSON.stringify(value) });
}

/** The path and query of a request; null when they cannot be read. */
export function parseTarget(request: IncomingMessage): URL | null {
  const target = request.url ?? '/';
  return URL.parse(target.replace(/^\/+/, '/'), 'http://emulator.invalid');
}
