import { describe, expect, test } from 'vitest';
import { readMediaFacts } from './media-facts.ts';
import { DOCUMENT_TYPES, MEDIA_LIMITS, checkMediaFile } from './media-file.ts';
import type { MediaFile, MediaKind } from './media-file.ts';

const KB = 1024;
const MB = 1024 * KB;
const TYPES: readonly [MediaKind, string][] = [
  ...(['image', 'video', 'audio', 'sticker'] as const).flatMap((kind) =>
    MEDIA_LIMITS[kind].mimeTypes.map((type): [MediaKind, string] => [kind, type]),
  ),
  ...DOCUMENT_TYPES.map((type): [MediaKind, string] => ['document', type]),
];

describe('checkMediaFile', () => {
  test.each(TYPES)('takes as %s: %s', (kind, mimeType) => {
    expect(checkMediaFile(kind, { mimeType, sizeBytes: 1000 })).toEqual([]);
    expect(checkMediaFile(kind, { mimeType: mimeType.toUpperCase(), sizeBytes: 1000 })).toEqual([]);
  });

  const LIMITS: readonly [MediaKind, Omit<MediaFile, 'sizeBytes'>, number][] = [
    ['image', { mimeType: 'image/png' }, 5 * MB],
    ['video', { mimeType: 'video/mp4' }, 16 * MB],
    ['audio', { mimeType: 'audio/mpeg' }, 16 * MB],
    ['audio', { mimeType: 'audio/ogg; codecs=opus', isVoice: true }, 16 * MB],
    ['document', { mimeType: 'application/pdf' }, 100 * MB],
    ['sticker', { mimeType: 'image/webp', isAnimated: false }, 100 * KB],
    ['sticker', { mimeType: 'image/webp', isAnimated: true }, 500 * KB],
    ['sticker', { mimeType: 'image/webp' }, 500 * KB],
  ];
  test.each(LIMITS)('%s %j: the limit is accepted, one byte more refused', (kind, file, limit) => {
    expect(checkMediaFile(kind, { ...file, sizeBytes: limit })).toEqual([]);
    expect(checkMediaFile(kind, { ...file, sizeBytes: limit + 1 })).toMatchObject([
      { field: 'sizeBytes', limit, actual: limit + 1, message: expect.stringContaining(':') },
    ]);
    expect(checkMediaFile(kind, { ...file, sizeBytes: 1 })).toEqual([]);
    expect(checkMediaFile(kind, { ...file, sizeBytes: 0 })).toMatchObject([{ field: 'sizeBytes', actual: 0 }]);
  });

  const REFUSED: readonly [string, MediaKind, Partial<MediaFile>, RegExp][] = [
    ['a WebP as picture', 'image', { mimeType: 'image/webp' }, /JPEG or PNG/],
    ['a photo of an iPhone', 'image', { mimeType: 'image/heic' }, /JPEG or PNG/],
    ['a QuickTime film', 'video', { mimeType: 'video/quicktime' }, /H\.264/],
    ['a recording of a browser', 'audio', { mimeType: 'audio/webm' }, /OGG with Opus/],
    ['an OGG with Vorbis', 'audio', { mimeType: 'audio/ogg', codec: 'vorbis' }, /Opus only/],
    ['an OGG with Vorbis, by its type', 'audio', { mimeType: 'audio/ogg; codecs="vorbis"' }, /Opus only/],
    ['an MP3 as voice note', 'audio', { mimeType: 'audio/mpeg', isVoice: true }, /libopus -ac 1/],
    ['a stereo voice note', 'audio', { mimeType: 'audio/ogg', isVoice: true, channels: 2 }, /mono/],
    ['a voice note with Vorbis', 'audio', { mimeType: 'audio/ogg', isVoice: true, codec: 'vorbis' }, /mono/],
    ['a PNG as sticker', 'sticker', { mimeType: 'image/png' }, /WebP, 512/],
    ['a document of no type', 'document', { mimeType: 'pdf' }, /application\/pdf/],
    ['half a byte', 'document', { sizeBytes: 0.5 }, /whole number/],
  ];
  test.each(REFUSED)('refuses %s and says what to do', (_name, kind, file, says) => {
    expect(checkMediaFile(kind, { mimeType: 'application/pdf', sizeBytes: 9, ...file })).toMatchObject([
      { message: expect.stringMatching(says) },
    ]);
  });

  test('lets documents of other types pass: they usually arrive', () => {
    expect(checkMediaFile('document', { mimeType: 'application/zip', sizeBytes: 9 })).toEqual([]);
  });
});

describe('readMediaFacts', () => {
  const webp = (chunk: string, flags: number): Buffer =>
    Buffer.concat([
      Buffer.from('RIFF\0\0\0\0WEBP'),
      Buffer.from(chunk),
      Buffer.alloc(4),
      Buffer.from([flags, 0, 0, 0]),
    ]);
  const ogg = (codec: Buffer): Buffer =>
    Buffer.concat([Buffer.from('OggS'), Buffer.alloc(22), Buffer.from([1, codec.length]), codec]);
  const opus = (channels: number): Buffer =>
    ogg(Buffer.concat([Buffer.from('OpusHead'), Buffer.from([1, channels, 0, 0])]));

  test.each([
    ['a still WebP (lossy)', webp('VP8 ', 0b10), { isAnimated: false }],
    ['a still WebP (extended)', webp('VP8X', 0b1_0000), { isAnimated: false }],
    ['a moving WebP', webp('VP8X', 0b1_0010), { isAnimated: true }],
    ['a mono Opus', opus(1), { codec: 'opus', channels: 1 }],
    ['a stereo Opus', opus(2), { codec: 'opus', channels: 2 }],
    ['a Vorbis', ogg(Buffer.from('\u0001vorbis')), { codec: 'vorbis' }],
    ['an Ogg of another kind', ogg(Buffer.from('Speex   ')), {}],
    ['a PNG', Buffer.from('\u0089PNG\r\n', 'latin1'), {}],
    ['nothing', Buffer.alloc(0), {}],
    ['a WebP cut short', webp('VP8X', 0).subarray(0, 14), { isAnimated: false }],
    ['an Ogg cut short', opus(1).subarray(0, 36), { codec: 'opus' }],
  ])('reads %s', (_name, bytes, facts) => {
    expect(readMediaFacts(new Uint8Array(bytes))).toEqual(facts);
  });

  test('reads where the file begins, not where its buffer does', () => {
    const bytes = Buffer.concat([Buffer.alloc(5), webp('VP8X', 0b10)]);
    expect(readMediaFacts(bytes.subarray(5))).toEqual({ isAnimated: true });
  });
});
