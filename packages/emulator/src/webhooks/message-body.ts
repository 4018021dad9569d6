import type { EmulatedNumber, PhoneMessage, PhonePerson } from '../contract.ts';
import { isRecord } from '../json.ts';
import { toSender } from './identity.ts';

export interface InboundInput {
  readonly person: PhonePerson;
  readonly number: EmulatedNumber;
  readonly message: PhoneMessage;
  readonly quoted: PhoneMessage | undefined;
  /** A download address for a media id, good for five minutes. */
  readonly mediaUrl: (mediaId: string) => string;
}

/** `messages[]` element of what a customer wrote. */
export function toInboundMessage(input: InboundInput): Record<string, unknown> {
  const { person, message } = input;
  return {
    ...toContext(input),
    ...toSender(person),
    id: message.id,
    timestamp: toSeconds(message.at),
    ...(message.referral === undefined ? {} : { referral: message.referral }),
    ...withMediaUrl(message.body, input.mediaUrl),
  };
}

/** Meta's timestamps are strings of unix seconds. */
export const toSeconds = (ms: number): string => String(Math.floor(ms / 1_000));

function toContext({ message, quoted, number, person }: InboundInput): Record<string, unknown> {
  if (message.quotedId === undefined) return {};
  const author = quoted?.direction === 'out' ? toSender(person) : { from: number.displayPhoneNumber };
  return { context: { ...author, id: message.quotedId } };
}

function withMediaUrl(body: PhoneMessage['body'], mediaUrl: (id: string) => string): Record<string, unknown> {
  const media = body[body.type];
  const id = isRecord(media) && 'mime_type' in media ? media.id : undefined;
  if (typeof id !== 'string' || !isRecord(media)) return body;
  return { type: body.type, [body.type]: { ...media, url: mediaUrl(id) } };
}
