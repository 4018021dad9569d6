import { describe, expect, test } from 'vitest';
import { toLanguageCode } from './language.ts';
import { toPriceClass } from './price.ts';

const CASES: readonly [
  kind: 'template' | 'free_form',
  category: string | undefined,
  window: boolean,
  entry: boolean,
  billable: boolean,
  price: string,
][] = [
  ['free_form', undefined, true, false, false, 'service'],
  ['free_form', undefined, true, true, false, 'service'],
  ['free_form', undefined, false, false, false, 'service'],
  ['free_form', 'MARKETING', true, false, false, 'service'],
  ['template', 'UTILITY', true, false, false, 'utility'],
  ['template', 'UTILITY', false, false, true, 'utility'],
  ['template', 'UTILITY', false, true, false, 'utility'],
  ['template', 'MARKETING', true, false, true, 'marketing'],
  ['template', 'MARKETING', false, false, true, 'marketing'],
  ['template', 'MARKETING', true, true, false, 'marketing'],
  ['template', 'AUTHENTICATION', true, false, true, 'authentication'],
  ['template', 'authentication', false, true, false, 'authentication'],
  ['template', undefined, true, false, true, 'unknown'],
  ['template', 'HOLOGRAM', false, true, false, 'unknown'],
];

describe('toPriceClass', () => {
  test.each(CASES)(
    '%s %s, window open %s, free entry %s: charged %s as %s',
    (...[kind, category, windowOpen, freeEntryPoint, billable, price]) => {
      const question = { kind, windowOpen, freeEntryPoint, ...(category === undefined ? {} : { category }) };
      expect(toPriceClass(question)).toEqual({ billable, class: price, why: expect.stringMatching(/free|charge/) });
    },
  );

  test('says that a free-form message outside the window is not taken at all', () => {
    expect(toPriceClass({ kind: 'free_form', windowOpen: false, freeEntryPoint: false }).why).toContain(
      'send a template',
    );
  });
});

describe('toLanguageCode', () => {
  test.each([
    ['en_US', 'en_US'],
    ['en-US', 'en_US'],
    ['EN-us', 'en_US'],
    [' pt_br ', 'pt_BR'],
    ['id', 'id'],
    ['FIL', 'fil'],
    ['zh-hk', 'zh_HK'],
    ['English', 'English'],
    ['en_', 'en_'],
    ['', ''],
  ])('%j is %j', (code, expected) => {
    expect(toLanguageCode(code)).toBe(expected);
  });
});
