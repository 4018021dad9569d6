import { TransportError } from './transport.ts';
import type { Transport, TransportReply, TransportRequest } from './transport.ts';

/** The transport over global `fetch`. */

/** Failures of name lookup and connect: nothing was written yet. */
const NEVER_LEFT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** The handshake failed, so no request was written: names of OpenSSL's and Node's certificate checks. */
const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH)/;

interface Cause {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly name?: unknown;
}

/** fetch wraps the system's error in a TypeError; several tried addresses come as an AggregateError with a code. */
function causeOf(error: unknown): Cause {
  const inner = error instanceof Error ? error.cause : undefined;
  const found = inner ?? error;
  return typeof found === 'object' && found !== null ? found : {};
}

function neverLeft({ code, syscall }: Cause): boolean {
  if (typeof code !== 'string') return false;
  // ETIMEDOUT is also what a dead connection gives while reading; only in connect it is harmless.
  return NEVER_LEFT.has(code) || TLS.test(code) || (code === 'ETIMEDOUT' && syscall === 'connect');
}

/** A timeout of ours may strike at any moment, so it always counts as arrived. */
export function toTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  if (error instanceof Error && error.name === 'TimeoutError')
    return new TransportError('timeout', { mayHaveArrived: true, cause: error });
  const cause = causeOf(error);
  const code = typeof cause.code === 'string' ? cause.code : null;
  if (neverLeft(cause)) return new TransportError('unreachable', { mayHaveArrived: false, code, cause: error });
  return new TransportError('cut', { mayHaveArrived: true, code, cause: error });
}

const tooLarge = (): TransportError => new TransportError('too-large', { mayHaveArrived: true });

/** Counts while reading: `content-length` may be absent, false, or of the compressed body. */
async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array> {
  const announced = Number(response.headers.get('content-length') ?? 0);
  if (announced > maxBytes) {
    await response.body?.cancel();
    throw tooLarge();
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    // Leaving the loop cancels the stream and frees the connection.
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function toReply(response: Response): TransportReply {
  return {
    status: response.status,
    headers: (name) => response.headers.get(name),
    bytes: async (maxBytes) => {
      try {
        return await readAtMost(response, maxBytes);
      } catch (error) {
        throw toTransportError(error);
      }
    },
  };
}

export const fetchTransport: Transport = async ({ method, url, headers, body, timeoutMs }: TransportRequest) => {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const content = body === undefined ? {} : { body: body as NonNullable<RequestInit['body']> };
    return toReply(await fetch(url, { method, headers, ...content, redirect: 'manual', signal }));
  } catch (error) {
    throw toTransportError(error);
  }
};
