import type { Message, MessageContext, Referral } from '../../events.ts';
import { toErrors } from '../errors.ts';
import { toPerson } from '../person.ts';
import { type JsonObject, present, toBoolean, toObject, toPart, toText } from '../read.ts';
import { toContent } from './content.ts';

/** The message itself, of any list it may stand in. */
export function toMessage(id: string, message: JsonObject): Message {
  return present<Message>({
    id,
    content: toContent(message),
    context: toContext(message.context),
    referral: toReferral(message.referral),
    groupId: toText(message.group_id),
    errors: message.errors === undefined ? undefined : toErrors(message.errors),
  });
}

function toContext(value: unknown): MessageContext | undefined {
  const context = toObject(value);
  if (context === undefined) return undefined;
  const from = toPerson(context.from, context.from_user_id, context.from_parent_user_id);
  const { catalog_id: catalogId, product_retailer_id: sku } = toPart(context.referred_product);
  return present<MessageContext>({
    messageId: toText(context.id) ?? toText(context.message_id),
    from: Object.keys(from).length === 0 ? undefined : from,
    forwarded: toBoolean(context.forwarded),
    frequentlyForwarded: toBoolean(context.frequently_forwarded),
    product: toText(sku) === undefined ? undefined : { catalogId: toText(catalogId) ?? '', sku: toText(sku) ?? '' },
  });
}

function toReferral(value: unknown): Referral | undefined {
  const referral = toObject(value);
  if (referral === undefined) return undefined;
  return present<Referral>({
    sourceUrl: toText(referral.source_url),
    sourceType: toText(referral.source_type),
    sourceId: toText(referral.source_id),
    headline: toText(referral.headline),
    body: toText(referral.body),
    mediaType: toText(referral.media_type),
    mediaUrl: toText(referral.image_url) ?? toText(referral.video_url),
    thumbnailUrl: toText(referral.thumbnail_url),
    clickId: toText(referral.ctwa_clid),
    ref: toText(referral.ref),
    welcome: toText(toPart(referral.welcome_message).text),
  });
}
