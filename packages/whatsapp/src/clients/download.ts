import { decideFailure } from '../errors/decide.ts';
import type { HttpReply } from '../errors/reply.ts';
import type { CallOutcome, Failure } from '../outcome.ts';
import {
  exchange,
  failureOfTransport,
  isSuccess,
  readBytes,
  refusal,
  safeToRepeat,
  tooLargeFailure,
  toText,
} from './call.ts';
import { isMediaUrl } from './media-host.ts';
import type { Transport, TransportReply } from './transport.ts';

export interface Download {
  readonly bytes: Uint8Array;
  /** As the server says; compare with `mediaInfo`. */
  readonly mimeType: string;
}

interface Way {
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly headers: { readonly [name: string]: string };
}

/** Meta uses one, if any. */
const MAX_REDIRECTS = 3;
/** Enough for an error object or a page that says no. */
const MAX_ERROR_BYTES = 64 * 1024;

const FOREIGN = refusal(
  'the media link leads to a host that is not a media host of the provider',
  "The link is not one of WhatsApp's. Ask for the file again, or for a fresh link with mediaInfo.",
);
const ROUND = refusal(
  'the media link redirects too often',
  'The link leads round in circles. Ask for a fresh one with mediaInfo.',
);

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Reads what the server says, so that the connection is free again and the reason is known. */
export async function toRefusedDownload(
  reply: TransportReply,
  headers: Way['headers'],
  decide: (reply: HttpReply) => Failure,
): Promise<Failure> {
  const read = await readBytes(reply, MAX_ERROR_BYTES);
  const body = read.ok ? toText(read.bytes, headers) : '';
  return decide({ httpStatus: reply.status, body, headers: reply.headers, about: 'object' });
}

export async function toDownload(reply: TransportReply, maxBytes: number): Promise<CallOutcome<Download>> {
  const read = await readBytes(reply, maxBytes);
  const mimeType = reply.headers('content-type') ?? 'application/octet-stream';
  if (read.ok) return { kind: 'ok', value: { bytes: read.bytes, mimeType } };
  return read.error.reason === 'too-large'
    ? tooLargeFailure(reply.status)
    : safeToRepeat<Download>(failureOfTransport(read.error));
}

function locationOf(reply: TransportReply, from: string): string {
  const location = reply.headers('location') ?? '';
  return URL.canParse(location, from) ? new URL(location, from).href : '';
}

/** Each hop is checked before it is asked, so neither token nor request reaches a host that is not the provider's. */
export async function download(way: Way, url: string, maxBytes: number): Promise<CallOutcome<Download>> {
  let next = url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop += 1) {
    if (!isMediaUrl(next, way.baseUrl)) return FOREIGN;
    const sent = await exchange(way.transport, {
      method: 'GET',
      url: next,
      headers: way.headers,
      timeoutMs: way.timeoutMs,
    });
    if (!sent.ok) return safeToRepeat<Download>(sent.failure);
    const { reply } = sent;
    if (isSuccess(reply.status)) return toDownload(reply, maxBytes);
    if (!isRedirect(reply.status))
      return safeToRepeat<Download>(await toRefusedDownload(reply, way.headers, decideFailure));
    next = locationOf(reply, next);
    await readBytes(reply, MAX_ERROR_BYTES);
  }
  return ROUND;
}
