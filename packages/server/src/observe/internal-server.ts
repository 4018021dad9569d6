import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';

/** `checks`: one line for each thing that was looked at, `ok` or what is wrong. */
export interface Readiness {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, string>>;
}

export interface InternalServerOptions {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  readonly metrics: Pick<Metrics, 'scrape'>;
  readonly isReady: () => Promise<Readiness>;
}

export interface InternalServer {
  /** Resolves with its URL once it listens; rejects when the port is taken. */
  start(): Promise<string>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const json = (status: number, value: object): Answer => ({
  status,
  type: 'application/json',
  text: `${JSON.stringify(value)}\n`,
});

async function readiness(isReady: InternalServerOptions['isReady']): Promise<Answer> {
  try {
    const state = await isReady();
    return json(state.ok ? 200 : 503, state);
  } catch {
    // What is wrong with the check itself belongs in the log of whoever made it; here it means "not ready".
    return json(503, { ok: false, checks: { readiness: 'could not be found out' } });
  }
}

async function scrape(metrics: InternalServerOptions['metrics']): Promise<Answer> {
  const { contentType, text } = await metrics.scrape();
  return { status: 200, type: contentType, text };
}

async function decideAnswer(req: IncomingMessage, options: InternalServerOptions): Promise<Answer> {
  if (req.method !== 'GET' && req.method !== 'HEAD') return json(405, { error: 'Use GET' });
  const [path] = (req.url ?? '/').split('?', 1);
  if (path === '/health') return json(200, { ok: true });
  if (path === '/ready') return readiness(options.isReady);
  if (path === '/metrics') return scrape(options.metrics);
  return json(404, { error: 'There are /health, /ready and /metrics' });
}

function send(req: IncomingMessage, res: ServerResponse, { status, type, text }: Answer): void {
  const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' };
  res.writeHead(status, status === 405 ? { ...headers, allow: 'GET, HEAD' } : headers);
  res.end(req.method === 'HEAD' ? undefined : text);
}

/**
 * The internal listener: `/health` (200 while the process lives), `/ready` (200, or 503 with what is missing) and
 * `/metrics`. It knows no sign-in: bind it to loopback or a private network.
 */
export function makeInternalServer(options: InternalServerOptions): InternalServer {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (req, res) => {
    decideAnswer(req, options).then(
      (answer) => send(req, res, answer),
      () => send(req, res, json(500, { error: 'The metrics could not be read' })),
    );
  });
  return {
    start: () =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(options.port, options.host, () => {
          server.off('error', reject);
          const { port, address, family } = server.address() as AddressInfo;
          resolve(`http://${family === 'IPv6' ? `[${address}]` : address}:${port}`);
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
