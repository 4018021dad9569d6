import { describe, expect, test } from 'vitest';
import { answerChallenge } from './challenge.ts';
import { secretsMatch } from './secrets.ts';

const ask = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=tok%2Fen';

describe('answerChallenge', () => {
  test.each<[string, string | URLSearchParams]>([
    ['a query string', ask],
    ['a query string with its question mark', `?${ask}`],
    ['parsed parameters', new URLSearchParams(ask)],
    ['parameters beside others', `${ask}&tenant=7`],
  ])('answers %s with the challenge as it came', (_name, query) => {
    expect(answerChallenge(query, 'tok/en')).toEqual({ ok: true, challenge: '1158201444' });
  });

  test.each<[string, string]>([
    ['another token', ask.replace('tok%2Fen', 'other')],
    ['no token', 'hub.mode=subscribe&hub.challenge=1'],
    ['no challenge', 'hub.mode=subscribe&hub.verify_token=tok%2Fen'],
    ['an empty challenge', ask.replace('1158201444', '')],
    ['a page as challenge', ask.replace('1158201444', 'x'.repeat(257))],
    ['another mode', ask.replace('subscribe', 'unsubscribe')],
    ['no mode', ask.replace('hub.mode=subscribe&', '')],
    ['a repeated token', `${ask}&hub.verify_token=tok%2Fen`],
    ['a repeated challenge', `${ask}&hub.challenge=2`],
    ['a repeated mode', `${ask}&hub.mode=subscribe`],
    ['a bracketed token', ask.replace('verify_token', 'verify_token[]')],
    ['a bracketed token beside the right one', `${ask}&hub.verify_token[]=x`],
    ['an object-like mode', `${ask}&hub[mode]=subscribe`],
    ['nothing', ''],
  ])('refuses %s', (_name, query) => {
    expect(answerChallenge(query, 'tok/en')).toEqual({ ok: false });
  });

  test('refuses everything while no token is set', () => {
    expect(answerChallenge('hub.mode=subscribe&hub.challenge=1&hub.verify_token=', '')).toEqual({ ok: false });
  });
});

describe('secretsMatch', () => {
  test.each<[string | undefined, string, boolean]>([
    ['a', 'a', true],
    ['ключ-😀', 'ключ-😀', true],
    ['x'.repeat(10_000), 'x'.repeat(10_000), true],
    ['a', 'b', false],
    ['a', 'aa', false],
    ['', 'a', false],
    ['', '', false],
    [undefined, 'a', false],
    [undefined, '', false],
  ])('%j against %j is %j', (given, expected, matches) => {
    expect(secretsMatch(given, expected)).toBe(matches);
  });
});
