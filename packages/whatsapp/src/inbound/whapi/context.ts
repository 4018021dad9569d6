import type { Message, MessageContext, Referral } from '../../events.ts';
import { type JsonObject, present, toBoolean, toNumber, toObject, toPart, toText } from '../read.ts';
import { toWhapiPerson } from './chat.ts';
import { toWhapiContent } from './content.ts';

/** WhatsApp marks a message so once its score passes four. */
const FREQUENT_SCORE = 5;

export function toWhapiMessage(id: string, message: JsonObject, groupId: string | undefined): Message {
  const context = toObject(message.context);
  return present<Message>({
    id,
    content: toWhapiContent(message),
    context: context === undefined ? undefined : toContext(context),
    referral: context === undefined ? undefined : toReferral(context),
    groupId,
  });
}

function toContext(context: JsonObject): MessageContext {
  const author = toText(context.quoted_author);
  const score = toNumber(context.forwarding_score) ?? 0;
  return present<MessageContext>({
    messageId: toText(context.quoted_id),
    from: author === undefined ? undefined : toWhapiPerson(author),
    forwarded: toBoolean(context.forwarded),
    frequentlyForwarded: score >= FREQUENT_SCORE ? true : undefined,
  });
}

function toReferral(context: JsonObject): Referral | undefined {
  const ad = toObject(context.ad);
  if (ad === undefined) return undefined;
  const source = toPart(ad.source);
  return present<Referral>({
    sourceUrl: toText(source.url),
    sourceType: toText(source.type),
    sourceId: toText(source.id),
    headline: toText(ad.title),
    body: toText(ad.body),
    mediaType: toText(ad.media_type),
    mediaUrl: toText(ad.media_url),
    thumbnailUrl: toText(ad.preview_url),
    clickId: toText(ad.ctwa),
    ref: toText(ad.ref),
  });
}
