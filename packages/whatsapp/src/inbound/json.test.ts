import { describe, expect, test } from 'vitest';
import { parseJson } from './json.ts';

function parse(text: string): unknown {
  const parsed = parseJson(Buffer.from(text));
  return parsed.ok ? parsed.value : parsed;
}

describe('parseJson', () => {
  test.each<[string, string, unknown]>([
    ['an integer beyond 2^53', '{"id":1689556908129832123}', { id: '1689556908129832123' }],
    ['the first integer a double cannot tell apart', '[9007199254740993]', ['9007199254740993']],
    ['a negative one', '[-9007199254740993]', ['-9007199254740993']],
    ['a number beyond a double', '[1e400,-1E+400]', ['1e400', '-1E+400']],
    ['one at the top', '12345678901234567890', '12345678901234567890'],
    ['one after white space', '{"a": \n 12345678901234567890 }', { a: '12345678901234567890' }],
    [
      'one behind a string of digits and quotes',
      '["\\"12345678901234567890\\\\",12345678901234567890]',
      ['"12345678901234567890\\', '12345678901234567890'],
    ],
  ])('keeps every digit of %s', (_name, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  test.each<[string, string, unknown]>([
    ['the largest safe integer', '[9007199254740991]', [9007199254740991]],
    ['a fraction with many digits', '[-23.55051234567891234]', [Number('-23.55051234567891234')]],
    ['a small exponent', '[1.5e3]', [1500]],
    [
      'text that looks like a large number',
      '[" 12345678901234567890 ",":1e400"]',
      [' 12345678901234567890 ', ':1e400'],
    ],
    ['an escaped NUL and a lone surrogate', '["\\u0000\\ud800"]', ['\u0000\ud800']],
    ['a byte order mark in front', '\ufeff{"a":1}', { a: 1 }],
  ])('leaves %s as JSON.parse reads it', (_name, text, value) => {
    expect(parse(text)).toEqual(value);
  });

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'empty'],
    ['white space', Buffer.from(' \n'), 'empty'],
    ['HTML', Buffer.from('<html>'), 'not JSON'],
    ['a raw NUL in a string', Buffer.from('{"a":"\0"}'), 'not JSON'],
    ['half a document', Buffer.from('{"a":'), 'not JSON'],
    ['two documents', Buffer.from('{} {}'), 'not JSON'],
    ['NaN', Buffer.from('[NaN]'), 'not JSON'],
    ['UTF-16', Buffer.from('{"a":1}', 'utf16le'), 'not JSON'],
  ])('says why it cannot read %s', (_name, bytes, reason) => {
    expect(parseJson(bytes)).toEqual({ ok: false, reason });
  });

  test('reads invalid UTF-8 in a text as replacement characters', () => {
    const bytes = Buffer.concat([Buffer.from('["a'), Buffer.from([0xff, 0xc3]), Buffer.from('b"]')]);
    expect(parseJson(bytes)).toEqual({ ok: true, value: ['a\ufffd\ufffdb'] });
  });

  test('makes __proto__ and constructor ordinary keys', () => {
    const value = parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}},"n":1e400}');
    expect(Object.hasOwn(value as object, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  // 4 MB each. Linear work takes well under a second here; quadratic work would take hours.
  test.each<[string, string]>([
    ['100,000 levels of nesting around a large number', `${'['.repeat(100_000)}1e400${']'.repeat(100_000)}`],
    [
      '10^5 keys of large numbers',
      `{${Array.from({ length: 100_000 }, (_, i) => `"k${i}":12345678901234567890`).join()}}`,
    ],
    ['a string of backslashes', `["${'\\\\'.repeat(2_000_000)}",1e400]`],
    ['a string of escaped quotes', `["${'\\"'.repeat(2_000_000)}",1e400]`],
    ['one number of four million digits', '9'.repeat(4_000_000)],
    ['numbers without end', `[${'1,'.repeat(2_000_000)}1e400]`],
  ])('reads %s in linear time', (_name, text) => {
    const startedAt = performance.now();
    expect(parseJson(Buffer.from(text)).ok).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
