import { expect, test } from 'vitest';
import { isRightToLeft } from './direction.ts';

test.each([
  ['שלום abc', true],
  ['  "123 *مرحبا*', true],
  ['hello שלום', false],
  ['123 👍', false],
  ['', false],
])('“%s” is written from right to left: %s', (text, expected) => {
  expect(isRightToLeft(text)).toBe(expected);
});
