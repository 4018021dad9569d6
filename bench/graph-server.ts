import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveParent } from './child.ts';
import type { Arrival } from './judge.ts';
import { toMark } from './load/expected.ts';
import { now } from './load/now.ts';
import { makeWamid } from './load/people.ts';

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

function takeMessage(body: SentBody, at: number): object {
  const to = body.to ?? body.recipient ?? '';
  arrivals.push({ to, mark: toMark(body), at });
  const id = makeWamid('graph');
  return { messaging_product: 'whatsapp', contacts: [{ input: to, wa_id: to }], messages: [{ id }] };
}

function takeRead(): object {
  reads++;
  return { success: true };
}

const TEMPLATE = {
  id: '1689556908129832',
  name: 'november_offer',
  language: 'en_US',
  category: 'MARKETING',
  status: 'APPROVED',
  components: [
    { type: 'BODY', text: 'Hi {{1}}, all our shoes are at half price today.', example: { body_text: [['Ana']] } },
  ],
};

/** What is asked about the account and the number; files of messages are gone. */
function toFacts(url: string): { readonly status: number; readonly body: object } {
  const path = url.split('?')[0] ?? '';
  if (path.endsWith('/message_templates')) return { status: 200, body: { data: [TEMPLATE] } };
  const id = path.split('/').at(-1);
  if (url.includes('throughput'))
    return { status: 200, body: { id, display_phone_number: '1555', throughput: { level: 'STANDARD' } } };
  return {
    status: 404,
    body: { error: { code: 100, message: 'Unsupported get request', type: 'GraphMethodException' } },
  };
}

function send(res: ServerResponse, status: number, json: string): void {
  res.writeHead(status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': Buffer.byteLength(json),
  });
  res.end(json);
}

function answer(res: ServerResponse, text: string): void {
  // The moment the whole request is here: what Wharf does after it is no part of the reply's latency.
  const at = now();
  const body = JSON.parse(text) as SentBody;
  send(res, 200, JSON.stringify(body.status === 'read' ? takeRead() : takeMessage(body, at)));
}

const server = createServer((req: IncomingMessage, res) => {
  if (req.method === 'GET') {
    const { status, body } = toFacts(req.url ?? '');
    return send(res, status, JSON.stringify(body));
  }
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
  serveParent({ port: (server.address() as AddressInfo).port }, { count: () => arrivals.length, take: takeAll }),
);
