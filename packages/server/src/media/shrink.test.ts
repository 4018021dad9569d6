import { deflateSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { MAX_PIXELS, openVips, shrink } from './shrink.ts';

let vips: Awaited<ReturnType<typeof openVips>>;
beforeAll(async () => void (vips = await openVips()));

const toTable = () =>
  Array.from({ length: 256 }, (_, n) => {
    let c = n;
    for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
    return c >>> 0;
  });
const TABLE = toTable();
const crc = (bytes: Uint8Array) =>
  (bytes.reduce((c, byte) => (TABLE[(c ^ byte) & 255] ?? 0) ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;
function toChunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name), data]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(data.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc(body), body.length + 4);
  return chunk;
}
/** A PNG that claims this size; its pixels are only those of the first `rows` rows. */
function toPng(width: number, height: number, rows = height): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc((width * 4 + 1) * rows, 0x40));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    toChunk('IHDR', head),
    toChunk('IDAT', pixels),
    toChunk('IEND', Buffer.alloc(0)),
  ]);
}
function sizeOf(jpeg: Uint8Array): [number, number] {
  const image = vips.Image.newFromBuffer(jpeg);
  try {
    return [image.width, image.height];
  } finally {
    image.delete();
  }
}
/** A picture of 600 × 300 in another format. */
function encode(suffix: string): Uint8Array {
  const image = vips.Image.newFromBuffer(toPng(600, 300));
  try {
    return image.writeToBuffer(suffix);
  } finally {
    image.delete();
  }
}

describe('a small picture', () => {
  test.each([
    ['PNG', () => toPng(640, 480), [320, 240]],
    ['a tall PNG', () => toPng(100, 1_000), [32, 320]],
    ['a PNG that is small already', () => toPng(20, 10), [20, 10]],
    ['JPEG', () => encode('.jpg'), [320, 160]],
    ['WebP', () => encode('.webp'), [320, 160]],
    ['GIF', () => encode('.gif'), [320, 160]],
  ] as const)('is made of %s, as JPEG', (_name, make, size) => {
    const shrunk = shrink(vips, make());
    if (!shrunk.ok) throw new Error(shrunk.reason);
    expect(Buffer.from(shrunk.jpeg.subarray(0, 3)).toString('hex')).toBe('ffd8ff');
    expect(sizeOf(shrunk.jpeg)).toEqual(size);
  });

  test('is made of 50 million claimed pixels, and of one more row not', () => {
    expect(MAX_PIXELS).toBe(50_000_000);
    expect(shrink(vips, toPng(5_000, 10_001, 1))).toEqual({ ok: false, reason: expect.stringContaining('50 million') });
    expect(shrink(vips, toPng(5_000, 10_000, 1)).ok).toBe(true);
  });

  test('is not made of a bomb of 65,535 × 65,535 pixels, and nothing of it is decoded', () => {
    const startedAt = performance.now();
    expect(shrink(vips, toPng(65_535, 65_535, 1))).toMatchObject({ ok: false });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test.each<[string, Uint8Array]>([
    [
      'SVG',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="5" height="5"/></svg>'),
    ],
    ['PDF', Buffer.from('%PDF-1.7\n')],
    ['TIFF', Buffer.from('49492a0008000000', 'hex')],
    ['half a JPEG', Buffer.from('ffd8ffe000104a4649460001', 'hex')],
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a picture')],
  ])('is not made of %s', (_name, bytes) => {
    expect(shrink(vips, bytes)).toEqual({ ok: false, reason: 'The picture cannot be read' });
  });
});
