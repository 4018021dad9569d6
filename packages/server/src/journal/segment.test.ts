import { randomBytes } from 'node:crypto';
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
      fc.asyncProperty(deliveries, async (all) => expect(await roundTrip(all)).toEqual(plain(all))),
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

  test.each<[string, Uint8Array]>([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('{}')],
    ['an empty frame', zstdCompressSync(Buffer.alloc(0))],
    ['a frame shorter than its length', zstdCompressSync(Buffer.from('ab'))],
    ['heads that are not JSON', framed('[["meta"')],
    ['heads that are no list', framed('{}')],
    ['a head that is no list', framed('[null]')],
    ['heads shorter than they say', framed('[]', '', 4_000_000_000)],
    ['a body shorter than it says', framed('[["meta","",0,5]]', '1234')],
    ['more than the bodies it tells of', framed('[["meta","",0,5]]', '123456')],
    ['a body of less than nothing', framed('[["meta","",0,6],["meta","",0,-1]]', '12345')],
    ['70 MB of zeros', zstdCompressSync(Buffer.alloc(70 << 20))],
  ])('%s throws', (_name, content) => {
    expect(() => decodeSegment(content)).toThrow();
  });

  test('any byte that changed, and any end that is missing, throws: none is read as something else', async () => {
    const all = Array.from({ length: 5 }, (_, n) => toDelivery(Buffer.concat([randomBytes(40), Buffer.alloc(40, n)])));
    const content = await encodeSegment(all);
    fc.assert(
      fc.property(fc.nat({ max: content.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const odd = Buffer.from(content);
        odd[at] = (odd[at] ?? 0) ^ flip;
        // The header's unused bits are nobody's; what comes out must then be what went in.
        expect(() => expect(plain(decodeSegment(odd))).toEqual(plain(all))).toSatisfy(isEqualOrThrown);
        expect(() => decodeSegment(content.subarray(0, at))).toThrow();
      }),
      { numRuns: 2_000 },
    );
  });
});

/** Either the content was refused, or it is the same: never an assertion that failed. */
function isEqualOrThrown(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    return !(error instanceof Error && error.name === 'AssertionError');
  }
}
