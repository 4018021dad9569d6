import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerChallenge, type Provider, secretsMatch, verifySignature, type WhatsAppEvent } from '@wharf/whatsapp';
import { type Clock, type Log, makeUuid } from '#kit';
import { MAX_BODY, readBody } from './body.ts';

/** A verified delivery, split, as the journal takes it. */
export interface GatewayDelivery {
  readonly id: string;
  readonly workspaceId: string;
  readonly provider: Provider;
  readonly source: string;
  readonly body: Buffer;
  readonly events: readonly WhatsAppEvent[];
}

export interface GatewayCounters {
  /** `verdict`: stored, unsigned, forbidden, too_large, unavailable, bad_request. */
  request(verdict: string, tookMs: number): void;
}

export interface GatewayOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly workspaceId: string;
  /** Every secret Meta may sign with now (old and new while rotating). Empty: all signed requests are refused. */
  readonly appSecrets: readonly string[];
  readonly verifyToken: string | null;
  /** Whapi channel id → its secret path token and the addresses it may come from (empty: any). */
  readonly whapi: ReadonlyMap<string, { readonly secret: string; readonly addresses: readonly string[] }>;
  /** Splits verified bytes into events; never throws. */
  readonly split: (delivery: { provider: Provider; source: string; body: Buffer; receivedAt: number }) => readonly WhatsAppEvent[];
  /** Resolves when stored; null = cannot take it now. */
  readonly append: (delivery: GatewayDelivery) => Promise<void> | null;
  /** False while the database is away or the disk is nearly full: answer 503 before reading the body. */
  readonly isReady: () => boolean;
  readonly counters: GatewayCounters;
}

export interface Gateway {
  /** Answers webhook requests; false when the request is not for a webhook path. */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  /** Resolves when no request is being answered. */
  idle(): Promise<void>;
}

const META_PATH = '/webhooks/whatsapp';
const WHAPI_PATH = '/webhooks/whapi/';
const RETRY_AFTER_S = '5';

interface Answer {
  readonly status: number;
  readonly verdict: string;
  readonly text: string;
}

const STORED: Answer = { status: 200, verdict: 'stored', text: 'OK' };
const UNSIGNED: Answer = { status: 401, verdict: 'unsigned', text: 'The signature is missing or wrong. Check WHATSAPP_APP_SECRET.' };
const FORBIDDEN: Answer = { status: 403, verdict: 'forbidden', text: 'Forbidden' };
const TOO_LARGE: Answer = { status: 413, verdict: 'too_large', text: 'A delivery may have 4 MB at most.' };
const UNAVAILABLE: Answer = { status: 503, verdict: 'unavailable', text: 'Cannot store now. Please retry.' };
const ABORTED: Answer = { status: 400, verdict: 'bad_request', text: 'The body was not sent whole.' };
const METHOD: Answer = { status: 405, verdict: 'bad_request', text: 'Use GET to verify and POST to deliver.' };
const ENCODED: Answer = { status: 415, verdict: 'bad_request', text: 'Send the body without Content-Encoding.' };

function send(res: ServerResponse, answer: Answer): void {
  const headers: Record<string, string | number> = { 'content-type': 'text/plain; charset=utf-8', 'content-length': Buffer.byteLength(answer.text) };
  if (answer.status === 503) headers['retry-after'] = RETRY_AFTER_S;
  // The rest of a refused body is not read: the connection cannot be used again.
  if (answer.status === 413 || answer.status === 503) headers['connection'] = 'close';
  res.writeHead(answer.status, headers);
  res.end(answer.text);
}

/** One log line a second at most for a kind of refusal: a flood must not fill the disk. */
function makeThrottledLog(log: Log, clock: Clock): (verdict: string) => void {
  const seen = new Map<string, { at: number; count: number }>();
  return (verdict) => {
    const last = seen.get(verdict) ?? { at: -Infinity, count: 0 };
    last.count++;
    seen.set(verdict, last);
    if (clock.now() - last.at < 1_000) return;
    log.warn({ verdict, requests: last.count }, 'delivery.refused');
    seen.set(verdict, { at: clock.now(), count: 0 });
  };
}

