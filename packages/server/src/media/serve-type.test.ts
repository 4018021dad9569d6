import { describe, expect, test } from 'vitest';
import { toDisposition, toSafeName, toServedAs } from './serve-type.ts';

describe('what a browser may show', () => {
  test.each([
    'image/jpeg',
    'image/png',
    'image/gif',
    'image/webp',
    'audio/ogg; codecs=opus',
    'audio/mpeg',
    'video/mp4',
  ])('%s in place, under its own type', (type) => {
    expect(toServedAs(type, null)).toMatchObject({ type, disposition: expect.stringMatching(/^inline; /) });
  });

  test.each([
    'image/svg+xml',
    'text/html',
    'text/xml',
    'application/xhtml+xml',
    'application/pdf',
    'application/javascript',
    'text/plain',
    'application/octet-stream',
    'application/zip',
    'image/tiff',
    'IMAGE/JPEG',
    'image/jpeg2',
    '',
  ])('%j only as a file of no type', (type) => {
    expect(toServedAs(type, 'a.html')).toEqual({
      type: 'application/octet-stream',
      disposition: `attachment; filename="a.html"; filename*=UTF-8''a.html`,
    });
  });
});

describe('a file name', () => {
  test.each<[string | null, string, string]>([
    ['invoice.pdf', 'application/pdf', 'invoice.pdf'],
    ['Räknung №5.pdf', 'application/pdf', 'Räknung №5.pdf'],
    ['../../etc/passwd', 'text/plain', '_.._etc_passwd'],
    ['..\\..\\boot.ini', 'text/plain', '_.._boot.ini'],
    ['a\u0000b.txt', 'text/plain', 'a_b.txt'],
    ['a\r\nSet-Cookie: x=y.txt', 'text/plain', 'a__Set-Cookie_ x=y.txt'],
    ['photo\u202Egpj.exe', 'image/jpeg', 'photo_gpj.exe'],
    ['CON', 'text/plain', '_CON'],
    ['aux.txt', 'text/plain', '_aux.txt'],
    ['com1.pdf', 'application/pdf', '_com1.pdf'],
    ['console.pdf', 'application/pdf', 'console.pdf'],
    ['"quoted".pdf', 'application/pdf', '_quoted_.pdf'],
    ['  .hidden. ', 'text/plain', 'hidden'],
    ['a\ud800b.txt', 'text/plain', 'a\ufffdb.txt'],
    ['', 'image/jpeg', 'file.jpg'],
    [null, 'audio/ogg; codecs=opus', 'file.ogg'],
    [null, 'application/x-unheard-of', 'file.bin'],
    ['...', 'video/mp4', 'file.mp4'],
  ])('%j becomes %3$j', (given, type, expected) => expect(toSafeName(given, type)).toBe(expected));

  test('of 5 kB keeps 120 characters, its extension among them', () => {
    const name = toSafeName(`${'x'.repeat(5_000)}.pdf`, 'application/pdf');
    expect(name).toBe(`${'x'.repeat(116)}.pdf`);
    expect(toSafeName('x'.repeat(120), 'text/plain')).toHaveLength(120);
    expect(toSafeName('x'.repeat(121), 'text/plain')).toHaveLength(120);
    expect(toSafeName('🙂'.repeat(100), 'text/plain').isWellFormed()).toBe(true);
  });

  test('travels whole in the header, and as plain ASCII beside it', () => {
    expect(toDisposition('attachment', "Ärger's (1).pdf")).toBe(
      `attachment; filename="_rger's (1).pdf"; filename*=UTF-8''%C3%84rger%27s%20%281%29.pdf`,
    );
    expect(toDisposition('attachment', toSafeName('a"\r\nx: y', 'text/plain'))).not.toMatch(/[\r\n]|"[^";]*"[^;]/);
  });
});
