import { describe, expect, test } from 'vitest';
import { compileWords, findKeyword, toPlain } from './keywords.ts';
import { type Heard, KEYWORDS } from './words.ts';

const words = compileWords();
const said = (text: string, heard: Heard = 'message') => findKeyword(words, text, heard);

const LANGUAGES = 'en es pt de fr it nl pl tr ru uk ar he hi bn ur id ms vi th zh-Hans zh-Hant ja ko sw'.split(' ');

describe('the words', () => {
  test('cover every language with STOP, STOP ALL, no promotions, START and an opt-in', () => {
    expect([...new Set(KEYWORDS.map((keyword) => keyword.language))]).toEqual(LANGUAGES);
    for (const language of LANGUAGES) {
      const kinds = KEYWORDS.filter((keyword) => keyword.language === language).map(
        ({ effect, purposes, on }) => `${effect} ${purposes.length} ${on}`,
      );
      expect(new Set(kinds), language).toEqual(
        new Set(['out 1 template', 'out 2 anywhere', 'out 1 anywhere', 'resume 2 template', 'in 1 template']),
      );
    }
  });

  test('never contradict each other: one text has one meaning in all languages', () => {
    const meanings = new Map<string, Set<string>>();
    for (const { word, effect, purposes } of KEYWORDS) {
      const text = toPlain(word);
      expect(text, word).not.toBe('');
      meanings.set(text, (meanings.get(text) ?? new Set()).add(`${effect} ${purposes.join()}`));
    }
    expect([...meanings].filter(([, meaning]) => meaning.size > 1).map(([text]) => text)).toEqual([]);
  });

  test.each(KEYWORDS.map(({ language, word, effect }) => [language, word, effect] as const))(
    'in %s, "%s" is %s also shouted, dressed up and with invisible characters',
    (_language, word, effect) => {
      for (const text of [
        word,
        word.toUpperCase(),
        ` ${word} `,
        `${word}!!!`,
        `*${word}*`,
        `🛑 ${word}.`,
        `\u200f${word}\u200e`,
      ]) {
        expect(said(text)?.effect, text).toBe(effect);
      }
    },
  );

  test('for everything end marketing and utility, never service replies or codes', () => {
    const purposes = new Set(KEYWORDS.flatMap((keyword) => keyword.purposes));
    expect([...purposes].sort()).toEqual(['marketing', 'utility']);
    expect(said('STOP ALL')?.purposes).toEqual(['marketing', 'utility']);
    expect(said('STOP')?.purposes).toEqual(['marketing']);
  });
});

describe('a word that alone means something else in a chat says nothing', () => {
  test.each([
    ['sw', 'acha', 'never mind'],
    ['sw', 'acha zote', 'leave all of them'],
    ['sw', 'sitisha', 'cancel (the order)'],
    ['th', 'หยุด', 'closed today'],
    ['th', 'หยุดส่ง', 'no deliveries'],
    ['th', 'หยุดทั้งหมด', 'all closed'],
    ['bn', 'বন্ধ করুন', 'close it, turn it off'],
    ['bn', 'সব বন্ধ করুন', 'turn all of them off'],
    ['bn', 'থামুন', 'wait'],
    ['ur', 'بند کریں', 'close it, turn it off'],
    ['ur', 'روکیں', 'hold it'],
    ['ur', 'سب بند کریں', 'turn all of them off'],
    ['he', 'עצור', 'halt; under arrest'],
    ['he', 'חידוש', 'renewal (of a policy)'],
  ])('%s: %s (%s)', (_language, text) => {
    for (const heard of ['message', 'template', 'anywhere'] as const) expect(said(text, heard)).toBeNull();
  });
});

describe('a keyword is the whole message', () => {
  test.each([
    ['STOP', 'en'],
    ['please stop', 'en'],
    ['Stop, please!', 'en'],
    ['stop\n', 'en'],
    ['ＳＴＯＰ', 'en'],
    ['Opt-Out', 'en'],
    ['baja por favor', 'es'],
    ['ABONELİKTEN ÇIK', 'tr'],
    ['إِيقَاف', 'ar'],
    ['ايقاف', 'ar'],
    ['הָסֵר', 'he'],
    ['请停止', 'zh-Hans'],
    ['停止お願いします', 'zh-Hans'],
    ['s’abonner', 'fr'],
  ])('%j is one', (text, language) => expect(said(text)?.language).toBe(language));

  test.each([
    'stop it please I want to order',
    'please',
    'please please stop it',
    'stopover',
    'nonstop',
    'I will stop by at 5',
    'stop?! why stop',
    'Do not stop',
    'bus stop',
    'cancel',
    'end',
    'quit',
    'no',
    'yes',
    'dung',
    'đúng',
    'restart',
    '',
    '!!!',
    '🛑',
    'S T O P',
    `stop ${'!'.repeat(500)}`,
    'stop '.repeat(30),
  ])('%j is none', (text) => expect(said(text)).toBeNull());

  test('takes no notice of what JavaScript objects are born with', () => {
    for (const text of ['constructor', '__proto__', 'toString']) expect(said(text)).toBeNull();
  });
});

describe('how it is said', () => {
  test.each<[string, Heard, boolean]>([
    ['stop', 'message', true],
    ['stop', 'template', true],
    // A button "Stop" of a flow may stop a timer.
    ['stop', 'anywhere', false],
    ['Stop promotions', 'message', true],
    ['Stop promotions', 'template', true],
    ['Stop promotions', 'anywhere', true],
    ['Detener promociones', 'anywhere', true],
    ['start', 'anywhere', false],
  ])('%j as %s: %j', (text, heard, counts) => expect(said(text, heard) !== null).toBe(counts));

  test('a business may bring words of its own, and then only those count', () => {
    const own = compileWords(
      [{ language: 'eo', word: 'Ĉesu', purposes: ['marketing'], effect: 'out', on: 'message' }],
      [],
    );
    expect(findKeyword(own, 'ĈESU!', 'message')?.language).toBe('eo');
    expect(findKeyword(own, 'stop', 'message')).toBeNull();
    expect(findKeyword(compileWords([]), 'stop', 'message')).toBeNull();
  });
});
