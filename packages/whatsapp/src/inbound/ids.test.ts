import { describe, expect, test } from 'vitest';
import { toCanonicalJson } from './canonical.ts';
import { toEventId, toLane, toScope } from './ids.ts';

const SAFE = /^[A-Za-z0-9._:+/=@-]{1,200}$/;

describe('event ids', () => {
  test('are readable while their parts are short safe text', () => {
    expect(toEventId('m', 'meta:106', ['wamid.HBg+/=='])).toBe('m:meta:106:wamid.HBg+/==');
  });

  test.each<[string, string[]]>([
    ['a part with a space', ['wamid X']],
    ['a part with a colon', ['a:b']],
    ['a NUL', ['a\0b']],
    ['a lone surrogate', ['\ud800']],
    ['a long part', ['x'.repeat(512)]],
    ['no text at all', ['']],
  ])('stay safe and short for %s', (_name, parts) => {
    expect(toEventId('m', 'meta:106', parts)).toMatch(SAFE);
  });

  test.each<[string, [string, string[]], [string, string[]]]>([
    ['another scope', ['meta:1', ['x']], ['meta:2', ['x']]],
    ['a colon that moves', ['meta:1', ['a:b', 'c']], ['meta:1', ['a', 'b:c']]],
    ['another lone surrogate', ['meta:1', ['\ud800']], ['meta:1', ['\ud801']]],
    ['a long tail', ['meta:1', [`${'x'.repeat(512)}a`]], ['meta:1', [`${'x'.repeat(512)}b`]]],
  ])('differ for %s', (_name, a, b) => {
    expect(toEventId('m', ...a)).not.toBe(toEventId('m', ...b));
  });

  test('of a channel and of an account with the same number differ', () => {
    expect(toScope('meta', '1', null)).not.toBe(toScope('meta', null, '1'));
    expect(toScope('meta', '1', null)).not.toBe(toScope('whapi', '1', null));
  });

  test.each(['', 'é', 'x'.repeat(201), 'a b', '\0'])('lane of %j is safe and never empty', (key) => {
    expect(toLane(key)).toMatch(SAFE);
  });
});

describe('canonical JSON', () => {
  test('is the same for the same content in another order', () => {
    const a = { b: [1, { d: null, c: 'x' }], a: true };
    const b = { a: true, b: [1, { c: 'x', d: null }] };
    expect(toCanonicalJson(a)).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
    expect(toCanonicalJson(b)).toBe(toCanonicalJson(a));
  });

  test.each([[], {}, '', 0, null, [[]], [{}], { a: {} }, ['a', 'b'], { __proto__: null, a: '"\\' }])(
    'of %j is what JSON.stringify says',
    (value) => {
      expect(toCanonicalJson(value)).toBe(JSON.stringify(value));
    },
  );

  test('copes with nesting that overflows JSON.stringify', () => {
    const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(toCanonicalJson(JSON.parse(text))).toBe(text);
  });
});
