import type { OutgoingMessage, Recipient } from '../message.ts';

export interface SendOptions {
  /** Up to 512 characters; comes back with every status of the message (`biz_opaque_callback_data`). */
  readonly callbackData?: string;
}

export type JsonObject = { readonly [key: string]: unknown };

/** `to` wins when both are given, as at Meta: only the winner is sent, so the body says what will happen. */
function toAddress({ to, recipient, group, identityKeyHash }: Recipient): JsonObject {
  const recipient_type = group === true ? 'group' : 'individual';
  const identity = identityKeyHash === undefined ? {} : { recipient_identity_key_hash: identityKeyHash };
  return { recipient_type, ...(to === undefined ? { recipient } : { to }), ...identity };
}

/**
 * The body of `POST /PHONE/messages`. Takes only the message's own keys: whatever else an untrusted object carries
 * (a second `to`, a callback of its own) stays behind.
 */
export function toGraphBody(message: OutgoingMessage, recipient: Recipient, options: SendOptions = {}): JsonObject {
  const { type, context } = message;
  const content = (message as unknown as JsonObject)[type];
  return {
    messaging_product: 'whatsapp',
    ...toAddress(recipient),
    type,
    [type]: content,
    ...(context === undefined ? {} : { context: { message_id: context.message_id } }),
    ...(options.callbackData === undefined ? {} : { biz_opaque_callback_data: options.callbackData }),
  };
}

/** The body that marks a message, and those before it, as read; `typing` also shows the typing dots for up to 25 s. */
export function toReadBody(messageId: string, typing: boolean): JsonObject {
  const body = { messaging_product: 'whatsapp', status: 'read', message_id: messageId };
  return typing ? { ...body, typing_indicator: { type: 'text' } } : body;
}
