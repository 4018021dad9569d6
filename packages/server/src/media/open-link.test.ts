import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk, PNG, toDigest } from './fixtures/desk.ts';
import { keepBytes } from './keep.ts';
import { type LinkRequest, makeLinks, type MediaLinks, type Opened } from './open-link.ts';

let desk: Desk;
let links: MediaLinks;
beforeAll(async () => {
  desk = await openDesk();
  links = makeLinks({ ...desk, secret: Buffer.alloc(32, 1), ttlMs: 300_000 });
});
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.clear());

async function keep(id: string, bytes: Uint8Array, more: Record<string, string> = {}): Promise<void> {
  const sha256 = toDigest(bytes);
  await desk.blobs.put({ workspaceId: 'main', sha256 }, { bytes });
  await desk.insert({
    id,
    state: 'stored',
    content_sha256: sha256,
    sniffed_type: 'image/png',
    stored_bytes: bytes.length,
    ...more,
  });
}
const tokenOf = (id: string, variant: 'file' | 'thumbnail' = 'file') =>
  links.sign(id, variant).path.replace('/media/', '');
const open = (id: string, more: Partial<LinkRequest> = {}) => links.open({ token: tokenOf(id), ...more });
async function read(opened: Opened): Promise<string> {
  return opened.ok ? String(await buffer(opened.stream)) : opened.why;
}

describe('a link', () => {
  test('leads to the bytes, under headers that let no browser run them', async () => {
    await keep('med_1', PNG, { filename: 'me & you.png' });
    const opened = await open('med_1');
    expect(opened).toMatchObject({
      ok: true,
      status: 200,
      headers: {
        'content-type': 'image/png',
        'content-length': `${PNG.length}`,
        'content-disposition': `inline; filename="me & you.png"; filename*=UTF-8''me%20%26%20you.png`,
        'cache-control': 'private, max-age=300',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'same-origin',
      },
    });
    expect(opened.ok && (await buffer(opened.stream)).equals(PNG)).toBe(true);
  });

  test('ends when its time is over, to the millisecond', async () => {
    await keep('med_1', PNG);
    const { path, expiresAt } = links.sign('med_1', 'file');
    const token = path.replace('/media/', '');
    desk.clock.advance(expiresAt - desk.clock.now() - 1);
    expect(await links.open({ token })).toMatchObject({ ok: true, headers: { 'cache-control': 'private, max-age=0' } });
    desk.clock.advance(1);
    expect(await links.open({ token })).toEqual({ ok: false, why: 'expired' });
  });

  test('ends at once when its file is deleted, and leads nowhere for what is not stored', async () => {
    await keep('med_1', PNG);
    await desk.store.rows(`update media set state = 'deleted'`);
    expect(await read(await open('med_1'))).toBe('gone');
    expect(await read(await open('med_9'))).toBe('gone');
    expect(await read(await links.open({ token: 'med_1.f.zzzzzz.x' }))).toBe('forged');
  });

  test('to a small picture leads to that, or nowhere when there is none', async () => {
    await keep('med_1', PNG);
    expect(await links.open({ token: tokenOf('med_1', 'thumbnail') })).toEqual({ ok: false, why: 'gone' });
    const small = Buffer.from('small');
    await desk.blobs.put({ workspaceId: 'main', sha256: toDigest(small) }, { bytes: small });
    await desk.store.rows('update media set thumbnail_sha256 = $1', [toDigest(small)]);
    const opened = await links.open({ token: tokenOf('med_1', 'thumbnail') });
    expect(opened).toMatchObject({ ok: true, headers: { 'content-type': 'image/jpeg' } });
    expect(await read(opened)).toBe('small');
  });

  test('says that a file is gone when its bytes are not where they should be', async () => {
    await keep('med_1', PNG);
    await desk.store.rows('update media set content_sha256 = $1', ['b'.repeat(64)]);
    expect(await read(await open('med_1'))).toBe('gone');
  });
});

describe('a file of a stranger', () => {
  const html = '<!doctype html><script>alert(document.domain)</script>';
  const gif = Buffer.concat([Buffer.from('GIF89a/*', 'latin1'), Buffer.from(html)]);

  test.each<[string, Uint8Array, string]>([
    ['HTML called a picture', Buffer.from(html), 'image/png'],
    ['SVG', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 'image/svg+xml'],
    ['SVG called a JPEG', Buffer.from(`<?xml version="1.0"?><svg onload="alert(1)"/>`), 'image/jpeg'],
    ['a PDF', Buffer.from('%PDF-1.7\n/JS (app.alert(1))'), 'application/pdf'],
    ['a script', Buffer.from('alert(1)'), 'text/javascript'],
    ['a program', Buffer.from('4d5a90000300000004000000', 'hex'), 'image/png'],
  ])('of %s is an attachment without a type, whatever was declared', async (_name, bytes, declared) => {
    const { sniffedType } = await keepBytes(desk, { workspaceId: 'main', sha256: toDigest(bytes), bytes, declared });
    await keep('med_1', bytes, { sniffed_type: sniffedType, mime_type: declared, filename: 'x.html' });
    expect(await open('med_1')).toMatchObject({
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': expect.stringMatching(/^attachment; /),
        'x-content-type-options': 'nosniff',
        'content-security-policy': "sandbox; default-src 'none'",
      },
    });
  });

  test('that is a picture and a page at once is shown as the picture only', async () => {
    const { sniffedType } = await keepBytes(desk, {
      workspaceId: 'main',
      sha256: toDigest(gif),
      bytes: gif,
      declared: 'text/html',
    });
    await keep('med_1', gif, { sniffed_type: sniffedType, mime_type: 'text/html' });
    expect(await open('med_1')).toMatchObject({
      headers: { 'content-type': 'image/gif', 'x-content-type-options': 'nosniff' },
    });
  });
});

describe('parts', () => {
  beforeEach(() => keep('med_1', Buffer.from('0123456789')));
  const etag = `"${toDigest(Buffer.from('0123456789'))}"`;

  test.each<[string, string, string]>([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-', '89', 'bytes 8-9/10'],
  ])('%s', async (range, text, header) => {
    const opened = await open('med_1', { range });
    expect(opened).toMatchObject({
      status: 206,
      headers: { 'content-range': header, 'content-length': `${text.length}` },
    });
    expect(await read(opened)).toBe(text);
  });

  test('outside the file are refused with its size', async () => {
    expect(await open('med_1', { range: 'bytes=10-' })).toEqual({ ok: false, why: 'range', sizeBytes: 10 });
  });

  test('are given only of the same file, and the same file is not given twice', async () => {
    expect(await read(await open('med_1', { range: 'bytes=0-3', ifRange: etag }))).toBe('0123');
    expect(await read(await open('med_1', { range: 'bytes=0-3', ifRange: '"other"' }))).toBe('0123456789');
    expect(await read(await open('med_1', { ifNoneMatch: `"x", W/${etag}` }))).toBe('unchanged');
    expect(await read(await open('med_1', { ifNoneMatch: '"x"' }))).toBe('0123456789');
  });
});
