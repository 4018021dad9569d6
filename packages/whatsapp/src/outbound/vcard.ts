import type { OutgoingContact } from '../message.ts';

/** vCard 3.0, which Whapi.Cloud wants instead of Meta's JSON cards. Line folding is optional (RFC 2426, 2.6). */
function escape(value: string): string {
  return value
    .replace(/\\/g, '\\\\')
    .replace(/\r\n|\r|\n/g, '\\n')
    .replace(/([,;])/g, '\\$1');
}

const written = (value: unknown): string => (typeof value === 'string' ? escape(value) : '');

/** `waid` makes WhatsApp show "Message" on the card; without it the card only offers an invitation. */
function toPhoneLine(phone: { readonly phone?: string; readonly wa_id?: string }): string {
  const digits = (phone.wa_id ?? phone.phone ?? '').replace(/\D/g, '');
  return `TEL;type=CELL;waid=${digits}:${written(phone.phone ?? `+${digits}`)}`;
}

function toLines(list: unknown, line: (entry: { readonly [key: string]: unknown }) => string): string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'object' && each !== null).map(line) : [];
}

export function toVcard(contact: OutgoingContact): string {
  const { name } = contact;
  const parts = [name.last_name, name.first_name, name['middle_name'], name['prefix'], name['suffix']];
  const org = contact['org'] as { readonly company?: unknown } | undefined;
  return [
    'BEGIN:VCARD',
    'VERSION:3.0',
    `N:${parts.map(written).join(';')}`,
    `FN:${escape(name.formatted_name)}`,
    ...(typeof org?.company === 'string' ? [`ORG:${escape(org.company)}`] : []),
    ...(contact.phones ?? []).map(toPhoneLine),
    ...toLines(contact['emails'], (each) => `EMAIL:${written(each['email'])}`),
    ...toLines(contact['urls'], (each) => `URL:${written(each['url'])}`),
    'END:VCARD',
  ].join('\n');
}
