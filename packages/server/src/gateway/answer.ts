import type { IncomingMessage } from 'node:http';
import { answerChallenge, type Provider, secretsMatch, verifySignature } from '@wharf/whatsapp';
import { MAX_BODY, readBody } from './body.ts';
import type { GatewayOptions } from './options.ts';

export const META_PATH = '/webhooks/whatsapp';
export const WHAPI_PATH = '/webhooks/whapi/';

/** What a request gets, and the word it is counted under. */
export interface Answer {
  readonly status: number;
  readonly verdict: string;
  readonly text: string;
}

const STORED: Answer = { status: 200, verdict: 'stored', text: 'OK' };
const UNSIGNED: Answer = {
  status: 401,
  verdict: 'unsigned',
  text: 'The signature is missing or wrong. Check WHATSAPP_APP_SECRET.',
};
const FORBIDDEN: Answer = { status: 403, verdict: 'forbidden', text: 'Forbidden' };
const TOO_LARGE: Answer = { status: 413, verdict: 'too_large', text: 'A delivery may have 4 MB at most.' };
export const UNAVAILABLE: Answer = { status: 503, verdict: 'unavailable', text: 'Cannot store now. Please retry.' };
const ABORTED: Answer = { status: 400, verdict: 'bad_request', text: 'The body was not sent whole.' };
const METHOD: Answer = { status: 405, verdict: 'bad_request', text: 'Use GET to verify and POST to deliver.' };
const ENCODED: Answer = { status: 415, verdict: 'bad_request', text: 'Send the body without Content-Encoding.' };

type Place = { readonly provider: Provider; readonly source: string };

async function store(options: GatewayOptions, place: Place, body: Buffer): Promise<Answer> {
  const { clock, workspaceId } = options;
  const stored = options.append({ ...place, workspaceId, receivedAt: clock.now(), body });
  if (stored === null) return UNAVAILABLE;
  return stored.then(
    () => STORED,
    () => UNAVAILABLE,
  );
}

async function deliver(
  options: GatewayOptions,
  req: IncomingMessage,
  to: Place & { isAuthentic: (body: Buffer) => boolean },
): Promise<Answer> {
  if (!options.isReady()) return UNAVAILABLE;
  if (req.headers['content-encoding'] && req.headers['content-encoding'] !== 'identity') return ENCODED;
  const body = await readBody(req, MAX_BODY);
  if (!body.ok) return body.why === 'too_large' ? TOO_LARGE : ABORTED;
  if (!to.isAuthentic(body.bytes)) return UNSIGNED;
  return store(options, to, body.bytes);
}

/** Meta: GET verifies the callback, POST delivers, signed over the raw bytes. */
export async function answerMeta(options: GatewayOptions, req: IncomingMessage, query: string): Promise<Answer> {
  if (req.method === 'POST') {
    const header = req.headers['x-hub-signature-256'];
    const isAuthentic = (body: Buffer) => verifySignature(body, header, options.appSecrets);
    return deliver(options, req, { provider: 'meta', source: '', isAuthentic });
  }
  if (req.method !== 'GET') return METHOD;
  const challenge = options.verifyToken === null ? null : answerChallenge(query, options.verifyToken);
  return challenge?.ok ? { status: 200, verdict: 'verified', text: challenge.challenge } : FORBIDDEN;
}

const toPlainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');

/** Whapi delivers by the method that its settings name; these carry nothing to store. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whapi signs nothing: the secret is the last part of the path, or a header where paths end up in logs. */
export async function answerWhapi(options: GatewayOptions, req: IncomingMessage, path: string): Promise<Answer> {
  if (BODILESS.has(req.method ?? 'GET')) return METHOD;
  const [channel = '', inPath = ''] = path.slice(WHAPI_PATH.length).split('/');
  const known = options.whapi.get(channel);
  const given = inPath || String(req.headers['x-wharf-secret'] ?? '');
  // Compared also for an unknown channel, so that time does not tell which channels exist.
  const isKnown = secretsMatch(given, known?.secret ?? 'no such channel') && known !== undefined;
  if (!isKnown) return UNSIGNED;
  if (known.addresses.length > 0 && !known.addresses.includes(toPlainAddress(req.socket.remoteAddress)))
    return FORBIDDEN;
  return deliver(options, req, { provider: 'whapi', source: channel, isAuthentic: () => true });
}
