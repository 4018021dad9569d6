import type { EmulatedNumber, IdentityMode, PhonePerson } from './contract.ts';
import type { Ids } from './ids.ts';
import type { World } from './world.ts';

export const defaultNumber: EmulatedNumber = {
  id: '106540352242922',
  displayPhoneNumber: '15550001111',
  verifiedName: 'Harbour Supplies',
};

/** The demo's customers: two with a phone number, one with both, one who is known by BSUID alone. */
export const defaultPeople: readonly PhonePerson[] = [
  person('ana', 'Ana Souza', { phone: '5511999990001', bsuid: 'BR.74319020001', identity: 'phone' }),
  person('ben', 'Ben Okafor', { phone: '447700900002', bsuid: 'GB.74319020002', identity: 'phone' }),
  person('chen', 'Chen Wei', {
    phone: '6591230003',
    bsuid: 'SG.74319020003',
    identity: 'username_and_phone',
    username: 'chen.wei',
  }),
  person('dana', 'Dana Levi', {
    phone: '972501230004',
    bsuid: 'IL.74319020004',
    identity: 'username_only',
    username: 'dana_l',
  }),
];

function person(
  id: string,
  name: string,
  who: { phone: string; bsuid: string; identity: IdentityMode; username?: string },
): PhonePerson {
  return { id, name, readReceipts: true, online: true, ...who };
}

/** Fills what the caller left out with ids from the seed. */
export function toPerson(given: Partial<PhonePerson> & { name: string }, ids: Ids): PhonePerson {
  const identity = given.identity ?? 'phone';
  const id = given.id ?? `person-${ids.digits(9)}`;
  const username = given.username ?? (hasUsername(identity) ? toUsername(given.name, ids) : undefined);
  return {
    id,
    name: given.name,
    phone: given.phone ?? `1555${ids.digits(8)}`,
    bsuid: given.bsuid ?? `US.${ids.digits(17)}`,
    identity,
    readReceipts: given.readReceipts ?? true,
    online: given.online ?? true,
    ...(username === undefined ? {} : { username }),
  };
}

const hasUsername = (identity: IdentityMode): boolean =>
  identity === 'username_only' || identity === 'username_and_phone';

function toUsername(name: string, ids: Ids): string {
  const letters = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return `${letters.slice(0, 20) || 'guest'}_${ids.digits(4)}`;
}

/** Why this person cannot join, or null. Two people with one address would answer for each other. */
export function findClash(world: World, given: PhonePerson): string | null {
  if (world.people.has(given.id)) return `There is already a person with id ${given.id}.`;
  const isTaken = world.addresses.has(given.phone) || world.addresses.has(given.bsuid);
  return isTaken ? 'Another person already has this phone or BSUID.' : null;
}
