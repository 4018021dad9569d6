import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveParent } from './child.ts';
import type { Arrival } from './judge.ts';
import { toMark } from './load/expected.ts';
import { now } from './load/now.ts';

/**
 * The Graph side of the measurements: takes every message at once, answers with a fresh wamid as Meta does, and writes
 * down what arrived when. It checks no rule and sends no webhook; the emulator does both, and costs more than is left.
 */
interface SentBody {
  readonly to?: string;
  readonly recipient?: string;
  readonly status?: string;
  readonly type?: string;
}

let arrivals: Arrival[] = [];
let reads = 0;
let wamids = 0;

function takeMessage(body: SentBody, at: number): object {
  const to = body.to ?? body.recipient ?? '';
  arrivals.push({ to, mark: toMark(body), at });
  const id = `wamid.HBgMR1JBUEg${Buffer.from(`graph:${String(++wamids).padStart(12, '0')}`).toString('base64')}`;
  return { messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to }], messages: [{ id }] };
}

function takeRead(): object {
  reads++;
  return { success: true };
}

function answer(res: ServerResponse, text: string): void {
  // The moment the whole request is here: what Wharf does after it is no part of the reply's latency.
  const at = now();
  const body = JSON.parse(text) as SentBody;
  const json = JSON.stringify(body.status === 'read' ? takeRead() : takeMessage(body, at));
  res.writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': Buffer.byteLength(json) });
  res.end(json);
}

const server = createServer((req: IncomingMessage, res) => {
  let text = '';
  req.setEncoding('utf8');
  req.on('data', (chunk: string) => void (text += chunk));
  req.on('end', () => answer(res, text));
});
server.keepAliveTimeout = 120_000;

function takeAll(): { arrivals: Arrival[]; reads: number } {
  const taken = { arrivals, reads };
  arrivals = [];
  reads = 0;
  return taken;
}

server.listen(0, '127.0.0.1', () =>
  serveParent(
    { port: (server.address() as AddressInfo).port },
    { count: () => arrivals.length, take: takeAll, cpu: () => process.cpuUsage() },
  ),
);
