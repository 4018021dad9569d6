import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock, Faults } from '../contract.ts';
import { answer, readBody } from '../http.ts';
import type { Ids } from '../ids.ts';
import { linkPath } from '../media-links.ts';
import { toMetaJson } from '../webhooks/escape.ts';
import { badParam, type GraphAnswer, refused, type Refusal, refusalStatus, toErrorBody } from './answer.ts';
import { findRoute, type HasNode, toSegments } from './dispatch.ts';
import { drawCallFate, page502 } from './faults.ts';
import { fromPairs, parseBody, type ParsedBody } from './params.ts';
import type { Route } from './route.ts';
import { parseWish } from './sentinels.ts';
import { parseToken } from './token.ts';
import type { Params } from './params.ts';

export interface GraphDeps {
  readonly routes: readonly Route[];
  readonly hasNode: HasNode;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly faults: Faults;
  readonly seed: number;
  readonly epoch: number;
  readonly wabaId: string;
  readonly checkToken: (token: string | null, params: Params) => Refusal | null;
  readonly download: (query: URLSearchParams) => Promise<GraphAnswer>;
}

export type GraphHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

interface Outcome {
  readonly answer: GraphAnswer;
  readonly slowMs: number;
}

/** Meta's side of HTTP: one call in, one answer out, with what may go wrong between. */
export function makeGraphHandler(deps: GraphDeps): GraphHandler {
  const made = { sends: 0, others: 0 };
  const nextFate = (isSend: boolean): ReturnType<typeof drawCallFate> => {
    const number = isSend ? made.sends++ : made.others++;
    return drawCallFate(deps.faults, { seed: deps.seed, epoch: deps.epoch, isSend, number });
  };
  const decide = async (request: IncomingMessage, url: URL): Promise<Outcome> => {
    const bytes = await readBody(request);
    if (bytes === null) return plain({ ...badParam('The request body is too large.'), httpStatus: 413 });
    const parsed = await parseBody(bytes, request.headers['content-type'] ?? '');
    if (!parsed.ok) return plain(parsed.refusal);
    const fate = nextFate(request.method === 'POST' && toSegments(url.pathname)[1] === 'messages');
    if (fate.instead !== null) return { answer: fate.instead, slowMs: fate.slowMs };
    const given = await run(deps, { request, url, parsed: parsed.value });
    return applyWish(fate.loseAnswer ? { kind: 'nothing' } : given, { ...fate, ...wishOf(given, parsed.value.params) });
  };
  return async (request, response, url) => {
    const { answer: given, slowMs } = await decide(request, url);
    if (slowMs > 0) await new Promise<void>((resolve) => deps.clock.after(slowMs, resolve));
    write(deps, response, given);
  };
}

const plain = (refusal: Refusal): Outcome => ({ answer: refused(refusal), slowMs: 0 });

async function run(
  deps: GraphDeps,
  { request, url, parsed }: { request: IncomingMessage; url: URL; parsed: ParsedBody },
): Promise<GraphAnswer> {
  const method = request.method ?? 'GET';
  const params = { ...fromPairs(url.searchParams), ...parsed.params };
  const token = parseToken(request.headers.authorization, params);
  const refusal = deps.checkToken(token, params);
  if (refusal !== null) return refused(refusal);
  if (url.pathname === linkPath) return deps.download(url.searchParams);
  const match = findRoute(deps.routes, deps.hasNode, { method, pathname: url.pathname });
  if ('kind' in match) return match;
  const base = `http://${request.headers.host ?? 'localhost'}`;
  return match.route.run({ method, nodeId: match.nodeId, params, file: parsed.file, token: token ?? '', base });
}

/** How long `!slow` takes when no `slowMs` is set. */
const wishedSlowMs = 5_000;

/** Sentinels that concern the connection, once the message is taken: `!lost`, `!html`, `!slow`. */
function wishOf(given: GraphAnswer, params: Params): { how: string | null } {
  const isTaken = given.kind === 'json' && given.status === 200 && params.type === 'text';
  return { how: isTaken ? (parseWish('text', params, '')?.how ?? null) : null };
}

function applyWish(given: GraphAnswer, wish: { how: string | null; slowMs: number }): Outcome {
  if (wish.how === 'lost') return { answer: { kind: 'nothing' }, slowMs: wish.slowMs };
  if (wish.how === 'html') return { answer: page502, slowMs: wish.slowMs };
  if (wish.how === 'slow') return { answer: given, slowMs: Math.max(wish.slowMs, wishedSlowMs) };
  return { answer: given, slowMs: wish.slowMs };
}

function write(deps: GraphDeps, response: ServerResponse, given: GraphAnswer): void {
  const traceId = deps.ids.trace();
  switch (given.kind) {
    case 'nothing':
      response.socket?.destroy();
      return;
    case 'html':
      return answer(response, {
        status: given.status,
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: htmlPage,
      });
    case 'bytes':
      return answer(response, { status: 200, headers: { 'content-type': given.mimeType }, body: given.bytes });
    case 'json':
      return writeJson(deps, response, { status: given.status, body: given.body, traceId });
    case 'error': {
      const body = toErrorBody(given.refusal, traceId);
      return writeJson(deps, response, { status: refusalStatus(given.refusal), body, traceId });
    }
  }
}

const htmlPage =
  '<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>';

function writeJson(
  deps: GraphDeps,
  response: ServerResponse,
  sent: { status: number; body: unknown; traceId: string },
): void {
  const usage = {
    type: 'whatsapp',
    call_count: 1,
    total_cputime: 1,
    total_time: 1,
    estimated_time_to_regain_access: 0,
  };
  const headers = {
    'content-type': 'application/json; charset=UTF-8',
    'facebook-api-version': 'v26.0',
    'cache-control': 'private, no-cache, no-store, must-revalidate',
    'x-fb-trace-id': sent.traceId,
    'x-fb-request-id': sent.traceId,
    'x-business-use-case-usage': JSON.stringify({ [deps.wabaId]: [usage] }),
    ...(sent.status === 401 ? { 'www-authenticate': 'OAuth "Facebook Platform" "invalid_token"' } : {}),
  };
  answer(response, { status: sent.status, headers, body: toMetaJson(sent.body) });
}
