import { describe, expect, test } from 'vitest';
import { checkMediaFile, MEDIA_KINDS, MEDIA_LIMITS, STILL_STICKER_BYTES, toKind } from './limits.ts';

describe('a size', () => {
  test.each(MEDIA_KINDS)('at the limit of %s passes, one byte more does not', (kind) => {
    const { maxBytes, types } = MEDIA_LIMITS[kind];
    const mimeType = types[0] ?? '';
    expect(checkMediaFile(kind, { mimeType, sizeBytes: maxBytes })).toEqual([]);
    expect(checkMediaFile(kind, { mimeType, sizeBytes: maxBytes + 1 })).toMatchObject([
      { limit: maxBytes, actual: maxBytes + 1 },
    ]);
    expect(checkMediaFile(kind, { mimeType, sizeBytes: 1 })).toEqual([]);
    expect(checkMediaFile(kind, { mimeType, sizeBytes: 0 })).toEqual([{ message: 'is empty', actual: 0 }]);
  });

  test('of a sticker that stands still has a limit of its own', () => {
    const still = { mimeType: 'image/webp', isAnimated: false };
    expect(checkMediaFile('sticker', { ...still, sizeBytes: STILL_STICKER_BYTES })).toEqual([]);
    expect(checkMediaFile('sticker', { ...still, sizeBytes: STILL_STICKER_BYTES + 1 })).toHaveLength(1);
  });

  test('that is too large for its kind says that a document may be larger, when it may', () => {
    const [problem] = checkMediaFile('image', { mimeType: 'image/jpeg', sizeBytes: 6 << 20 });
    expect(problem?.message).toContain('As a document');
    const [huge] = checkMediaFile('image', { mimeType: 'image/jpeg', sizeBytes: 101 << 20 });
    expect(huge?.message).not.toContain('As a document');
  });
});

describe('a type', () => {
  test.each([
    ['image', 'image/webp', /image\/jpeg, image\/png\. Convert it to JPEG or PNG, or send it as a sticker/],
    ['image', 'image/gif', /WhatsApp takes as image/],
    ['image', 'image/svg+xml', /WhatsApp takes as image/],
    ['image', 'application/pdf', /could be sent as a document/],
    ['video', 'video/webm', /video\/mp4, video\/3gpp$/],
    ['audio', 'audio/ogg', /libopus/],
    ['audio', 'audio/wav', /audio\/aac/],
    ['document', 'text/html', /WhatsApp takes as document/],
    ['document', 'application/zip', /WhatsApp takes as document/],
    ['document', 'application/octet-stream', /WhatsApp takes as document/],
    ['sticker', 'image/png', /image\/webp/],
  ] as const)('as %s %s is refused, with the way out', (kind, mimeType, message) => {
    expect(checkMediaFile(kind, { mimeType, sizeBytes: 1 })).toEqual([{ message: expect.stringMatching(message) }]);
  });

  test('of a voice note is Ogg with Opus and nothing else; plain audio may be more', () => {
    const voice = (mimeType: string, isVoice: boolean) => checkMediaFile('audio', { mimeType, sizeBytes: 1, isVoice });
    expect(voice('audio/ogg; codecs=opus', true)).toEqual([]);
    expect(voice('audio/mpeg', false)).toEqual([]);
    expect(voice('audio/mpeg', true)).toEqual([
      { message: expect.stringMatching(/voice note must be Ogg with Opus, mono.*ffmpeg/) },
    ]);
  });
});

test.each([
  ['image/jpeg', 'image'],
  ['image/webp', 'sticker'],
  ['image/svg+xml', 'document'],
  ['video/mp4', 'video'],
  ['audio/ogg; codecs=opus', 'audio'],
  ['application/pdf', 'document'],
  ['', 'document'],
])('%s goes as %s when nobody says', (type, kind) => expect(toKind(type)).toBe(kind));
