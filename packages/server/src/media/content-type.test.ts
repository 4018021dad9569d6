import { describe, expect, test } from 'vitest';
import { sniffType, toType } from './content-type.ts';

const ogg = Buffer.alloc(200);
ogg.write('OggS', 0);
ogg.write('OpusHead', 28);
const cfb = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600)]);
const PNG = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001080600000000', 'hex');
const text = (words: string) => Buffer.from(words);

describe('the content decides', () => {
  test.each<[string, Uint8Array, string | null, string]>([
    ['a JPEG', Buffer.from('ffd8ffe000104a4649460001', 'hex'), 'image/png', 'image/jpeg'],
    ['Ogg with Opus', ogg, 'audio/ogg', 'audio/ogg; codecs=opus'],
    ['a PDF', text('%PDF-1.7\n'), 'image/jpeg', 'application/pdf'],
    ['HTML called an image', text('<!doctype html><script>alert(1)</script>'), 'image/png', 'text/html'],
    ['HTML after a byte order mark', text('\ufeff  <HTML>'), 'image/png', 'text/html'],
    ['markup far inside', text(`${'x'.repeat(5_000)}<script >`), 'text/plain', 'text/html'],
    ['SVG', text('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'), 'image/jpeg', 'image/svg+xml'],
    ['SVG behind an XML head', text('<?xml version="1.0"?><svg/>x<svg >'), 'image/png', 'image/svg+xml'],
    ['XML', text('<?xml version="1.0"?><a1/>'), null, 'text/xml'],
    ['plain text', text('Order 7: 3 < 4'), 'text/html', 'text/plain'],
    ['text with NUL', text('a\u0000b'), 'text/plain', 'application/octet-stream'],
    ['bytes', Buffer.from([0xff, 0xfe, 0x01, 0x80]), 'image/jpeg', 'application/octet-stream'],
    ['nothing', Buffer.alloc(0), 'image/jpeg', 'text/plain'],
    ['an old Word file', cfb, 'application/msword', 'application/msword'],
    ['an old Office file called an image', cfb, 'image/png', 'application/x-cfb'],
  ])('%s', async (_name, head, declared, expected) => expect(await sniffType(head, declared)).toBe(expected));

  test('a picture that is also markup is a picture by its beginning: it is shown under that type, or not at all', async () => {
    expect(await sniffType(Buffer.concat([PNG, text('<html><script>alert(1)</script>')]), 'text/html')).toBe(
      'image/png',
    );
  });
});

test.each([
  ['IMAGE/JPG', 'image/jpeg'],
  ['audio/ogg; codecs="opus"', 'audio/ogg; codecs=opus'],
  ['text/plain; charset=utf-8', 'text/plain'],
  ['audio/x-m4a', 'audio/mp4'],
  ['', ''],
])('%j is written %j', (declared, expected) => expect(toType(declared)).toBe(expected));
