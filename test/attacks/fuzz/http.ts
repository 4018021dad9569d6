/** Bytes at the front door, none of them signed: whatever they are, an answer or an end, and nothing stored. */
import { toText } from '../rig/deliveries.ts';
import { MARK } from '../rig/secrets.ts';
import { exchange, toStatuses } from '../rig/wire.ts';
import { below, type Chance, mutateBytes, pick } from './mutate.ts';

/** A byte in each character. */
export type RawRequest = string;

const BODY = toText(`quiet ${MARK}`);
const wrong = `sha256=${'0'.repeat(64)}`;
const post = (path: string, ...lines: readonly string[]): RawRequest =>
  [`POST ${path} HTTP/1.1`, 'host: x', ...lines, `content-length: ${BODY.length}`, '', BODY].join('\r\n');

export const HTTP_SEEDS: readonly RawRequest[] = [
  post('/webhooks/whatsapp', `x-hub-signature-256: ${wrong}`, 'content-type: application/json'),
  post('/webhooks/whatsapp', `x-hub-signature-256: ${wrong}`, 'expect: 100-continue'),
  post('/webhooks/whapi/MANTIS-7ABCD/secret', 'x-wharf-secret: secret'),
  post('/graph/v26.0/106540352242922/messages', 'authorization: Bearer x', 'content-type: application/json'),
  post(
    '/graph/v26.0/106540352242922/media',
    'authorization: Bearer x',
    'content-type: multipart/form-data; boundary=x',
  ),
  post('/api/v1/session', 'content-type: application/json'),
  'GET /webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1&hub.verify_token=x HTTP/1.1\r\nhost: x\r\n\r\n',
  'POST /webhooks/whatsapp HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a":\r\n2\r\n1}\r\n0\r\nx-trailer: y\r\n\r\n',
  'GET /media/med_0.f.1.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nhost: x\r\nrange: bytes=0-1,2-3\r\n\r\n',
  'GET /api/v1/events HTTP/1.1\r\nhost: x\r\ncookie: wharf_session=x; a=b\r\n\r\n',
  'GET http://evil.example/ HTTP/1.1\r\nhost: evil.example\r\n\r\n',
  'GET / HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n',
  'CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
];

const METHODS = [
  'POST /webhooks',
  'POST /graph',
  'POST /api',
  'POST',
  'GET /api',
  'GET /media',
  'GET',
  'OPTIONS',
  'CONNECT',
];

/** How it was answered: what makes an input worth keeping when it is new. */
export async function sendRaw(url: string, input: RawRequest): Promise<{ signature: string; faults: string[] }> {
  const answers = await exchange(url, Buffer.from(input, 'latin1'), 1, 400);
  const statuses = toStatuses(answers);
  const faults = statuses.filter((status) => status >= 500 && status !== 505).map((status) => `answered ${status}`);
  if (/\bat .*\.(ts|js):\d+/.test(answers)) faults.push('a stack in the answer');
  return {
    signature: `${METHODS.find((method) => input.startsWith(method)) ?? 'another'} ${statuses.slice(0, 3).join()}`,
    faults,
  };
}

export const makeRaw = (known: readonly RawRequest[], chance: Chance): RawRequest => {
  const bytes = mutateBytes(Buffer.from(pick(chance, known), 'latin1'), chance, 8_000);
  const more = below(chance, 5) === 0 ? pick(chance, known) : '';
  return bytes.toString('latin1') + more;
};
