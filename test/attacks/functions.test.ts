import * as crypto from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseGraphSend, secretsMatch, splitDelivery, verifySignature } from '@wharf/whatsapp';
import { expect } from 'vitest';
import { parseRichText } from '../../packages/dashboard/src/model/rich-text.ts';
import { parseBearer, parseSessionCookie } from '../../packages/server/src/accounts/secret.ts';
import { parseIfMatch } from '../../packages/server/src/api/http/if-match.ts';
import { parseAddress } from '../../packages/server/src/graph-api/address.ts';
import { parseAllowedEntry } from '../../packages/server/src/kit/address-guard.ts';
import { toJson } from '../../packages/server/src/kit/json.ts';
import { parseRange } from '../../packages/server/src/media/range.ts';
import { toSafeName } from '../../packages/server/src/media/serve-type.ts';
import { parseToken } from '../../packages/server/src/media/signed-link.ts';
import { ROOT } from '../support/wharf.ts';
import { attackFunction } from './rig/attack.ts';
import { sign, toMessage, toMessages } from './rig/deliveries.ts';

const SECRET = 'a-secret-of-the-timing-test';
const BODY = Buffer.from('x'.repeat(500));
const GOOD = sign(BODY, SECRET);

/** The right signature with the digit at `place` changed. */
const withWrong = (place: number): string => {
  const at = 7 + place;
  return GOOD.slice(0, at) + (GOOD[at] === '0' ? '1' : '0') + GOOD.slice(at + 1);
};

/** Of many rounds, in turns so that what the machine does meanwhile meets both alike: the lower half's mean, in ns. */
function measure(kinds: readonly (() => unknown)[], rounds: number): number[] {
  const took = kinds.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    for (let n = 0; n < kinds.length; n++) {
      const kind = (n + round) % kinds.length;
      const startedAt = process.hrtime.bigint();
      kinds[kind]?.();
      took[kind]?.push(Number(process.hrtime.bigint() - startedAt));
    }
  return took.map((list) => {
    const lower = list.toSorted((a, b) => a - b).slice(0, list.length / 2);
    return lower.reduce((sum, ns) => sum + ns, 0) / lower.length;
  });
}

attackFunction(11, 'how long a comparison takes does not tell how much of a signature was right', () => {
  const check = (header: string) => () => verifySignature(BODY, header, [SECRET]);
  const kinds = [check(withWrong(0)), check(withWrong(63)), check(GOOD)];
  measure(kinds, 2_000);
  // A comparison that stops at the first difference is some 60 ns apart of some 3,000; tried again, so that a busy
  // machine does not decide. That digests of one length are compared is held below.
  const ratios = Array.from({ length: 5 }, () => {
    const [first = 0, last = 0, right = 0] = measure(kinds, 4_000);
    return Math.max(Math.abs(first - last), Math.abs(first - right)) / first;
  });
  expect(Math.min(...ratios)).toBeLessThan(0.05);
});

attackFunction(11, 'the same for tokens: neither where they differ nor how long the right one is', () => {
  const token = 't'.repeat(40);
  const check = (given: string) => () => secretsMatch(given, token);
  const kinds = [check(`x${token.slice(1)}`), check(`${token.slice(0, -1)}x`), check(token), check('t'.repeat(39))];
  measure(kinds, 2_000);
  const ratios = Array.from({ length: 5 }, () => {
    const [first = 0, ...others] = measure(kinds, 4_000);
    return Math.max(...others.map((other) => Math.abs(other - first))) / first;
  });
  expect(Math.min(...ratios)).toBeLessThan(0.08);
});

attackFunction(11, 'every secret is compared by timingSafeEqual, over digests of one length', () => {
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const places: Readonly<Record<string, RegExp>> = {
    'packages/whatsapp/src/webhook/signature.ts':
      /Buffer\.alloc\(HEX_LENGTH\)[\s\S]*timingSafeEqual\(given, computed\)/,
    'packages/whatsapp/src/webhook/secrets.ts':
      /timingSafeEqual\(hash\('sha256', given, 'buffer'\), hash\('sha256', expected/,
    'packages/server/src/accounts/secret.ts': /timingSafeEqual\(a, b\)/,
    'packages/server/src/media/signed-link.ts': /timingSafeEqual\(given, own\)/,
  };
  for (const [path, pattern] of Object.entries(places)) expect(read(path), path).toMatch(pattern);
  const lengths = ['', 'a', 'a'.repeat(10_000)].map((text) => crypto.hash('sha256', text, 'buffer').length);
  expect(lengths).toEqual([32, 32, 32]);
});

const N = 60_000;
/** What makes expressions go back and forth: long runs, and an end that does not match. */
const CATASTROPHIC = [
  'a'.repeat(N) + '!',
  ' '.repeat(N) + '!',
  '\t'.repeat(N),
  '*a '.repeat(N / 3),
  '*'.repeat(N),
  '_a_'.repeat(N / 3),
  '`'.repeat(N),
  '```a'.repeat(N / 4),
  '~a '.repeat(N / 3),
  'http://'.repeat(N / 7),
  `http://${'.'.repeat(N)}`,
  `https://${'a.'.repeat(N / 2)}!`,
  '{{1}}'.repeat(N / 5),
  '{{'.repeat(N / 2),
  '1,'.repeat(N / 2),
  '0'.repeat(N),
  '.'.repeat(N),
  '-'.repeat(N),
  '/'.repeat(N),
  '%25'.repeat(N / 3),
  '\u0301'.repeat(N),
  '👍'.repeat(N / 2),
  '\\'.repeat(N),
  '\\u0000'.repeat(N / 6),
  'a@'.repeat(N / 2),
  '(a+)+$'.repeat(N / 6),
];

/** Whatever reads what a stranger wrote, as a function of one text. */
const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  'formatting of the dashboard': parseRichText,
  'the name of a file': (text) => toSafeName(text, 'image/png'),
  'an Authorization header': (text) => parseBearer(`Bearer ${text}`),
  'a cookie': parseSessionCookie,
  'If-Match': parseIfMatch,
  Range: (text) => parseRange(`bytes=${text}`, 1_000),
  'a link’s token': (text) => parseToken(Buffer.alloc(32), text),
  'a path of Meta’s API': (text) => parseAddress(`/graph/${text}`),
  'a listed host': parseAllowedEntry,
  'JSON for the database': toJson,
  'a message of Meta’s send API': (text) =>
    parseGraphSend({ messaging_product: 'whatsapp', to: text, type: 'text', text: { body: text } }),
  'a message’s text, id, name and address': (text) =>
    splitDelivery(Buffer.from(toMessages(toMessage({ id: text, from: text, type: 'text', text: { body: text } }))), {
      provider: 'meta',
    }),
};

attackFunction(22, 'no expression that reads what strangers write goes back and forth for ever', () => {
  for (const [name, read] of Object.entries(READERS))
    for (const text of CATASTROPHIC) {
      const startedAt = performance.now();
      read(text);
      expect(performance.now() - startedAt, `${name}: ${text.slice(0, 12)}…`).toBeLessThan(1_000);
    }
});
