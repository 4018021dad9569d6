import { describe, expect, test } from 'vitest';
import { message, MIA } from '../ledger/fixtures/ledger.ts';
import { describe as describeBot, react } from './compose.ts';
import { makeContext } from './context.ts';
import { VIEW } from './fixtures/tasks.ts';
import { isSimple, toPattern } from './pattern.ts';

const EVIL = `${'a'.repeat(60)}!`;

describe('a pattern', () => {
  test.each([
    /^(hi|hello)\b/i,
    /price/i,
    /order \d+/,
    /^track:/,
    /colou?r/,
    /[(*+)]+x/,
    /\(a\*\)/,
    /(?:yes|no)$/,
    /(?<n>a)b*/,
  ])('like %s is simple', (pattern) => expect(isSimple(pattern)).toBe(true));

  test.each([
    /^(a+)+$/,
    /(a|a)*b/,
    /a*a*b/,
    /(a{1,30}){1,30}/,
    /(?:\w+\s?)+$/,
    /a?a?a?a?a?a?aaaaaa/,
    /(.*)(.*)x/,
    /(?=a+)a+/,
    /(a*)\1b/,
    /(?<w>a*)\k<w>b/,
  ])('like %s is not', (pattern) => expect(isSimple(pattern)).toBe(false));

  test.each(['hello', 'HELLO there, this is longer than sixteen letters', 'bye', 'x'.repeat(5_000)])(
    'finds the same within its bounds as without: %.20s',
    (text) => {
      for (const pattern of [/^(h+e*)+llo/i, /(x|x)+/g, /hello/y]) {
        const bare = new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, ''));
        expect(toPattern(pattern).test(text)).toBe(bare.test(text));
      }
    },
  );

  test('that goes back and forth for ever is given up, and what it was tried on is not told', () => {
    const startedAt = performance.now();
    expect(() => toPattern(/^(a+)+$/).test(EVIL)).toThrow(/did not come to an end within 200 ms on a text of 61/);
    expect(() => toPattern(/^(a+)+$/).test(EVIL)).not.toThrow(/aaa/);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(toPattern(/^(a+)+$/).test('a'.repeat(60))).toBe(true);
  });
});

describe('a handler with a pattern that may take its time', () => {
  const bot = describeBot((b) => b.hears(/^(a+)+$/, (c) => c.note('a')).taps(/^(b+)+$/, (c) => c.note('b')));

  test('is not tried while a batch is walked: whatever text there is may be for it', () => {
    const startedAt = performance.now();
    expect([EVIL, 'short'].map((text) => bot.mayWant?.(message(MIA, text)))).toEqual([true, true]);
    expect(bot.mayWant?.(message(MIA, { type: 'button', via: 'interactive', id: 'x', title: 'T' }))).toBe(true);
    expect(bot.mayWant?.(message(MIA, { type: 'unknown', name: 'x', raw: {} }))).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(100);
  });

  test('fails its own run instead of the thread', async () => {
    const { context } = makeContext(message(MIA, EVIL), VIEW, new AbortController().signal);
    await expect(react(bot, context)).rejects.toThrow(/did not come to an end/);
  });
});
