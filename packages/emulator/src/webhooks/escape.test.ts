import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { toMetaJson } from './escape.ts';
import { signBody } from './sign.ts';

test.each([
  ['an accent', 'é', '"\\u00e9"'],
  ['an emoji, as a surrogate pair', '👍', '"\\ud83d\\udc4d"'],
  ['Arabic', 'ليلى', '"\\u0644\\u064a\\u0644\\u0649"'],
  ['slashes', 'https://x.org/a', '"https:\\/\\/x.org\\/a"'],
  ['NUL', '\u0000', '"\\u0000"'],
  ['a lone surrogate', '\ud800', '"\\ud800"'],
  ['the last ASCII character', '\u007f', '"\u007f"'],
  ['the line separator', '\u2028', '"\\u2028"'],
  ['quotes and backslashes', '"\\', '"\\"\\\\"'],
  ['a key', { 'é/': 1 }, '{"\\u00e9\\/":1}'],
])('escapes %s as Meta does', (_, value, expected) => {
  expect(toMetaJson(value)).toBe(expected);
  expect(JSON.parse(toMetaJson(value))).toEqual(value);
});

test('signs with HMAC-SHA256 in lower-case hex', () => {
  const expected = createHmac('sha256', 'key').update('{}').digest('hex');
  expect(signBody('{}', 'key')).toBe(`sha256=${expected}`);
  expect(signBody('{}', 'key')).toMatch(/^sha256=[0-9a-f]{64}$/);
});
