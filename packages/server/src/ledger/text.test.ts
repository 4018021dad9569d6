import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessageContent } from '@wharf/whatsapp';
import { toLine, toPreview, toStorable, toStorableJson, toStorableText } from './text.ts';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
const UNREPRESENTABLE = { type: 'unknown', name: 'unrepresentable', raw: null };

describe('toStorableText', () => {
  test.each([
    ['NUL', 'a\u0000b', 'a\ufffdb'],
    ['the first half of a pair', 'a\ud83d', 'a\ufffd'],
    ['the second half of a pair', '\ude00b', '\ufffdb'],
    ['a whole pair', '😀', '😀'],
  ])('%s', (_name, text, stored) => {
    expect(toStorableText(text)).toBe(stored);
  });
});

describe('toStorableJson', () => {
  test.each<[string, unknown, unknown]>([
    ['NUL in a value', { a: 'x\u0000' }, { a: 'x\ufffd' }],
    ['NUL in a key', { 'k\u0000': 1 }, { 'k\ufffd': 1 }],
    ['half a pair in a key', { 'k\ud800': { '\udc00': 1 } }, { 'k\ufffd': { '\ufffd': 1 } }],
    ['an escape that is only text', { a: '\\u0000 \\ud800', b: '\u0000' }, { a: '\\u0000 \\ud800', b: '\ufffd' }],
    ['whole pairs', { a: '😀\\😀' }, { a: '😀\\😀' }],
    ['a key __proto__', JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}')],
    ['200 levels', nested(200), nested(200)],
    ['201 levels', nested(201), UNREPRESENTABLE],
    ['100,000 levels', nested(100_000), UNREPRESENTABLE],
    ['brackets in words', { body: '[{'.repeat(500) }, { body: '[{'.repeat(500) }],
    ['quotes and backslashes before brackets', { body: '\\"['.repeat(500) }, { body: '\\"['.repeat(500) }],
    ['256 kB and more', { body: 'x'.repeat(256 * 1024) }, UNREPRESENTABLE],
  ])('%s', (_name, value, stored) => {
    expect(JSON.parse(toStorableJson(value))).toEqual(stored);
  });

  test('any JSON with any strings becomes text that holds no NUL and no half pair', () => {
    const value = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });
    fc.assert(
      fc.property(value, (v) => {
        const text = toStorableJson(v);
        expect(text).not.toMatch(/(?<!\\)(?:\\\\)*\\(?:u0000|ud[89a-f])/);
        expect(text.isWellFormed()).toBe(true);
        expect(JSON.parse(text)).toBeDefined();
      }),
    );
  });

  test('toStorable gives the same as a value', () => {
    expect([toStorable({ a: '\u0000' }), toStorable([nested(300)])]).toEqual([{ a: '\ufffd' }, UNREPRESENTABLE]);
  });
});

describe('toPreview', () => {
  test.each<[MessageContent, string]>([
    [{ type: 'text', body: '  two\n\nlines ' }, 'two lines'],
    [{ type: 'media', media: { kind: 'image', caption: 'the cat' } }, 'Photo: the cat'],
    [{ type: 'media', media: { kind: 'audio', voice: true } }, 'Voice note'],
    [{ type: 'media', media: { kind: 'document', filename: 'a.pdf' } }, 'Document: a.pdf'],
    [{ type: 'location', latitude: 1, longitude: 2 }, 'Location'],
    [{ type: 'location', latitude: 1, longitude: 2, name: 'Pier' }, 'Location: Pier'],
    [{ type: 'contacts', contacts: [{}, {}] }, 'Contact cards (2)'],
    [{ type: 'button', via: 'interactive', id: 'x', title: 'Yes' }, 'Yes'],
    [{ type: 'order', items: [{ sku: 'a', quantity: 1 }] }, 'Order of 1 item'],
    [{ type: 'unsupported', what: 'poll', errors: [] }, 'Unsupported message (poll)'],
    [{ type: 'unknown', name: 'hologram', raw: {} }, 'Unknown message type hologram'],
  ])('%j', (content, preview) => {
    expect(toPreview(content)).toBe(preview);
  });

  test('is cut at 200 characters without halving a pair', () => {
    const line = toLine(`${'a'.repeat(199)}😀`);
    expect([line.length, line.isWellFormed()]).toEqual([200, true]);
  });
});
