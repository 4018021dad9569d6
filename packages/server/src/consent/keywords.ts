import { COURTESIES, type Heard, KEYWORDS, type Keyword } from './words.ts';

/** A table of words, ready to be asked. */
export interface Words {
  readonly byText: ReadonlyMap<string, Keyword>;
  readonly courtesies: readonly string[];
  /** Longer messages are not looked at: they cannot be one of the words. UTF-16 units. */
  readonly longest: number;
}

/** Vowel and pointing marks of Arabic and Hebrew, and the stroke that stretches a word: left away by most writers. */
const POINTS = /[\u0591-\u05c7]|[\u0610-\u061a]|\u0640|[\u064b-\u065f]|\u0670/g;
const INVISIBLE = /\p{Cf}|\ufe0f/gu;
const EDGES = /^[\p{P}\p{S}\p{Z}\p{C}\s]+|[\p{P}\p{S}\p{Z}\p{C}\s]+$/gu;

/** İ loses its dot when it is made small, and ı is taken for i: STOP, stop and their Turkish cousins are one. */
const toSmall = (text: string): string => text.toLowerCase().replaceAll('\u0307', '').replaceAll('ı', 'i');

const trimEdges = (text: string): string => text.replace(EDGES, '');

/** What is compared: without case, width, pointing, invisible characters, and punctuation or emojis around it. */
export function toPlain(text: string): string {
  const small = toSmall(text.normalize('NFKC').replace(INVISIBLE, '')).normalize('NFC');
  return trimEdges(
    small
      .replace(POINTS, '')
      .replace(/[أإآٱ]/g, 'ا')
      .replaceAll('’', "'")
      .replace(/\s+/g, ' '),
  );
}

/** Scripts that put no space between words. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Thai}]/u;
const isLetter = (char: string | undefined): boolean => char !== undefined && /[\p{L}\p{M}\p{N}]/u.test(char);

function withoutCourtesy(text: string, courtesies: readonly string[]): string | null {
  for (const word of courtesies) {
    const isFree = UNSPACED.test(word);
    const before = text.length - word.length;
    if (text.endsWith(word) && (isFree || !isLetter(text[before - 1]))) return trimEdges(text.slice(0, before));
    if (text.startsWith(word) && (isFree || !isLetter(text[word.length]))) return trimEdges(text.slice(word.length));
  }
  return null;
}

/** How much around a word may be punctuation and courtesy before it is looked at no more. */
const AROUND = 40;

/** Of two rows with the same text the first counts. */
export function compileWords(keywords: readonly Keyword[] = KEYWORDS, courtesies = COURTESIES): Words {
  const byText = new Map<string, Keyword>();
  for (const keyword of keywords) {
    const text = toPlain(keyword.word);
    if (text !== '' && !byText.has(text)) byText.set(text, keyword);
  }
  const longest = Math.max(0, ...keywords.map((keyword) => keyword.word.length)) + AROUND;
  return { byText, courtesies: courtesies.map(toPlain), longest };
}

const SURENESS: { readonly [H in Heard]: number } = { message: 0, template: 1, anywhere: 2 };

/**
 * The keyword that a whole text is, if it is one and may be heard this way. A word inside a sentence is none: whoever
 * writes "stop it please, I want to order" wants to order.
 */
export function findKeyword(words: Words, text: string, heard: Heard): Keyword | null {
  if (text.length > words.longest) return null;
  const plain = toPlain(text);
  const found = words.byText.get(plain) ?? words.byText.get(withoutCourtesy(plain, words.courtesies) ?? '');
  return found && SURENESS[found.on] >= SURENESS[heard] ? found : null;
}
