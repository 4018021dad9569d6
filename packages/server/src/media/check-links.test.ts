import { describe, expect, test } from 'vitest';
import type { GuardedOutcome, GuardedRequest } from '#kit';
import { makeTestClock } from '../kit/fixtures/rig.ts';
import { makeLinkChecker } from './check-links.ts';

type Reply = { status?: number; headers?: Record<string, string> };
const toOutcome = ({ status = 200, headers = {} }: Reply): GuardedOutcome => ({
  ok: true,
  reply: { status, header: (name) => headers[name] ?? null, body: new Uint8Array() },
});
const jpeg: Reply = { headers: { 'content-type': 'image/jpeg', 'content-length': '1000' } };
const failed = (reason: 'private' | 'timeout' | 'unreachable' | 'unresolved', isLasting: boolean): GuardedOutcome => ({
  ok: false,
  failure: { reason, detail: `shop.example: ${reason}`, isLasting },
});

/** A checker over answers to HEAD and GET, with what it asked. */
function make(head: Reply | GuardedOutcome, get: Reply | GuardedOutcome = head) {
  const asked: [string, GuardedRequest][] = [];
  const clock = makeTestClock();
  const as = (answer: Reply | GuardedOutcome): GuardedOutcome => ('ok' in answer ? answer : toOutcome(answer));
  const guard = {
    fetch: async (url: string, request: GuardedRequest) => {
      asked.push([url, request]);
      return as(request.method === 'HEAD' ? head : get);
    },
  };
  return { checker: makeLinkChecker({ guard, clock }), asked, clock };
}
const image = (link: string) => ({ type: 'image', image: { link } });
const textOf = async (checked: Promise<{ field: string; message: string }[]>) =>
  (await checked).map(({ field, message }) => `${field} ${message}`);

describe('a link', () => {
  test('to a file that fits passes, asked for by HEAD within 5 s', async () => {
    const { checker, asked } = make(jpeg);
    expect(await checker.check(image('https://shop.example/a.jpg'))).toEqual([]);
    expect(asked).toEqual([
      ['https://shop.example/a.jpg', { method: 'HEAD', maxBytes: 0, maxRedirects: 3, timeoutMs: 5_000 }],
    ]);
  });

  test.each<[string, Reply | GuardedOutcome, RegExp]>([
    ['nothing', { status: 404 }, /^image\.link leads to an answer of status 404/],
    ['a redirect without an end', { status: 302 }, /status 302/],
    [
      'HTML',
      { headers: { 'content-type': 'text/html; charset=utf-8' } },
      /text\/html by its Content-Type; WhatsApp takes as image: image\/jpeg, image\/png/,
    ],
    ['a file without a type', { headers: {} }, /no Content-Type/],
    [
      'a file that is too large',
      { headers: { 'content-type': 'image/png', 'content-length': '5242881' } },
      /5242880 bytes as image/,
    ],
    ['an empty file', { headers: { 'content-type': 'image/png', 'content-length': '0' } }, /is empty/],
    ['a private address', failed('private', true), /cannot be fetched: shop\.example: private/],
    ['a host without an address', failed('unresolved', false), /cannot be fetched/],
    ['a host that is silent', failed('timeout', false), /cannot be fetched: shop\.example: timeout/],
  ])('to %s does not', async (_name, answer, message) => {
    expect(await textOf(make(answer).checker.check(image('https://shop.example/a')))).toEqual([
      expect.stringMatching(message),
    ]);
  });

  test('of exactly the permitted size passes', async () => {
    const { checker } = make({ headers: { 'content-type': 'image/png', 'content-length': '5242880' } });
    expect(await checker.check(image('https://shop.example/a'))).toEqual([]);
  });

  test('whose server knows no HEAD is asked for its first byte, and the whole length is read from that', async () => {
    const get = {
      status: 206,
      headers: { 'content-type': 'image/png', 'content-range': 'bytes 0-0/5242881', 'content-length': '1' },
    };
    const { checker, asked } = make({ status: 405 }, get);
    expect(await textOf(checker.check(image('https://shop.example/a')))).toEqual([expect.stringContaining('5242880')]);
    expect(asked[1]?.[1]).toMatchObject({ headers: { range: 'bytes=0-0' }, maxBytes: 0 });
  });

  test('both ways of asking have 5 s together', async () => {
    const { checker, asked, clock } = make({ status: 405 }, jpeg);
    const slow = makeLinkChecker({
      clock,
      guard: {
        fetch: async (url, request) => {
          asked.push([url, request]);
          clock.advance(3_000);
          return toOutcome(request.method === 'HEAD' ? { status: 405 } : jpeg);
        },
      },
    });
    expect(await slow.check(image('https://shop.example/a'))).toEqual([]);
    expect(asked.map(([, { timeoutMs }]) => timeoutMs)).toEqual([5_000, 2_000]);
    expect(await checker.check(image('https://shop.example/b'))).toEqual([]);
  });

  test('a private address is not asked twice', async () => {
    const { checker, asked } = make(failed('private', true));
    await checker.check(image('https://shop.example/a'));
    expect(asked).toHaveLength(1);
  });

  test('Ogg whose server names no codec is taken for what it says', async () => {
    const { checker } = make({ headers: { 'content-type': 'audio/ogg', 'content-length': '10' } });
    expect(await checker.check({ type: 'audio', audio: { link: 'https://shop.example/a', voice: true } })).toEqual([]);
  });
});

describe('a verdict', () => {
  test.each<[string, Parameters<typeof make>[0], number, number]>([
    ['that is good holds for ten minutes', jpeg, 600_000, 1],
    ['that is bad holds for half a minute: a host that was away may be back', { status: 404 }, 30_000, 2],
  ])('%s, for the link and the kind, also while it is being found', async (_name, answer, holdsMs, each) => {
    const { checker, asked, clock } = make(answer);
    const link = 'https://shop.example/a';
    const both = await Promise.all([checker.check(image(link)), checker.check(image(link))]);
    expect(both[0]).toEqual(both[1]);
    clock.advance(holdsMs - 1);
    await checker.check(image(link));
    expect(asked).toHaveLength(each);
    await checker.check({ type: 'document', document: { link } });
    const others = asked.length;
    expect(others).toBeGreaterThan(each);
    clock.advance(1);
    await checker.check(image(link));
    expect(asked).toHaveLength(others + each);
  });

  test('is kept for the last thousand links', async () => {
    const { checker, asked } = make(jpeg);
    for (let n = 0; n <= 1_000; n += 1) await checker.check(image(`https://shop.example/${n}`));
    await checker.check(image('https://shop.example/1'));
    expect(asked).toHaveLength(1_001);
    await checker.check(image('https://shop.example/0'));
    expect(asked).toHaveLength(1_002);
  });
});

test('every link of a message is looked at, twenty at most', async () => {
  const { checker, asked } = make(jpeg);
  const cards = (count: number) => ({
    type: 'interactive',
    interactive: {
      action: {
        cards: Array.from({ length: count }, (_, n) => ({
          header: { type: 'image', image: { link: `https://shop.example/${n}` } },
        })),
      },
    },
  });
  expect(await checker.check(cards(20))).toEqual([]);
  expect(asked).toHaveLength(20);
  expect(await textOf(checker.check(cards(21)))).toEqual([
    'interactive.action.cards[20].header.image.link is one of more than 20 links to files',
  ]);
});
