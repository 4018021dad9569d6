import { describe, expect, test } from 'vitest';
import { parseToken, toExpiry, toToken } from './signed-link.ts';

const secret = Buffer.from('a'.repeat(32));
const link = { mediaId: 'med_01kqz', variant: 'file', expiresAt: 1_795_000_000_000 } as const;
const token = toToken(secret, link);

describe('a signed link', () => {
  test('says what it leads to and until when', () => {
    expect(parseToken(secret, token)).toEqual(link);
    const thumbnail = { ...link, variant: 'thumbnail' } as const;
    expect(parseToken(secret, toToken(secret, thumbnail))).toEqual(thumbnail);
  });

  test('is nobody else’s: every change of a character makes it void', () => {
    for (let n = 0; n < token.length; n += 1) {
      // The last character of 43 carries 4 bits: its lowest two say nothing.
      const other = token[n] === 'A' ? 'Q' : 'A';
      const changed = `${token.slice(0, n)}${other}${token.slice(n + 1)}`;
      expect(parseToken(secret, changed), `at ${n}`).toBeNull();
    }
  });

  test.each([
    ['another secret', toToken(Buffer.from('b'.repeat(32)), link)],
    ['no signature', token.slice(0, token.lastIndexOf('.'))],
    ['an empty one', `${token.slice(0, token.lastIndexOf('.'))}.`],
    ['the beginning of one', token.slice(0, -1)],
    ['one more character', `${token}A`],
    ['nothing', ''],
    ['a path', '../../etc/passwd'],
    ['another expiry', token.replace(/\.f\.[^.]+\./, '.f.zzzzzz.')],
    ['another variant', token.replace('.f.', '.t.')],
    ['another file', token.replace('01kqz', '01kqy')],
  ])('with %s is not ours', (_name, changed) => expect(parseToken(secret, changed)).toBeNull());

  test('lives for its time less at most a minute, and is the same for a minute', () => {
    for (let now = 0; now < 120_000; now += 777) {
      const left = toExpiry(now, 300_000) - now;
      expect(left).toBeGreaterThan(240_000);
      expect(left).toBeLessThanOrEqual(300_000);
    }
    expect(toExpiry(60_000, 300_000)).toBe(toExpiry(119_999, 300_000));
  });
});
