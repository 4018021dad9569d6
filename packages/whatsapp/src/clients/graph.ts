import { createHmac } from 'node:crypto';
import { decideFailure } from '../errors/decide.ts';
import type { OutgoingMessage, Recipient } from '../message.ts';
import { toGraphBody, toReadBody } from '../outbound/graph-body.ts';
import type { SendOptions } from '../outbound/graph-body.ts';
import type { CallOutcome, SendOutcome } from '../outcome.ts';
import {
  BAD_ID,
  NOT_JSON,
  ask,
  isSuccess,
  refusal,
  requireBaseUrl,
  requireToken,
  safeToRepeat,
  toJsonText,
} from './call.ts';
import { httpTransport } from './http-transport.ts';
import {
  parseAccepted,
  parseMediaInfo,
  parsePage,
  parseSuccess,
  parseUploadId,
  toPhoneNumber,
  toTemplateSummary,
} from './graph-read.ts';
import type { Json, MediaInfo, PhoneNumber, TemplateSummary } from './graph-read.ts';
import { download } from './download.ts';
import type { Download } from './download.ts';
import { NO_MIME_TYPE, isMimeType, toMultipart } from './multipart.ts';
import type { Upload } from './multipart.ts';
import type { Transport, TransportRequest } from './transport.ts';
import { isPlainPath, toSegment } from '../outbound/path.ts';

export interface GraphClientOptions {
  /** Default `https://graph.facebook.com`. */
  readonly baseUrl?: string;
  /** Default `v26.0`; `''` for none. */
  readonly version?: string;
  readonly accessToken: string;
  /** Adds `appsecret_proof`, for apps that require it. */
  readonly appSecret?: string;
  /** For a whole exchange. Default 30 s. */
  readonly timeoutMs?: number;
  readonly transport?: Transport;
}

/** Every method answers with a value, whatever the network or Meta does; exceptions are bugs. */
export interface GraphClient {
  /** `accepted` means taken, not delivered. Does not check the message: see `checkMessage`. */
  send(
    phoneNumberId: string,
    message: OutgoingMessage,
    recipient: Recipient,
    options?: SendOptions,
  ): Promise<SendOutcome>;
  /** Marks it, and those before it, as read; `typing` shows the dots for up to 25 s. */
  markRead(
    phoneNumberId: string,
    messageId: string,
    options?: { readonly typing?: boolean },
  ): Promise<CallOutcome<true>>;
  /** The id is valid for 30 days. */
  uploadMedia(phoneNumberId: string, upload: Upload): Promise<CallOutcome<{ id: string }>>;
  mediaInfo(mediaId: string): Promise<CallOutcome<MediaInfo>>;
  /** `url` from `mediaInfo` or a webhook. Other hosts than Meta's and `baseUrl`'s are refused unasked. */
  downloadMedia(url: string, options: { readonly maxBytes: number }): Promise<CallOutcome<Download>>;
  deleteMedia(mediaId: string): Promise<CallOutcome<true>>;
  /** All numbers of the account. */
  phoneNumbers(wabaId: string): Promise<CallOutcome<PhoneNumber[]>>;
  /** All templates of the account, every language and status. */
  templates(wabaId: string): Promise<CallOutcome<TemplateSummary[]>>;
}

/** 6,000 templates is Meta's limit for an account: with pages of 100 this is never reached by an honest server. */
const MAX_PAGES = 100;
const PAGE_SIZE = 100;
const NUMBER_FIELDS =
  'id,display_phone_number,verified_name,quality_rating,code_verification_status,name_status,status,platform_type,throughput,whatsapp_business_manager_messaging_limit,username';
const TEMPLATE_FIELDS =
  'id,name,language,category,previous_category,status,components,parameter_format,quality_score,rejected_reason,message_send_ttl_seconds';

interface Call {
  readonly method: TransportRequest['method'];
  /** Node ids and edge names; each is escaped. */
  readonly path: readonly string[];
  readonly query?: { readonly [key: string]: string };
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
  readonly about?: 'sender' | 'object';
}

/** Some of Meta's media hosts refuse requests without a user agent. */
const USER_AGENT = 'wharf-whatsapp';

interface Wire {
  readonly baseUrl: string;
  readonly transport: Transport;
  readonly timeoutMs: number;
  readonly headers: { readonly [name: string]: string };
  toRequest(call: Call): TransportRequest;
}

function makeWire(options: GraphClientOptions): Wire {
  const { version = 'v26.0', accessToken, appSecret, timeoutMs = 30_000, transport = httpTransport } = options;
  requireToken(accessToken);
  const baseUrl = requireBaseUrl(options.baseUrl ?? 'https://graph.facebook.com');
  const proof: { [key: string]: string } =
    appSecret === undefined
      ? {}
      : { appsecret_proof: createHmac('sha256', appSecret).update(accessToken).digest('hex') };
  const headers = { authorization: `Bearer ${accessToken}`, 'user-agent': USER_AGENT };
  const toUrl = (path: readonly string[], query: { readonly [key: string]: string } = {}): string => {
    const segments = (version === '' ? path : [version, ...path]).map(toSegment);
    const search = new URLSearchParams({ ...query, ...proof }).toString();
    return `${baseUrl}/${segments.join('/')}${search === '' ? '' : `?${search}`}`;
  };
  const toRequest = ({ method, path, query, body, contentType = 'application/json' }: Call): TransportRequest => {
    const content = body === undefined ? {} : { body };
    const typed = body === undefined ? headers : { ...headers, 'content-type': contentType };
    return { method, url: toUrl(path, query), headers: typed, ...content, timeoutMs };
  };
  return { baseUrl, transport, timeoutMs, headers, toRequest };
}

