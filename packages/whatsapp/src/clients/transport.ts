/**
 * The way out: one HTTP exchange as a port. The clients know nothing of sockets; tests and other programs may put
 * something else here. A transport fails only by rejecting with a {@link TransportError}.
 */
export interface TransportRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string | Uint8Array;
  /** For the whole exchange, reading the body included. */
  readonly timeoutMs: number;
}

export interface TransportReply {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: (name: string) => string | null;
  /** The whole body. Rejects with reason `too-large` as soon as it exceeds `maxBytes`. */
  readonly bytes: (maxBytes: number) => Promise<Uint8Array>;
}

/** Must not follow redirects: the client decides where its token may go. */
export type Transport = (request: TransportRequest) => Promise<TransportReply>;

/** `invalid`: not a request that could be made at all (address, scheme, header). */
export type TransportReason = 'invalid' | 'unreachable' | 'timeout' | 'cut' | 'too-large';

/**
 * Why there is no answer. `mayHaveArrived` is what callers branch on: false only when the request certainly never left
 * (no address, connection refused, no TLS), true when the other side may have acted on it.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly reason: TransportReason;
  readonly mayHaveArrived: boolean;
  /** The system's own word, for example `ECONNREFUSED`. */
  readonly code: string | null;

  constructor(reason: TransportReason, options: { mayHaveArrived: boolean; code?: string | null; cause?: unknown }) {
    super(`no answer: ${reason}${typeof options.code === 'string' ? ` (${options.code})` : ''}`, {
      cause: options.cause,
    });
    this.reason = reason;
    this.mayHaveArrived = options.mayHaveArrived;
    this.code = options.code ?? null;
  }
}
