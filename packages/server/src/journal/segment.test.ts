import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Delivery, decodeSegment, encodeSegment } from './segment.ts';

const toDelivery = (body: Uint8Array, more: Partial<Delivery> = {}): Delivery => ({
  provider: 'meta',
  source: '',
  receivedAt: Date.UTC(2026, 10, 21),
  body,
  ...more,
});

/** Bodies as buffers, so that they compare by their bytes. */
const plain = (deliveries: readonly Delivery[]) =>
  deliveries.map((delivery) => ({ ...delivery, body: Buffer.from(delivery.body) }));
const roundTrip = async (deliveries: readonly Delivery[]) => plain(decodeSegment(await encodeSegment(deliveries)));

const deliveries = fc.array(
  fc.record(
    {
      provider: fc.constantFrom('meta', 'whapi'),
      source: fc.string({ unit: 'binary' }),
      receivedAt: fc.nat({ max: 2 ** 45 }),
      body: fc.uint8Array({ maxLength: 300, size: 'max' }),
      only: fc.array(fc.string({ unit: 'binary' })),
    },
    { requiredKeys: ['provider', 'source', 'receivedAt', 'body'] },
  ) as fc.Arbitrary<Delivery>,
);

describe('A segment', () => {
  test.each<[string, Uint8Array]>([
    ['text', Buffer.from('{"object":"whatsapp_business_account"}')],
    ['nothing', Buffer.alloc(0)],
    ['every byte there is', Buffer.from(Array.from({ length: 256 }, (_, n) => n))],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28])],
    ['line ends and backslashes', Buffer.from('a\nb\r\n\\n\\000\\x00')],
    ['what a segment looks like', zstdCompressSync(Buffer.from('[]'))],
    ['4 MB of chance', randomBytes(4 << 20)],
    ['4 MB of the same', Buffer.alloc(4 << 20, 'a')],
  ])('keeps %s byte for byte, and what stands around it', async (_name, body) => {
    const all = [toDelivery(Buffer.from('before')), toDelivery(body), toDelivery(Buffer.from('after'))];
    expect((await roundTrip(all)).map((one, n) => Buffer.compare(one.body, all[n]?.body ?? Buffer.alloc(0)))).toEqual([
      0, 0, 0,
    ]);
  });

  test('of 256 deliveries gives each back whole, in order', async () => {
    const all = Array.from({ length: 256 }, (_, n) => toDelivery(Buffer.from(`${n}`.repeat(n))));
    expect(await roundTrip(all)).toEqual(plain(all));
  });

  test('of nothing is nothing', async () => {
    expect(await roundTrip([])).toEqual([]);
  });

  test('says which events are meant, or says nothing of it: an empty list is not the same', async () => {
    const all = [undefined, [], ['/entry/0/changes/0'], ['', '/a', '/\u2028"\\ 😀 \u0000']].map((only) =>
      toDelivery(Buffer.from('{}'), only ? { only } : {}),
    );
    const back = await roundTrip(all);
    expect(back).toEqual(plain(all));
    expect(back.map((delivery) => 'only' in delivery)).toEqual([false, true, true, true]);
  });

  test('gives back whatever was put in', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (all) => {
        expect(await roundTrip(all)).toEqual(plain(all));
      }),
      { numRuns: 300 },
    );
  });

  test('is much smaller than the webhooks in it, which repeat each other', async () => {
    const body = (n: number) =>
      JSON.stringify({ entry: [{ id: '102290129340398', changes: [{ value: { id: `wamid.${n}` } }] }] });
    const all = Array.from({ length: 200 }, (_, n) => toDelivery(Buffer.from(body(n))));
    const bytes = all.reduce((sum, one) => sum + one.body.length, 0);
    expect((await encodeSegment(all)).length).toBeLessThan(bytes / 5);
  });
});

describe('Damaged content', () => {
  const framed = (heads: string, bodies = '', length = heads.length) => {
    const prefix = Buffer.alloc(4);
    prefix.writeUInt32BE(length);
    return zstdCompressSync(Buffer.concat([prefix, Buffer.from(heads), Buffer.from(bodies)]));
  };

  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', Buffer.alloc(0), /unexpected end of file/],
    ['text', Buffer.from('{}'), /Unknown frame descriptor/],
    ['an empty frame', zstdCompressSync(Buffer.alloc(0)), /outside buffer bounds/],
    ['a frame shorter than its length', zstdCompressSync(Buffer.from('ab')), /outside buffer bounds/],
    ['heads that are not JSON', framed('[["meta"'), /JSON/],
    ['heads that are no list', framed('{}'), /map is not a function/],
    ['a head that is no list', framed('[null]'), /not iterable/],
    ['heads shorter than they say', framed('[]', '', 4_000_000_000), /not as long/],
    ['a body shorter than it says', framed('[["meta","",0,5]]', '1234'), /not as long/],
    ['more than the bodies it tells of', framed('[["meta","",0,5]]', '123456'), /not as long/],
    ['70 MB of zeros', zstdCompressSync(Buffer.alloc(70 << 20)), /larger than 67108864 bytes/],
  ])('%s throws', (_name, content, why) => {
    expect(() => decodeSegment(content)).toThrow(why);
  });

  test('any byte that changed, and any end that is missing, throws: none is read as something else', async () => {
    const all = Array.from({ length: 5 }, (_, n) => toDelivery(Buffer.concat([randomBytes(40), Buffer.alloc(40, n)])));
    const content = await encodeSegment(all);
    const read = (bytes: Uint8Array) => {
      try {
        return plain(decodeSegment(bytes));
      } catch {
        return 'refused';
      }
    };
    const odd = [...content.keys()].flatMap((at) =>
      [1, 16, 128, 255].map((flip) => content.map((byte, n) => (n === at ? byte ^ flip : byte))),
    );
    // One bit of the frame's header is nobody's: with it changed all comes out as it went in.
    const wrong = odd.map(read).filter((got) => got !== 'refused' && !isDeepStrictEqual(got, plain(all)));
    expect(wrong).toEqual([]);
    expect(odd.map(read).filter((got) => got !== 'refused').length).toBeLessThan(3);
    const ends = [...content.keys()].map((length) => content.subarray(0, length));
    expect(ends.map(read).filter((got) => got !== 'refused')).toEqual([]);
  });
});
