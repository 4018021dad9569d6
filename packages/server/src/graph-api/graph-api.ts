import type { IncomingMessage, ServerResponse } from 'node:http';
import { makeId, toDatabaseFault, toReason } from '#kit';
import { type Address, isGraphPath, parseAddress, toParts } from './address.ts';
import {
  type Answer,
  BAD_TOKEN,
  BROKEN,
  closing,
  failForm,
  send,
  TOO_LARGE,
  queuedPerhaps,
  UNAVAILABLE,
  unsupported,
} from './answer.ts';
import { MAX_BODY, parseFields, readBody } from './body.ts';
import { answerFind, answerRemove, answerUpload } from './media.ts';
import { answerMessages, type MessagesContext, QueuedPerhaps } from './messages.ts';
import type { GraphApiOptions } from './options.ts';
import { makeSettlements } from './settlements.ts';

export interface GraphApi {
  /** Answers requests under /graph; false when the request is for another path. */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  /** Lets those who wait for an outcome go, with what is known. */
  stop(): void;
}

/** One request, as far as its head tells. */
interface Asked {
  readonly req: IncomingMessage;
  readonly method: string;
  readonly path: string;
  readonly query: string;
}

const headerOf = (req: IncomingMessage, name: string): string | undefined => {
  const value = req.headers[name];
  return typeof value === 'string' ? value : value?.[0];
};

/** `Authorization: Bearer`, as Meta's documentation has it, `OAuth`, as its upload API has it, or the parameter. */
function toToken({ req, query }: Asked, fields: Readonly<Record<string, unknown>> = {}): string | null {
  const header = /^(?:Bearer|OAuth) +(\S+) *$/i.exec(req.headers.authorization ?? '')?.[1];
  const given = header ?? new URLSearchParams(query).get('access_token') ?? fields['access_token'];
  return typeof given === 'string' && given !== '' && given.length <= 1_000 ? given : null;
}

const FORM = /^application\/x-www-form-urlencoded\b/i;

async function answerPost(context: MessagesContext, asked: Asked, numberId: string): Promise<Answer> {
  const { req, query } = asked;
  const type = req.headers['content-type'] ?? '';
  const token = toToken(asked);
  // Only a form may bring its token inside: nothing else is read for a stranger.
  if (token === null && !FORM.test(type)) return closing(BAD_TOKEN);
  const early = token === null ? null : await context.authenticate(token);
  if (token !== null && early === null) return closing(BAD_TOKEN);
  const body = await readBody(req, MAX_BODY);
  if (!body.ok) return closing(TOO_LARGE);
  const parsed = parseFields(type, body.bytes, query);
  if (!parsed.ok) return failForm(parsed.problems);
  const late = early ?? (await context.authenticate(toToken(asked, parsed.fields) ?? ''));
  if (late === null) return BAD_TOKEN;
  const idempotencyKey = headerOf(req, 'idempotency-key');
  return answerMessages(context, { workspaceId: late.workspaceId, numberId, fields: parsed.fields, idempotencyKey });
}

/** Everything whose caller must be known by the head of the request. */
async function answerNode(context: MessagesContext, asked: Asked, address: Address): Promise<Answer> {
  const { req, method } = asked;
  const token = toToken(asked);
  const caller = token === null ? null : await context.authenticate(token);
  if (caller === null) return closing(BAD_TOKEN);
  const { workspaceId } = caller;
  if (address.kind === 'upload' && method === 'POST') {
    const idempotencyKey = headerOf(req, 'idempotency-key') ?? null;
    return answerUpload(context, req, { workspaceId, numberId: address.numberId, idempotencyKey });
  }
  if (address.kind !== 'node') return closing(unsupported(method, 'numberId' in address ? address.numberId : ''));
  const { id } = address;
  if (method === 'GET') return answerFind(context, req, { workspaceId, id });
  if (method === 'DELETE') return answerRemove(context, { workspaceId, id });
  return closing(unsupported(method, id));
}

function answer(context: MessagesContext, asked: Asked): Promise<Answer> {
  if (!context.isReady()) return Promise.resolve(closing(UNAVAILABLE));
  const address = parseAddress(asked.path);
  return address.kind === 'messages' && asked.method === 'POST'
    ? answerPost(context, asked, address.numberId)
    : answerNode(context, asked, address);
}

/** A database that is away is told of; anything else thrown is a bug, told of with its stack. */
function toThrown({ log }: GraphApiOptions, error: unknown, traceId: string): Answer {
  if (error instanceof QueuedPerhaps) {
    log.warn({ trace: traceId, reason: toReason(error.cause) }, 'graph.unavailable');
    return closing(queuedPerhaps(error.key));
  }
  const line = { trace: traceId, reason: toReason(error) };
  if (!(error instanceof TypeError) && toDatabaseFault(error) !== 'data') {
    log.warn(line, 'graph.unavailable');
    return closing(UNAVAILABLE);
  }
  log.error({ ...line, stack: error instanceof Error ? (error.stack ?? null) : null }, 'graph.failed');
  return closing(BROKEN);
}

/** Meta's send API over the outbox. */
export function makeGraphApi(options: GraphApiOptions): GraphApi {
  const settlements = makeSettlements(options);
  const context: MessagesContext = { ...options, settlements };
  let hasStopped = false;

  async function serve(asked: Asked, res: ServerResponse): Promise<void> {
    const traceId = makeId('trc', options.clock.now());
    const given = await answer(context, asked).catch((error: unknown) => toThrown(options, error, traceId));
    // A connection that is kept alive would keep the server from closing.
    if (!res.destroyed) send(res, hasStopped ? closing(given) : given, traceId);
  }

  return {
    handle(req, res) {
      const { path, query } = toParts(req.url ?? '/');
      if (!isGraphPath(path)) return false;
      void serve({ req, method: req.method ?? 'GET', path, query }, res);
      return true;
    },
    stop() {
      hasStopped = true;
      settlements.stop();
    },
  };
}
