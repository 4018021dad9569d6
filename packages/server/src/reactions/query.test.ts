import { describe, expect, test } from 'vitest';
import type { EventKind, MessageContent, WhatsAppEvent } from '@wharf/whatsapp';
import { emoji, message, MIA, status } from '../ledger/fixtures/ledger.ts';
import { makeMatcher, type Query } from './query.ts';
import { CONTENT, KINDS, MEDIA } from './vocabulary.ts';

const photo: MessageContent = { type: 'media', media: { kind: 'image' } };
const hi = message(MIA, 'hi');
const events: readonly WhatsAppEvent[] = [
  hi,
  message(MIA, photo),
  message(MIA, 'hi', { kind: 'message.echo' }),
  emoji(MIA, 'x', '👍'),
  status('x', 'read'),
];

describe('makeMatcher', () => {
  test.each<[Query, readonly boolean[]]>([
    ['message.received', [true, true, false, false, false]],
    ['message.received:text', [true, false, false, false, false]],
    ['message.received:media', [false, true, false, false, false]],
    ['message.received:media:image', [false, true, false, false, false]],
    ['message.received:media:video', [false, false, false, false, false]],
    ['message.echo', [false, false, true, false, false]],
    ['message.reaction', [false, false, false, true, false]],
    ['message.status', [false, false, false, false, true]],
  ])('%s', (query, matched) => {
    expect(events.map(makeMatcher(query))).toEqual(matched);
  });

  test.each([
    ['mesage.received', /unknown event "mesage.received"\. Use one of: message\.received, /],
    ['', /unknown event ""/],
    ['__proto__', /unknown event "__proto__"/],
    ['message.received:txt', /unknown content "txt"\. Use one of: text, media, /],
    ['message.received:constructor', /unknown content "constructor"/],
    ['message.received:media:picture', /unknown media "picture"\. Use one of: image, video, audio, document, sticker/],
    [
      'message.received:text:image',
      /only message\.received:media can be narrowed further\. Use one of: message\.received:media:image/,
    ],
    ['message.status:read', /only message\.received can be narrowed/],
    ['message.received:media:image:big', /too many parts\. Use one of: message\.received:media:image$/],
  ])('%j is refused with the words that are possible', (query, told) => {
    expect(() => makeMatcher(query as Query)).toThrow(told);
  });

  test('every word of the vocabulary is accepted', () => {
    const queries = [
      ...Object.keys(KINDS),
      ...Object.keys(CONTENT).map((word) => `message.received:${word}`),
      ...Object.keys(MEDIA).map((word) => `message.received:media:${word}`),
    ];
    for (const query of queries) expect(() => makeMatcher(query as Query)).not.toThrow();
    expect(Object.keys(KINDS).length).toBeGreaterThan(50);
  });

  test('the types know the words too', () => {
    const known: EventKind = 'message.received';
    // @ts-expect-error a query is checked where it is written
    expect(() => makeMatcher('message.received:txt')).toThrow(TypeError);
    expect(makeMatcher(known)(hi)).toBe(true);
  });
});
