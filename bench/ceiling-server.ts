import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveParent } from './child.ts';

/**
 * The ceiling: the least that any receiver of signed webhooks in Node does. It reads the raw body, verifies the
 * HMAC-SHA256 and answers; it parses nothing and stores nothing, so its 200 means nothing.
 */
const [secret = ''] = process.argv.slice(2);

function answer(req: IncomingMessage, res: ServerResponse, body: Buffer): void {
  const given = Buffer.from(String(req.headers['x-hub-signature-256'] ?? ''), 'latin1');
  const right = Buffer.from(`sha256=${createHmac('sha256', secret).update(body).digest('hex')}`, 'latin1');
  const isSigned = given.length === right.length && timingSafeEqual(given, right);
  res.writeHead(isSigned ? 200 : 401, { 'content-type': 'text/plain; charset=utf-8', 'content-length': 2 });
  res.end(isSigned ? 'OK' : 'NO');
}

const server = createServer((req, res) => {
  const chunks: Buffer[] = [];
  req.on('data', (chunk: Buffer) => void chunks.push(chunk));
  req.on('end', () => answer(req, res, chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
});

server.listen(0, '127.0.0.1', () => serveParent({ port: (server.address() as AddressInfo).port }, {}));
