import { describe, expect, test } from 'vitest';
import { indentJson } from './indent-json.ts';

describe('indenting', () => {
  test('looks as JSON.stringify would have written it', () => {
    const value = { a: [1, { b: 'x, {y}: [z] "q"' }, [], {}], c: null, d: true };
    expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
    expect(indentJson(JSON.stringify(value, null, 7))).toBe(JSON.stringify(value, null, 2));
  });

  test('leaves numbers above 2^53, escapes and repeated keys as they came', () => {
    const text = '{"id":12345678901234567890,"t":"\\u00e9\\/","k":1,"k":2.50}';
    expect(indentJson(text).replace(/\s/g, '')).toBe(text);
  });

  test.each(['', 'not json', '{"a":', '<html>', '[1,]'])('text that is not JSON stays: %s', (text) => {
    expect(indentJson(text)).toBe(text);
  });

  test('very deep nesting neither throws nor grows out of bounds', () => {
    const text = '['.repeat(3_000) + ']'.repeat(3_000);
    expect(indentJson(text).length).toBeLessThan(2_000_000);
  });
});