/** One call whose answer `parse` understands, or the failure it amounts to. Repeating any of them does no harm. */
async function read<T>(wire: Wire, call: Call, parse: (body: string) => T | null): Promise<CallOutcome<T>> {
  if (!isPlainPath(`/${call.path.map(toSegment).join('/')}`)) return BAD_ID;
  const answer = await ask(wire.transport, wire.toRequest(call));
  if (!answer.ok) return safeToRepeat(answer.failure);
  const value = isSuccess(answer.httpStatus) ? parse(answer.body) : null;
  if (value !== null) return { kind: 'ok', value };
  return safeToRepeat(decideFailure({ ...answer, ...(call.about === undefined ? {} : { about: call.about }) }));
}

async function sendMessage(wire: Wire, phoneNumberId: string, body: object): Promise<SendOutcome> {
  const text = toJsonText(body);
  if (text === null) return NOT_JSON;
  if (!isPlainPath(`/${toSegment(phoneNumberId)}`)) return BAD_ID;
  const answer = await ask(
    wire.transport,
    wire.toRequest({ method: 'POST', path: [phoneNumberId, 'messages'], body: text }),
  );
  if (!answer.ok) return answer.failure;
  const accepted = isSuccess(answer.httpStatus) ? parseAccepted(answer.body) : null;
  return accepted ?? decideFailure(answer);
}

function uploadMedia(wire: Wire, phoneNumberId: string, upload: Upload): Promise<CallOutcome<{ id: string }>> {
  if (!isMimeType(upload.mimeType)) return Promise.resolve(refusal('mimeType is not a media type', NO_MIME_TYPE));
  const { body, contentType } = toMultipart(upload, { messaging_product: 'whatsapp', type: upload.mimeType });
  return read(wire, { method: 'POST', path: [phoneNumberId, 'media'], body, contentType }, parseUploadId);
}

/** Follows cursors until the last page; ends on a cursor seen before, which would go round for ever. */
async function readAll<T>(wire: Wire, call: Call, toItem: (raw: Json) => T | null): Promise<CallOutcome<T[]>> {
  const found: T[] = [];
  const seen = new Set<string>();
  let after: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const cursor: { [key: string]: string } = after === null ? {} : { after };
    const query = { ...call.query, limit: String(PAGE_SIZE), ...cursor };
    const outcome: CallOutcome<{ items: Json[]; after: string | null }> = await read(
      wire,
      { ...call, query },
      parsePage,
    );
    if (outcome.kind !== 'ok') return outcome;
    found.push(...outcome.value.items.map(toItem).filter((item) => item !== null));
    after = outcome.value.after;
    if (after === null || seen.has(after)) break;
    seen.add(after);
  }
  return { kind: 'ok', value: found };
}

/**
 * A client of Meta's Graph API for one access token.
 *
 * @throws TypeError when token or base URL cannot be used at all
 * @example
 * const graph = makeGraphClient({ accessToken });
 * const outcome = await graph.send('106540352242922', text('Hello'), { to: '+5511999990000' });
 * if (outcome.kind === 'accepted') console.log(outcome.messageId);
 */
export function makeGraphClient(options: GraphClientOptions): GraphClient {
  const wire = makeWire(options);
  return {
    send: (phoneNumberId, message, recipient, sendOptions) =>
      sendMessage(wire, phoneNumberId, toGraphBody(message, recipient, sendOptions)),
    markRead: (phoneNumberId, messageId, { typing = false } = {}) => {
      const body = JSON.stringify(toReadBody(messageId, typing));
      return read(wire, { method: 'POST', path: [phoneNumberId, 'messages'], body }, parseSuccess);
    },
    uploadMedia: (phoneNumberId, upload) => uploadMedia(wire, phoneNumberId, upload),
    mediaInfo: (mediaId) => read(wire, { method: 'GET', path: [mediaId], about: 'object' }, parseMediaInfo),
    downloadMedia: (url, { maxBytes }) => download(wire, url, maxBytes),
    deleteMedia: (mediaId) => read(wire, { method: 'DELETE', path: [mediaId], about: 'object' }, parseSuccess),
    phoneNumbers: (wabaId) =>
      readAll(
        wire,
        { method: 'GET', path: [wabaId, 'phone_numbers'], query: { fields: NUMBER_FIELDS } },
        toPhoneNumber,
      ),
    templates: (wabaId) =>
      readAll(
        wire,
        { method: 'GET', path: [wabaId, 'message_templates'], query: { fields: TEMPLATE_FIELDS } },
        toTemplateSummary,
      ),
  };
}
