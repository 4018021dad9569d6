import { between, type Chance } from './chance.ts';
import { makeText, type Person, toDisplayPhone, toNumberId } from './people.ts';

/** Webhook bodies as Meta writes them: shapes of its reference, compact, `\uXXXX` and `\/` escaped. */

const ACCOUNT = '102290129340398';

/** One delivery status of a message that the business sent. */
export interface Status {
  readonly wamid: string;
  readonly word: 'sent' | 'delivered' | 'read';
  readonly person: Person;
  /** Unix seconds. */
  readonly at: number;
}

/** One message of a customer, without its sender. */
export interface Inbound {
  readonly wamid: string;
  readonly at: number;
  readonly content: Readonly<Record<string, unknown>>;
}

const escapeUnit = (unit: string): string =>
  unit === '/' ? '\\/' : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
const toMetaJson = (value: unknown): string => JSON.stringify(value).replaceAll(/[/\u0080-\uffff]/g, escapeUnit);

const toContact = (person: Person): object => ({
  profile: { name: person.name, username: person.username },
  wa_id: person.phone,
  user_id: person.bsuid,
});

function toChange(number: number, field: string, value: object): object {
  const metadata = { display_phone_number: toDisplayPhone(number), phone_number_id: toNumberId(number) };
  return { value: { messaging_product: 'whatsapp', metadata, ...value }, field };
}

const toBody = (changes: readonly object[]): string =>
  toMetaJson({ object: 'whatsapp_business_account', entry: [{ id: ACCOUNT, changes }] });

/** Up to 512 characters that the sender's own system put on the message and gets back with every status. */
function makeCallback(chance: Chance): string {
  return `campaign=november/${between(chance, 1, 90)};variant=${between(chance, 1, 9)};trace=${makeText(chance, between(chance, 14, 36))}`.slice(
    0,
    500,
  );
}

function toStatus(status: Status, callback: string | null): object {
  const { wamid, word, person, at } = status;
  const priced = word !== 'read';
  return {
    id: wamid,
    status: word,
    timestamp: String(at),
    recipient_id: person.phone,
    recipient_user_id: person.bsuid,
    ...(callback === null ? {} : { biz_opaque_callback_data: callback }),
    ...(priced
      ? {
          conversation: {
            id: `c${wamid.slice(-24)}`,
            expiration_timestamp: String(at + 86_400),
            origin: { type: 'marketing' },
          },
        }
      : {}),
    ...(priced ? { pricing: { billable: true, pricing_model: 'PMP', type: 'regular', category: 'marketing' } } : {}),
  };
}

/** A delivery of one status, 1 to 2 kB. */
export function toStatusBody(chance: Chance, status: Status): string {
  const value = { contacts: [toContact(status.person)], statuses: [toStatus(status, makeCallback(chance))] };
  return toBody([toChange(status.person.number, 'messages', value)]);
}

/** A delivery of many statuses: one `changes` element for each number among them. */
export function toStatusBatchBody(statuses: readonly Status[]): string {
  const byNumber = Map.groupBy(statuses, (status) => status.person.number);
  return toBody(
    [...byNumber].map(([number, all]) =>
      toChange(number, 'messages', { statuses: all.map((status) => toStatus(status, null)) }),
    ),
  );
}

const REFERRAL = {
  source_url: 'https://fb.me/3qXyzAbC1',
  source_type: 'ad',
  source_id: '120208384500000123',
  headline: 'Chat with us 💬',
  body: 'Spring sale: –30 % on everything until Sunday',
  media_type: 'image',
  image_url: 'https://scontent.xx.fbcdn.net/v/t45.1600-4/420_n.jpg?stp=dst-jpg&_nc_cat=1',
  ctwa_clid: 'ARAkLkA8rmlFeiCktEJQ-QTwRiyYHAFDLMNDBH0CD3qpjd0HR4irJ6LEkR7JwFF4XvnO2E4Nx0-eM-GABDLOPaOdRMv-_zfUQ2a',
};

/** A delivery of one or several messages of one person, 1 to 3 kB each; every fifth came by an advertisement. */
export function toMessageBody(chance: Chance, person: Person, messages: readonly Inbound[]): string {
  const rows = messages.map((message) => ({
    from: person.phone,
    from_user_id: person.bsuid,
    id: message.wamid,
    timestamp: String(message.at),
    ...message.content,
    ...(message.content['type'] === 'text' && chance() < 0.2 ? { referral: REFERRAL } : {}),
  }));
  return toBody([toChange(person.number, 'messages', { contacts: [toContact(person)], messages: rows })]);
}

/** What the business wrote from elsewhere: makes sent messages known, so that later statuses have something to fold into. */
export function toEchoBody(
  sent: readonly { readonly wamid: string; readonly person: Person; readonly at: number }[],
): string {
  const byNumber = Map.groupBy(sent, ({ person }) => person.number);
  const toEcho = ({ wamid, person, at }: (typeof sent)[number], number: number): object => ({
    from: toDisplayPhone(number),
    to: person.phone,
    to_user_id: person.bsuid,
    timestamp: String(at),
    id: wamid,
    type: 'text',
    text: { body: 'Our November offers are here. Reply STOP to hear no more.' },
  });
  return toBody(
    [...byNumber].map(([number, all]) =>
      toChange(number, 'smb_message_echoes', { contacts: [], message_echoes: all.map((one) => toEcho(one, number)) }),
    ),
  );
}
