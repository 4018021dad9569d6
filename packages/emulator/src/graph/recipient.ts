import type { Address } from '../world.ts';
import { badParam, type Refusal } from './answer.ts';
import { type Params, textOf } from './params.ts';

export type Recipient =
  | { readonly ok: true; readonly address: Address; readonly input: string }
  | { readonly ok: false; readonly refusal: Refusal };

/** `to` (phone, any punctuation) or `recipient` (BSUID); `to` wins when both are given. */
export function parseRecipient(params: Params): Recipient {
  const to = textOf(params, 'to');
  const recipient = textOf(params, 'recipient');
  if (params.recipient_type === 'group') return refuse({ code: 131041 });
  if (to !== undefined) {
    const digits = to.replaceAll(/\D/g, '');
    if (digits === '') return refuse(badParam('Param to must be a phone number.'));
    return { ok: true, address: { by: 'phone', value: digits }, input: to };
  }
  if (recipient === undefined) return refuse(badParam('The parameter to is required.'));
  if (!/^[A-Z]{2}\.[A-Za-z0-9.]{1,132}$/.test(recipient))
    return refuse(badParam('Param recipient must be a business-scoped user id.'));
  return { ok: true, address: { by: 'bsuid', value: recipient }, input: recipient };
}

const refuse = (refusal: Refusal): Recipient => ({ ok: false, refusal });
