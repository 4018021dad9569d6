import { randomUUID } from 'node:crypto';
import { whapiFailure } from '../errors/whapi.ts';
import type { MessageProblem, OutgoingMessage, Recipient } from '../message.ts';
import { isPlainPath, toSegment } from '../outbound/path.ts';
import { toWhapiCall } from '../outbound/whapi-call.ts';
import type { WhapiRequest } from '../outbound/whapi-call.ts';
import type { Accepted, CallOutcome, Failure, SendOutcome } from '../outcome.ts';
import { BAD_ID, NOT_JSON, ask, exchange, isSuccess, refusal, safeToRepeat, toJsonText } from './call.ts';
import { toDownload, toRefusedDownload } from './download.ts';
import type { Download } from './download.ts';
import { isJson, parseBody } from './graph-read.ts';
import { NO_MIME_TYPE, isMimeType } from './multipart.ts';
import type { Upload } from './multipart.ts';
import { readSentSince } from './whapi-history.ts';
import type { WhapiSent } from './whapi-history.ts';
import { makeWire, read, toContent } from './whapi-wire.ts';
import type { WhapiClientOptions, WhapiWire } from './whapi-wire.ts';

/** Every method answers with a value, as with the Graph client. */
export interface WhapiClient {
  /**
   * What Whapi cannot carry is a `permanent` failure without any request. Whapi gives no id for reactions and pins:
   * theirs is made here and begins with `local:`.
   */
  send(message: OutgoingMessage, recipient: Recipient): Promise<SendOutcome>;
  markRead(messageId: string): Promise<CallOutcome<true>>;
  /** Shows the typing dots in a chat for `seconds` (default 5). */
  typing(chatId: string, options?: { readonly seconds?: number }): Promise<CallOutcome<true>>;
  /**
   * What this number wrote in a chat since then, oldest first, whoever wrote it (phone or API): evidence after a lost
   * answer. Whapi carries no data of ours, so compare type and text. Times are whole seconds.
   *
   * @param chat phone number or chat id
   * @param sinceMs unix milliseconds
   */
  sentSince(chat: string, sinceMs: number): Promise<CallOutcome<WhapiSent[]>>;
  uploadMedia(upload: Upload): Promise<CallOutcome<{ id: string }>>;
  downloadMedia(mediaId: string, options: { readonly maxBytes: number }): Promise<CallOutcome<Download>>;
}

function incapable({ field, message }: MessageProblem): Failure {
  return refusal(`${field}: ${message}`, `This channel cannot send this message. ${message}.`);
}

const NOT_SENT = 'Whapi.Cloud answered that it did not send the message. It is tried again.';

/** `sent: false` is the one clear no; anything that names neither id nor success leaves it open. */
function parseSent(body: string): Accepted | 'not sent' | null {
  const answer = parseBody(body);
  if (answer === null) return null;
  if (answer['sent'] === false) return 'not sent';
  const message = isJson(answer['message']) ? answer['message'] : {};
  const { id, chat_id: chat } = message;
  if (typeof id === 'string' && id !== '') {
    const waId = typeof chat === 'string' ? /^(\d+)@s\.whatsapp\.net$/.exec(chat)?.[1] : undefined;
    return { kind: 'accepted', messageId: id, ...(waId === undefined ? {} : { waId }) };
  }
  return answer['success'] === true ? { kind: 'accepted', messageId: `local:${randomUUID()}` } : null;
}

async function perform(wire: WhapiWire, call: WhapiRequest): Promise<SendOutcome> {
  if (!isPlainPath(call.path)) return BAD_ID;
  const text = call.body === null ? '' : toJsonText(call.body);
  if (text === null) return NOT_JSON;
  const answer = await ask(
    wire.transport,
    wire.toRequest(call.method, call.path, text === '' ? undefined : toContent(text)),
  );
  if (!answer.ok) return answer.failure;
  const sent = isSuccess(answer.httpStatus) ? parseSent(answer.body) : null;
  if (sent === 'not sent') return { ...whapiFailure(answer), kind: 'transient', advice: NOT_SENT };
  return sent ?? whapiFailure(answer);
}

const parseDone = (body: string): true | null => (parseBody(body)?.['success'] === true ? true : null);

function parseUpload(body: string): { id: string } | null {
  const list = parseBody(body)?.['media'];
  const first: unknown = Array.isArray(list) ? list[0] : null;
  return isJson(first) && typeof first['id'] === 'string' ? { id: first['id'] } : null;
}

async function downloadMedia(wire: WhapiWire, mediaId: string, maxBytes: number): Promise<CallOutcome<Download>> {
  const path = `/media/${toSegment(mediaId)}`;
  if (!isPlainPath(path)) return BAD_ID;
  const request = wire.toRequest('GET', path);
  const sent = await exchange(wire.transport, request);
  if (!sent.ok) return safeToRepeat<Download>(sent.failure);
  if (isSuccess(sent.reply.status)) return toDownload(sent.reply, maxBytes);
  return safeToRepeat<Download>(await toRefusedDownload(sent.reply, request.headers, whapiFailure));
}

async function uploadMedia(wire: WhapiWire, { bytes, mimeType }: Upload): Promise<CallOutcome<{ id: string }>> {
  if (!isMimeType(mimeType)) return refusal('mimeType is not a media type', NO_MIME_TYPE);
  return read(wire, { method: 'POST', path: '/media', content: { body: bytes, contentType: mimeType } }, parseUpload);
}

/**
 * A client of Whapi.Cloud for one channel.
 *
 * @throws TypeError when token or base URL cannot be used at all
 */
export function makeWhapiClient(options: WhapiClientOptions): WhapiClient {
  const wire = makeWire(options);
  return {
    send: async (message, recipient) => {
      const call = toWhapiCall(message, recipient);
      return call.ok ? perform(wire, call) : incapable(call.problem);
    },
    markRead: (messageId) => read(wire, { method: 'PUT', path: `/messages/${toSegment(messageId)}` }, parseDone),
    typing: (chatId, { seconds = 5 } = {}) => {
      const content = toContent(JSON.stringify({ presence: 'typing', delay: seconds }));
      return read(wire, { method: 'PUT', path: `/presences/${toSegment(chatId)}`, content }, parseDone);
    },
    sentSince: (chat, sinceMs) => readSentSince(wire, chat, sinceMs),
    uploadMedia: (upload) => uploadMedia(wire, upload),
    downloadMedia: (mediaId, { maxBytes }) => downloadMedia(wire, mediaId, maxBytes),
  };
}