export function makeGateway(options: GatewayOptions): Gateway {
  const { clock } = options;
  const refused = makeThrottledLog(options.log, clock);
  let open = 0;
  let onIdle: (() => void)[] = [];

  async function store(provider: Provider, source: string, body: Buffer): Promise<Answer> {
    const events = options.split({ provider, source, body, receivedAt: clock.now() });
    const stored = options.append({ id: makeUuid(clock.now()), workspaceId: options.workspaceId, provider, source, body, events });
    if (stored === null) return UNAVAILABLE;
    return stored.then(
      () => STORED,
      () => UNAVAILABLE,
    );
  }

  async function deliver(req: IncomingMessage, isAuthentic: (body: Buffer) => boolean, to: { provider: Provider; source: string }): Promise<Answer> {
    if (!options.isReady()) return UNAVAILABLE;
    if (req.headers['content-encoding'] && req.headers['content-encoding'] !== 'identity') return ENCODED;
    const body = await readBody(req, MAX_BODY);
    if (!body.ok) return body.why === 'too_large' ? TOO_LARGE : ABORTED;
    if (!isAuthentic(body.bytes)) return UNSIGNED;
    return store(to.provider, to.source, body.bytes);
  }

  async function answerMeta(req: IncomingMessage, query: string): Promise<Answer> {
    if (req.method === 'POST') {
      const header = req.headers['x-hub-signature-256'];
      return deliver(req, (body) => verifySignature(body, header, options.appSecrets), { provider: 'meta', source: '' });
    }
    if (req.method !== 'GET') return METHOD;
    const challenge = options.verifyToken === null ? null : answerChallenge(query, options.verifyToken);
    return challenge?.ok ? { status: 200, verdict: 'verified', text: challenge.challenge } : FORBIDDEN;
  }

  // Whapi signs nothing: the secret is the last part of the path, or a header when the path should stay out of logs.
  async function answerWhapi(req: IncomingMessage, path: string): Promise<Answer> {
    if (req.method === 'GET') return METHOD;
    const [channel = '', inPath = ''] = path.slice(WHAPI_PATH.length).split('/');
    const known = options.whapi.get(channel);
    const given = inPath || String(req.headers['x-wharf-secret'] ?? '');
    const isKnown = secretsMatch(given, known?.secret ?? 'no such channel') && known !== undefined;
    if (!isKnown) return UNSIGNED;
    if (known.addresses.length > 0 && !known.addresses.includes(toPlainAddress(req.socket.remoteAddress))) return FORBIDDEN;
    return deliver(req, () => true, { provider: 'whapi', source: channel });
  }

  async function answer(req: IncomingMessage, res: ServerResponse, path: string, query: string): Promise<void> {
    const startedAt = clock.now();
    open++;
    try {
      const given = path.startsWith(WHAPI_PATH) ? await answerWhapi(req, path) : await answerMeta(req, query);
      options.counters.request(given.verdict, clock.now() - startedAt);
      if (given.status >= 400) refused(given.verdict);
      if (!res.destroyed) send(res, given);
    } finally {
      open--;
      if (open === 0) for (const resolve of onIdle.splice(0)) resolve();
    }
  }

  return {
    handle(req, res) {
      const url = req.url ?? '/';
      const mark = url.indexOf('?');
      const path = (mark < 0 ? url : url.slice(0, mark)).replace(/\/$/, '');
      if (path !== META_PATH && !path.startsWith(WHAPI_PATH)) return false;
      void answer(req, res, path, mark < 0 ? '' : url.slice(mark + 1));
      return true;
    },
    idle: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => (onIdle = [...onIdle, resolve]))),
  };
}

const toPlainAddress = (address: string | undefined): string => (address ?? '').replace(/^::ffff:/, '');
