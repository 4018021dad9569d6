import type { Clock, Faults } from '../contract.ts';
import type { Sent } from '../http.ts';
import type { Ids } from '../ids.ts';
import { linkPath } from '../media-links.ts';
import type { Pending } from '../pending.ts';
import { toMetaJson } from '../webhooks/escape.ts';
import { badParam, type GraphAnswer, refused, type Refusal, refusalStatus, toErrorBody } from './answer.ts';
import { findRoute, type HasNode, isUpload, toSegments } from './dispatch.ts';
import { drawCallFate, page502 } from './faults.ts';
import { fromPairs, type Params, type Parsed, parseBody, type ParsedBody } from './params.ts';
import type { Route } from './route.ts';
import { parseWish } from './sentinels.ts';
import { parseToken } from './token.ts';

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
  /** Calls that go on by themselves: those that wait for the clock are not among them. */
  readonly calls: Pending;
  readonly download: (query: URLSearchParams) => Promise<GraphAnswer>;
}

/** A call as it came in, over a socket or as values. */
export interface PlainCall {
  readonly method: string;
  readonly url: URL;
  /** Lower-case names. */
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  /** Null: larger than Meta takes. */
  readonly body: Buffer | null;
  /** Scheme and host as the client wrote them. */
  readonly base: string;
}

/** An answer, or how it stays out. */
export type PlainOutcome = Sent | 'cut' | 'silence';

/** Meta's side of one call, with what may go wrong around it. */
export type GraphCore = (call: PlainCall) => Promise<PlainOutcome>;

interface Outcome {
  readonly answer: GraphAnswer;
  readonly slowMs: number;
}

export function makeGraphCore(deps: GraphDeps): GraphCore {
  const made = { sends: 0, others: 0 };
  const nextFate = (isSend: boolean): ReturnType<typeof drawCallFate> => {
    const number = isSend ? made.sends++ : made.others++;
    return drawCallFate(deps.faults, { seed: deps.seed, epoch: deps.epoch, isSend, number });
  };
  const decide = async (call: PlainCall): Promise<Outcome> => {
    if (call.body === null) return plain({ ...badParam('The request body is too large.'), httpStatus: 413 });
    const parsed = await parseCall(call, call.body);
    if (!parsed.ok) return plain(parsed.refusal);
    const fate = nextFate(call.method === 'POST' && toSegments(call.url.pathname)[1] === 'messages');
    if (fate.instead !== null) return { answer: fate.instead, slowMs: fate.slowMs };
    const given = await run(deps, call, parsed.value);
    return applyWish(fate.without ?? given, { ...fate, ...wishOf(given, parsed.value.params) });
  };
  return async (call) => {
    deps.calls.add(1);
    const { answer, slowMs } = await decide(call).finally(() => deps.calls.done(1));
    if (slowMs > 0) await new Promise<void>((resolve) => deps.clock.after(slowMs, resolve));
    return toOutcome(deps, answer);
  };
}

const plain = (refusal: Refusal): Outcome => ({ answer: refused(refusal), slowMs: 0 });

function headerOf({ headers }: PlainCall, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** Uploads in parts are raw bytes, whatever they call themselves. */
const parseCall = (call: PlainCall, body: Buffer): Promise<Parsed> =>
  isUpload(call.url.pathname)
    ? Promise.resolve({ ok: true, value: { params: {}, file: null } })
    : parseBody(body, headerOf(call, 'content-type') ?? '');

async function run(deps: GraphDeps, call: PlainCall, parsed: ParsedBody): Promise<GraphAnswer> {
  const { method, url, base } = call;
  const params = { ...fromPairs(url.searchParams), ...parsed.params };
  const token = parseToken(headerOf(call, 'authorization'), params);
  const refusal = deps.checkToken(token, params);
  if (refusal !== null) return refused(refusal);
  if (url.pathname === linkPath) return deps.download(url.searchParams);
  const match = findRoute(deps.routes, deps.hasNode, { method, pathname: url.pathname });
  if ('kind' in match) return match;
  return match.route.run({
    method,
    nodeId: match.nodeId,
    params,
    file: parsed.file,
    body: call.body ?? Buffer.alloc(0),
    fileOffset: Number(headerOf(call, 'file_offset') ?? 0),
    token: token ?? '',
    base,
  });
}

/** How long `!slow` takes when no `slowMs` is set. */
const wishedSlowMs = 5_000;

/** Sentinels that concern the connection, once the message is taken: `!lost`, `!silence`, `!html`, `!slow`. */
function wishOf(given: GraphAnswer, params: Params): { how: string | null } {
  const isTaken = given.kind === 'json' && given.status === 200 && params.type === 'text';
  return { how: isTaken ? (parseWish('text', params, '')?.how ?? null) : null };
}

function applyWish(given: GraphAnswer, wish: { how: string | null; slowMs: number }): Outcome {
  if (wish.how === 'lost') return { answer: { kind: 'nothing' }, slowMs: wish.slowMs };
  if (wish.how === 'silence') return { answer: { kind: 'silence' }, slowMs: 0 };
  if (wish.how === 'html') return { answer: page502, slowMs: wish.slowMs };
  if (wish.how === 'slow') return { answer: given, slowMs: Math.max(wish.slowMs, wishedSlowMs) };
  return { answer: given, slowMs: wish.slowMs };
}

function toOutcome(deps: GraphDeps, given: GraphAnswer): PlainOutcome {
  const traceId = deps.ids.trace();
  switch (given.kind) {
    case 'nothing':
      return 'cut';
    case 'silence':
      return 'silence';
    case 'html':
      return { status: given.status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: htmlPage };
    case 'bytes':
      return { status: 200, headers: { 'content-type': given.mimeType }, body: given.bytes };
    case 'json':
      return toJson(deps, { status: given.status, body: given.body, traceId });
    case 'error':
    default: {
      const body = toErrorBody(given.refusal, traceId);
      return toJson(deps, { status: refusalStatus(given.refusal), body, traceId });
    }
  }
}

const htmlPage =
  '<!DOCTYPE html><html><head><title>Error</title></head><body><h1>Sorry, something went wrong.</h1></body></html>';

function toJson(deps: GraphDeps, sent: { status: number; body: unknown; traceId: string }): Sent {
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
  return { status: sent.status, headers, body: toMetaJson(sent.body) };
}
