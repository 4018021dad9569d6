import { decideFailure } from '../errors/decide.ts';
import type { OutgoingMessage, Recipient } from '../message.ts';
import { toGraphBody, toReadBody } from '../outbound/graph-body.ts';
import type { SendOptions } from '../outbound/graph-body.ts';
import { isPlainPath, toSegment } from '../outbound/path.ts';
import type { CallOutcome, SendOutcome } from '../outcome.ts';
import { BAD_ID, NOT_JSON, ask, isSuccess, toJsonText } from './call.ts';
import { download } from './download.ts';
import type { Download } from './download.ts';
import { readMessageHistory } from './graph-history.ts';
import type { MessageHistoryEvent } from './graph-history.ts';
import { NUMBER_FIELDS, ONE_NUMBER_FIELDS, toPhoneNumber } from './graph-number.ts';
import type { PhoneNumber } from './graph-number.ts';
import { parseAccepted, parseBody, parseMediaInfo, parseSuccess } from './graph-read.ts';
import type { MediaInfo } from './graph-read.ts';
import { makeTemplateCalls } from './graph-templates.ts';
import type { TemplateCalls } from './graph-templates.ts';
import { uploadHandle, uploadMedia } from './graph-upload.ts';
import { makeWire, read, readAll } from './graph-wire.ts';
import type { GraphClientOptions, Wire } from './graph-wire.ts';
import type { Upload } from './multipart.ts';

/** Every method answers with a value, whatever the network or Meta does; exceptions are bugs. */
export interface GraphClient extends TemplateCalls {
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
  /**
   * An example file for a template header (PDF, JPEG, PNG or MP4); the handle goes into `example.header_handle`. `app`
   * stands for the app that the token belongs to.
   */
  uploadHandle(appId: string, upload: Upload): Promise<CallOutcome<{ handle: string }>>;
  /** All numbers of the account, without their health. */
  phoneNumbers(wabaId: string): Promise<CallOutcome<PhoneNumber[]>>;
  /** One number, with its health. */
  phoneNumber(phoneNumberId: string): Promise<CallOutcome<PhoneNumber>>;
  /** What became of a sent message by Meta's own records, oldest first; empty when it has none. */
  messageHistory(phoneNumberId: string, messageId: string): Promise<CallOutcome<MessageHistoryEvent[]>>;
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

function parsePhoneNumber(body: string): PhoneNumber | null {
  const raw = parseBody(body);
  return raw === null ? null : toPhoneNumber(raw);
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
    phoneNumber: (phoneNumberId) =>
      read(wire, { method: 'GET', path: [phoneNumberId], query: { fields: ONE_NUMBER_FIELDS } }, parsePhoneNumber),
    messageHistory: (phoneNumberId, messageId) => readMessageHistory(wire, phoneNumberId, messageId),
    uploadHandle: (appId, upload) => uploadHandle(wire, appId, upload),
    ...makeTemplateCalls(wire),
  };
}
