import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { signBody, verifySignature } from './signature.ts';

const SECRET = 'app-secret';
const body = Buffer.from('{"text":"\\u00e9 \\ud83d\\ude00 https:\\/\\/example.org"}');
const good = signBody(body, SECRET);

describe('signBody', () => {
  test('is sha256= and the lower-case hex HMAC of the bytes', () => {
    expect(good).toBe(`sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`);
  });
});

describe('verifySignature', () => {
  test.each<[string, Uint8Array, readonly string[]]>([
    ['with the one secret', body, [SECRET]],
    ['with the old secret while rotating', body, ['new', SECRET]],
    ['with the new secret while rotating', body, [SECRET, 'old']],
    ['beside an unset secret', body, ['', SECRET]],
    ['over a view into a larger buffer', new Uint8Array(Buffer.concat([Buffer.from('x'), body])).subarray(1), [SECRET]],
  ])('accepts what is signed %s', (_name, bytes, secrets) => {
    expect(verifySignature(bytes, good, secrets)).toBe(true);
  });

  test('signs raw UTF-8 and escaped text differently, each over its own bytes', () => {
    const raw = Buffer.from('{"text":"é 😀"}');
    expect(verifySignature(raw, signBody(raw, SECRET), [SECRET])).toBe(true);
    expect(verifySignature(raw, good, [SECRET])).toBe(false);
  });

  test.each<[string, string | string[] | undefined]>([
    ['missing', undefined],
    ['empty', ''],
    ['the prefix alone', 'sha256='],
    ['one byte long', good.slice(0, 9)],
    ['one character short', good.slice(0, -1)],
    ['one character long', `${good}0`],
    ['upper-case in its prefix', good.replace('sha256', 'SHA256')],
    ['upper-case in its digits', `sha256=${good.slice(7).toUpperCase()}`],
    ['of the older algorithm', good.replace('sha256', 'sha1')],
    ['not hex', `sha256=${'z'.repeat(64)}`],
    [
      'of letters whose low byte is a hex digit',
      good.replace(/(?<==).*/, (hex) => hex.replace(/./g, (c) => String.fromCharCode(c.charCodeAt(0) + 256))),
    ],
    ['two values joined', `${good}, ${good}`],
    ['a list of one', [good]],
    ['a list of two', [good, good]],
    ['a list of none', []],
    ['preceded by a space', ` ${good}`.slice(0, 71)],
  ])('refuses a header that is %s', (_name, header) => {
    expect(verifySignature(body, header, [SECRET])).toBe(false);
  });

  test.each<[string, readonly string[]]>([
    ['no secret is set', []],
    ['the only secret is empty', ['']],
    ['the secret is another', ['other']],
  ])('fails closed when %s', (_name, secrets) => {
    expect(verifySignature(body, good, secrets)).toBe(false);
    expect(verifySignature(body, signBody(body, ''), secrets)).toBe(false);
  });

  test.each<[string, Buffer]>([
    ['one byte altered', Buffer.concat([body.subarray(0, -1), Buffer.from(']')])],
    ['re-serialised', Buffer.from(JSON.stringify(JSON.parse(body.toString())))],
    ['given another space', Buffer.concat([body, Buffer.from(' ')])],
    ['emptied', Buffer.alloc(0)],
  ])('refuses a body that was %s', (_name, altered) => {
    expect(verifySignature(altered, good, [SECRET])).toBe(false);
  });

  test('keeps nothing of one call for the next', () => {
    expect(verifySignature(body, good, [SECRET])).toBe(true);
    expect(verifySignature(body, `sha256=${'0'.repeat(64)}`, [SECRET])).toBe(false);
    expect(verifySignature(body, good, ['other'])).toBe(false);
  });
});
