import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, type Log, toReason } from '#kit';
import { type Answer, answerMeta, answerWhapi, META_PATH, UNAVAILABLE, WHAPI_PATH } from './answer.ts';
import type { GatewayOptions } from './options.ts';

export interface Gateway {
  /** Answers webhook requests; false when the request is not for a webhook path. */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  /** From now on every answer ends its connection: kept-alive ones would keep the server from closing. */
  stop(): void;
  /** Resolves when no request is being answered. */
  idle(): Promise<void>;
}

const RETRY_AFTER_S = '5';

function send(res: ServerResponse, answer: Answer, isLast: boolean): void {
  const headers: Record<string, string | number> = {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(answer.text),
    // The challenge comes from a stranger, and a browser may be led to it.
    'x-content-type-options': 'nosniff',
  };
  if (answer.status === 503) headers['retry-after'] = RETRY_AFTER_S;
  if (answer.status === 405) headers['allow'] = 'GET, POST';
  // The rest of a refused body is not read: the connection cannot be used again.
  if (isLast || answer.status === 413 || answer.status === 503) headers['connection'] = 'close';
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
  const { clock, log } = options;
  const refused = makeThrottledLog(log, clock);
  let open = 0;
  let hasStopped = false;
  let onIdle: (() => void)[] = [];

  function decide(req: IncomingMessage, path: string, query: string): Promise<Answer> {
    const given = path.startsWith(WHAPI_PATH) ? answerWhapi(options, req, path) : answerMeta(options, req, query);
    // A bug of ours must not be answered 200, nor end the process: the provider tries again.
    return given.catch((error: unknown) => {
      log.error({ reason: toReason(error) }, 'delivery.failed');
      return UNAVAILABLE;
    });
  }

  async function answer(req: IncomingMessage, res: ServerResponse, path: string, query: string): Promise<void> {
    const startedAt = clock.now();
    open++;
    const given = await decide(req, path, query);
    options.counters.request(given.verdict, clock.now() - startedAt);
    if (given.status >= 400) refused(given.verdict);
    if (!res.destroyed) send(res, given, hasStopped);
    open--;
    if (open > 0) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
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
    stop() {
      hasStopped = true;
    },
    idle: () => (open === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
  };
}
