/** Webhook bodies as Meta makes them, and the signatures that go with them. */
import { createHmac } from 'node:crypto';
import { ACCOUNT, MARK, NUMBER, SECRETS, toPhone } from './secrets.ts';

export const sign = (body: string | Uint8Array, secret: string = SECRETS.appSecret): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

export interface Change {
  readonly field?: string;
  readonly numberId?: string;
  readonly accountId?: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** One delivery of one change: `value` is put beside the metadata of the number. */
export function toDelivery({ field = 'messages', numberId = NUMBER, accountId = ACCOUNT, value }: Change): string {
  const metadata = { display_phone_number: '15550001111', phone_number_id: numberId };
  const change = { field, value: { messaging_product: 'whatsapp', metadata, ...value } };
  return JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: accountId, changes: [change] }] });
}

let count = 0;
/** A new id each time, also over runs. */
export const toWamid = (): string => `wamid.ATTACK.${Date.now().toString(36)}.${count++}`;

export interface Message {
  readonly id?: string;
  readonly from?: string;
  readonly type?: string;
  readonly [key: string]: unknown;
}

/** A message element; a text with the mark unless it says otherwise. */
export const toMessage = (more: Message = {}): Message => ({
  id: toWamid(),
  from: toPhone(1),
  timestamp: String(Math.floor(Date.now() / 1000)),
  ...(more.type === undefined ? { type: 'text', text: { body: `quiet ${MARK}` } } : {}),
  ...more,
});

/** Messages of people whose profile has a name with the mark in it. */
export const toMessages = (...messages: readonly Message[]): string =>
  toDelivery({
    value: {
      contacts: messages.map(({ from }) => ({ profile: { name: `Frau ${MARK}` }, wa_id: from })),
      messages,
    },
  });

export const toText = (body: string, more: Message = {}): string =>
  toMessages(toMessage({ ...more, type: 'text', text: { body } }));
