import { describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES, toBase64, toFileBody, toFileProblem, toMediaKind } from './files.ts';

test.each([
  ['image/png', 'image'],
  ['audio/ogg; codecs=opus', 'audio'],
  ['video/mp4', 'video'],
  ['application/pdf', 'document'],
  ['', 'document'],
])('a file of type %s is sent as %s', (mimeType, kind) => {
  expect(toMediaKind(mimeType)).toBe(kind);
});

describe('files', () => {
  test('too large and empty ones are refused in words with their name', () => {
    expect(toFileProblem({ size: MAX_FILE_BYTES, name: 'a.jpg' })).toBeNull();
    expect(toFileProblem({ size: MAX_FILE_BYTES + 1, name: 'a.jpg' })).toContain('a.jpg');
    expect(toFileProblem({ size: 0, name: 'a.jpg' })).toContain('empty');
  });

  test('bytes survive base64, also beyond one slice', () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, index) => index % 256);
    const back = Uint8Array.from(atob(toBase64(bytes)), (char) => char.charCodeAt(0));
    expect(back).toEqual(bytes);
  });

  test('a voice note keeps its type and mark', async () => {
    const body = await toFileBody(new Blob(['x'], { type: 'audio/ogg' }), 'audio', { voice: true });
    expect(body).toEqual({ type: 'audio', file: { base64: 'eA==', mimeType: 'audio/ogg' }, voice: true });
  });
});
