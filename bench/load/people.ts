import { between, type Chance } from './chance.ts';

/** Who the load is about. Customers write and get replies; the audience was written to and only sends statuses. */
export interface Person {
  readonly phone: string;
  readonly bsuid: string;
  readonly name: string;
  readonly username: string;
  /** Which of our numbers they talk to. */
  readonly number: number;
}

const NAMES = [
  'Ana Gonçalves',
  'José Müller',
  'Zoë Ørsted',
  'Lê Thị Hà',
  'Ayşe Yılmaz',
  'राहुल शर्मा',
  'Chloé 🌸',
  'Łukasz Żak',
  'محمد علي',
  'Tom Smith',
];

/** Person `n` of a group; groups are told apart by one digit, so nobody is in two. */
export function toPerson(group: 1 | 2, n: number, numbers: number): Person {
  const digits = String(n).padStart(7, '0');
  const name = NAMES[n % NAMES.length] ?? 'Ana';
  return {
    phone: `5511${group}${digits}`,
    bsuid: `BR.${group}90${digits}`,
    name,
    username: `@person.${group}.${n}`,
    number: n % numbers,
  };
}

export const toNumberId = (number: number): string => `10654035224${String(2900 + number)}`;
export const toDisplayPhone = (number: number): string => `1555000${String(1000 + number)}`;

let made = 0;

/**
 * A WhatsApp message id as long as Meta's, never the same twice in this process. Meta's begin with the person, so that two in a row
 * lie far apart in an index; here a spread number does that.
 */
export function makeWamid(run: string): string {
  made++;
  const spread = (Math.imul(made, 0x9e3779b1) >>> 0).toString(36).padStart(7, '0');
  return `wamid.HBgM${Buffer.from(`${spread}:${run}:${String(made).padStart(12, '0')}`).toString('base64')}`;
}

// None of these words is one that the demo listens for, so a text is answered by what stands at its beginning.
const WORDS = [
  'coração',
  'schön',
  'mañana',
  'gift 🎁',
  'thank you 🙏',
  'please',
  'Straße',
  'crème/brûlée',
  'morning ☀️',
  'für',
  'delivery',
  'yes 👍',
  'naïve',
  'blue',
  'two of them',
  'não',
  'later',
  'família',
];

/** Everyday text with accents, emojis and slashes: each costs Meta's escaping two to twelve bytes. */
export function makeText(chance: Chance, words: number): string {
  const picked: string[] = [];
  for (let n = 0; n < words; n++) picked.push(WORDS[between(chance, 0, WORDS.length - 1)] ?? 'yes');
  return picked.join(' ');
}
