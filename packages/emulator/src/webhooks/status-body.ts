import type { PhonePerson } from '../contract.ts';
import { findError } from '../graph/error-table.ts';
import type { DeliveryStatus, SendRecord } from '../world.ts';
import { toRecipient } from './identity.ts';
import { toSeconds } from './message-body.ts';

export interface StatusInput {
  readonly record: SendRecord;
  readonly person: PhonePerson | undefined;
  readonly status: DeliveryStatus;
  readonly at: number;
  /** Meta's code when `status` is `failed`. */
  readonly code?: number;
}

/**
 * `statuses[]` element. Pricing stands on `sent` and `delivered` only. `conversation` is gone since v24 but for free
 * entry points; its end stands on `sent` alone.
 */
export function toStatus(input: StatusInput): Record<string, unknown> {
  const { record, status } = input;
  const isPriced = status === 'sent' || status === 'delivered';
  return {
    id: record.id,
    status,
    timestamp: toSeconds(input.at),
    ...toRecipient(record.address, input.person, status === 'failed'),
    ...(record.callbackData === undefined ? {} : { biz_opaque_callback_data: record.callbackData }),
    ...toConversation(record.pricing, status),
    ...(isPriced ? { pricing: toPricing(record) } : {}),
    ...(input.code === undefined ? {} : { errors: [toWireError(input.code)] }),
  };
}

function toConversation({ conversation }: SendRecord['pricing'], status: DeliveryStatus): Record<string, unknown> {
  if (conversation === undefined || status === 'failed') return {};
  const end = status === 'sent' ? { expiration_timestamp: toSeconds(conversation.expiresAt) } : {};
  return { conversation: { id: conversation.id, ...end, origin: { type: 'referral_conversion' } } };
}

const toPricing = ({ pricing }: SendRecord): Record<string, unknown> => ({
  billable: pricing.billable,
  pricing_model: 'PMP',
  category: pricing.category,
  type: pricing.type,
});

function toWireError(code: number): Record<string, unknown> {
  const row = findError(code);
  return {
    code,
    title: row.title,
    message: row.title,
    error_data: { details: row.details },
    href: 'https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/',
  };
}
