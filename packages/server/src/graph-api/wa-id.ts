import type { Database } from '#kit';
import { findWrittenFrom } from './store.ts';

/**
 * Where one line has two numbers, one dialled and one that WhatsApp knows it by: mobiles of Brazil with the ninth digit
 * or without, of Mexico with the 1 after 52 or without, of Argentina with the 9 after 54 or without.
 */
const SPELLINGS: readonly (readonly [spelled: RegExp, other: string])[] = [
  [/^55(\d\d)9(\d{8})$/, '55$1$2'],
  [/^55(\d\d)([6-9]\d{7})$/, '55$19$2'],
  [/^521(\d{10})$/, '52$1'],
  [/^52(\d{10})$/, '521$1'],
  [/^549(\d{10})$/, '54$1'],
  [/^54(\d{10})$/, '549$1'],
];

/** The other number of the same line; null: there is none. */
export function toOtherSpelling(digits: string): string | null {
  const found = SPELLINGS.find(([spelled]) => spelled.test(digits));
  return found ? digits.replace(found[0], found[1]) : null;
}

/**
 * A number as WhatsApp spells it, as far as it is known: people who wrote came with it. Of whoever never did it is the
 * number as the caller has it. It is asked after the message is queued, so a database that fails now fails nothing.
 */
export async function findWaId(db: Database, workspaceId: string, digits: string): Promise<string> {
  const other = toOtherSpelling(digits);
  if (other === null) return digits;
  const known = await findWrittenFrom(db, workspaceId, [digits, other]).catch((): string[] => []);
  return known.includes(digits) ? digits : (known[0] ?? digits);
}
