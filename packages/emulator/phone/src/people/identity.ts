import type { IdentityMode, PhonePerson } from '../../../src/contract.ts';

/** What a webhook from this person carries, in the words of the badge. */
export const IDENTITIES: Record<IdentityMode, { badge: string; label: string; hint: string }> = {
  phone: { badge: 'Phone', label: 'Phone number', hint: 'Webhooks carry the number and the BSUID.' },
  username_and_phone: {
    badge: 'Username + phone',
    label: 'Username and phone number',
    hint: 'Webhooks carry username, number and BSUID.',
  },
  username_only: {
    badge: 'BSUID only',
    label: 'BSUID only (username, number hidden)',
    hint: 'Webhooks carry no phone number at all.',
  },
  parent_bsuid: {
    badge: 'Parent BSUID',
    label: 'Parent BSUID',
    hint: 'Webhooks carry a second id, shared by linked portfolios.',
  },
};

export const IDENTITY_MODES = Object.keys(IDENTITIES) as IdentityMode[];

/** How the business can address this person: what it sees on the wire. */
export function toAddress(person: PhonePerson): string {
  if (person.identity === 'username_only') return person.username ? `@${person.username}` : person.bsuid;
  return `+${person.phone}`;
}
