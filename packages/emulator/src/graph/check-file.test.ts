import { describe, expect, test } from 'vitest';
import { graph, numberId, withOpenWindows, withScene } from '../testing.ts';
import type { Emulator } from '../contract.ts';
import { type Reply, withPlain } from '../testing-plain.ts';
import { checkFile } from './check-file.ts';

const bytesOf = (text: string, size = 0): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(Math.max(size, text.length));
  bytes.set(Buffer.from(text, 'latin1'));
  return bytes;
};
const png = '\x89PNG\r\n\x1a\n';
const ogg = 'OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead';
const moving = 'RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02';
const still = 'RIFF\0\0\0\0WEBPVP8L';
const check = (type: string, bytes: Uint8Array): number | undefined => checkFile(type, { bytes })?.code;
const megabyte = 1024 * 1024;
const office = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

describe('what an upload is', () => {
  test.each([
    ['image/png', png],
    ['image/jpeg', '\xff\xd8\xff\xe0'],
    ['image/webp', still],
    ['audio/ogg', ogg],
    ['audio/amr', '#!AMR\n'],
    ['audio/mpeg', 'ID3\x04'],
    ['audio/mpeg', '\xff\xfb\x90'],
    ['audio/aac', '\xff\xf1\x50'],
    ['audio/mp4', '\0\0\0\x20ftypM4A \0'],
    ['video/mp4', '\0\0\0\x20ftypisom\0'],
    ['video/3gpp', '\0\0\0\x20ftyp3gp4\0'],
    ['application/pdf', '%PDF-1.7'],
    ['application/msword', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
    [office, 'PK\x03\x04'],
    ['text/plain', 'Ol\xc3\xa1'],
  ])('%s is taken by its bytes, and refused with those of something else', (type, head) => {
    expect(check(type, bytesOf(head))).toBeUndefined();
    expect(check(type, bytesOf('\0\x01\x02nothing'))).toBe(100);
    expect(check(type, bytesOf('GIF89a'.padEnd(20, '\0')))).toBe(100);
  });

  test.each([
    ['an executable called a picture', 'image/png', 'MZ\x90\0'],
    ['a page called a text', 'image/jpeg', '<html>'],
    ['Vorbis in Ogg', 'audio/ogg', ogg.replace('OpusHead', '\x01vorbis ')],
    ['a film called a sound', 'audio/mpeg', '\0\0\0\x20ftypisom\0'],
    ['a type Meta does not take', 'image/gif', 'GIF89a'],
    ['a type named like an Object method', 'constructor', png],
  ])('%s is refused', (_, type, head) => {
    expect(check(type, bytesOf(head))).toBe(100);
  });

  test.each([
    ['image/png', png, 5 * megabyte],
    ['audio/ogg', ogg, 16 * megabyte],
    ['video/mp4', '\0\0\0\x20ftypisom\0', 16 * megabyte],
    ['image/webp', still, 100 * 1024],
    ['image/webp', moving, 500 * 1024],
    ['application/pdf', '%PDF-1.7', 100 * megabyte],
  ])('%s (%j) may have %i bytes and not one more', (type, head, max) => {
    expect(check(type, bytesOf(head, max))).toBeUndefined();
    expect(check(type, bytesOf(head, max + 1))).toBe(131053);
  });
});

async function upload(emulator: Emulator, type: string, head: string): Promise<string> {
  const form = new FormData();
  form.set('messaging_product', 'whatsapp');
  form.set('type', type);
  form.set('file', new File([bytesOf(head)], 'file', { type }));
  const { body } = await graph(emulator, `/v26.0/${numberId}/media`, { method: 'POST', body: form });
  return String(body.id);
}

const other = { id: '106540352242999', displayPhoneNumber: '15550002222', verifiedName: 'Other' };
const own = { id: numberId, displayPhoneNumber: '15550001111', verifiedName: 'Own' };

describe('media of a send', () => {
  const cases: readonly (readonly [string, readonly [string, string], (id: string) => object, number | undefined])[] = [
    ['a picture as image', ['image/png', png], (id) => ({ type: 'image', image: { id } }), undefined],
    ['a picture as document', ['image/png', png], (id) => ({ type: 'document', document: { id } }), undefined],
    ['a picture as video', ['image/png', png], (id) => ({ type: 'video', video: { id } }), 131053],
    ['a picture as sticker', ['image/png', png], (id) => ({ type: 'sticker', sticker: { id } }), 131053],
    ['a sticker as image', ['image/webp', still], (id) => ({ type: 'image', image: { id } }), 131053],
    ['Opus as voice', ['audio/ogg', ogg], (id) => ({ type: 'audio', audio: { id, voice: true } }), undefined],
    ['MP3 as sound', ['audio/mpeg', 'ID3\x04'], (id) => ({ type: 'audio', audio: { id } }), undefined],
    ['MP3 as voice', ['audio/mpeg', 'ID3\x04'], (id) => ({ type: 'audio', audio: { id, voice: true } }), 131053],
    [
      'a sound in a header',
      ['audio/ogg', ogg],
      (id) => ({
        type: 'interactive',
        interactive: {
          type: 'button',
          header: { type: 'image', image: { id } },
          body: { text: 'x' },
          action: { buttons: [{ type: 'reply', reply: { id: 'a', title: 'A' } }] },
        },
      }),
      131053,
    ],
  ];
  test.each(cases)('%s', async (_, file, toMessage, code) => {
    await withOpenWindows({}, async ({ emulator }) => {
      const message = toMessage(await upload(emulator, ...file));
      const json = { messaging_product: 'whatsapp', to: '5511999990001', ...message };
      expect((await graph(emulator, `/${numberId}/messages`, { json })).code).toBe(code);
    });
  });

  test('an id belongs to its number and lives 30 days', async () => {
    await withScene({ rules: { window: false }, numbers: [own, other] }, async ({ emulator, clock }) => {
      const id = await upload(emulator, 'image/png', png);
      const send = async (number: string): Promise<number | undefined> => {
        const json = { messaging_product: 'whatsapp', to: '5511999990001', type: 'image', image: { id } };
        return (await graph(emulator, `/${number}/messages`, { json })).code;
      };
      expect([await send(numberId), await send(other.id)]).toEqual([undefined, 131009]);
      clock.advance(30 * 24 * 3_600_000 - 1);
      expect(await send(numberId)).toBeUndefined();
      clock.advance(1);
      expect(await send(numberId)).toBe(131009);
    });
  });
});

describe('headers and cards of interactive messages', () => {
  const link = 'https://x.org/a.png';
  const reply = { type: 'reply', reply: { id: 'a', title: 'A' } };
  const tap = { buttons: [{ type: 'quick_reply', quick_reply: { id: 'a', title: 'A' } }] };
  const card = (at: number, more: object = {}): object => ({
    card_index: at,
    type: 'quick_reply',
    header: { type: 'image', image: { link } },
    action: tap,
    ...more,
  });
  const buttons = (header: object): object => ({
    type: 'button',
    header,
    body: { text: 'x' },
    action: { buttons: [reply] },
  });
  const cards = (...list: object[]): object => ({ type: 'carousel', body: { text: 'x' }, action: { cards: list } });
  const products = (count: number, header: object | undefined = { type: 'text', text: 'Shoes' }): object => ({
    type: 'product_list',
    header,
    body: { text: 'x' },
    action: {
      catalog_id: 'c',
      sections: [{ title: 'S', product_items: Array.from({ length: count }, () => ({ product_retailer_id: 's' })) }],
    },
  });
  const send = (interactive: object): Promise<Reply> => {
    let reply: Promise<Reply> | undefined;
    return withPlain({}, async (scene) => {
      reply = scene.send({ type: 'interactive', interactive });
      await reply;
    }).then(() => reply as Promise<Reply>);
  };
  test.each([
    ['an image header', buttons({ type: 'image', image: { link } }), undefined],
    ['a header at no address', buttons({ type: 'image', image: { link: 'x' } }), 100],
    ['a header of no kind', buttons({ type: 'song', song: { link } }), 100],
    ['an empty text header', buttons({ type: 'text', text: '' }), 131008],
    ['two cards', cards(card(0), card(1)), undefined],
    ['one card', cards(card(0)), 131009],
    ['cards out of count', cards(card(0), card(2)), 131009],
    ['a card without a header', cards(card(0), card(1, { header: undefined })), 131008],
    ['a card text of 161', cards(card(0), card(1, { body: { text: 'x'.repeat(161) } })), 131009],
    ['cards with different buttons', cards(card(0), card(1, { action: { buttons: [] } })), 131009],
    ['30 products', products(30), undefined],
    ['31 products', products(31), 131009],
    ['products without a header', products(1, { type: 'image', image: { link } }), 100],
  ])('%s', async (_, interactive, code) => {
    expect((await send(interactive)).code).toBe(code);
  });
});
