import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OutgoingMessage, Recipient } from '../message.ts';
import * as build from './build.ts';
import * as interactive from './build-interactive.ts';
import { authentication, template } from './build-template.ts';
import { checkMessage } from './check/message.ts';
import { toGraphBody, toReadBody } from './graph-body.ts';
import { parseGraphSend } from './parse-graph-send.ts';

/** Whatever a builder makes within Meta's limits comes back from the wire as it was. */
const word = (max: number) =>
  fc.string({ minLength: 1, maxLength: max, unit: 'grapheme-ascii' }).filter((s) => s.trim() !== '');
const id = fc.stringMatching(/^[A-Za-z0-9._-]{1,40}$/);
const url = fc.webUrl();
const media = fc.oneof(id, url);
const header = fc.oneof(
  word(60),
  fc.record({ image: media }),
  fc.record({ video: media }),
  fc.record({ document: media, filename: word(20) }, { requiredKeys: ['document'] }),
);
const frame = fc.record({ header, footer: word(60) }, { requiredKeys: [] });
const choices = (max: number, title: number) =>
  fc.uniqueArray(fc.record({ id, title: word(title) }), {
    minLength: 1,
    maxLength: max,
    comparator: (a, b) => a.id === b.id || a.title === b.title,
  });
const link = fc.record({ title: word(20), url });
const line = word(60)
  .map((text) => text.replace(/ {5,}/g, ' '))
  .filter((text) => text.trim() !== '');
const cards = fc.array(fc.record({ header: fc.record({ image: media }), body: word(160), link }), {
  minLength: 2,
  maxLength: 10,
});

const MESSAGES: { readonly [builder: string]: fc.Arbitrary<OutgoingMessage> } = {
  text: fc
    .tuple(word(4096), fc.option(fc.boolean(), { nil: undefined }))
    .map(([body, previewUrl]) => build.text(body, previewUrl === undefined ? {} : { previewUrl })),
  image: fc.tuple(media, word(100)).map(([file, caption]) => build.image(file, caption)),
  video: media.map((file) => build.video(file)),
  audio: media.map(build.audio),
  voice: media.map(build.voice),
  document: fc.tuple(media, word(30)).map(([file, filename]) => build.document(file, { filename })),
  sticker: media.map(build.sticker),
  location: fc
    .tuple(fc.double({ min: -90, max: 90, noNaN: true }), fc.double({ min: -180, max: 180, noNaN: true }), word(20))
    .map(([latitude, longitude, name]) => build.location({ latitude: latitude + 0, longitude: longitude + 0, name })),
  contacts: fc
    .array(word(20), { minLength: 1, maxLength: 5 })
    .map((names) => build.contacts(...names.map((name) => build.contact(name, '5511999990000')))),
  reaction: id.map((message) => build.reaction(message, '👍')),
  unreact: id.map(build.unreact),
  inReplyTo: fc.tuple(word(20), id).map(([body, message]) => build.inReplyTo(build.text(body), message)),
  buttons: fc.tuple(word(1024), choices(3, 20), frame).map((args) => interactive.buttons(...args)),
  list: fc.tuple(word(4096), word(20), choices(10, 24)).map((args) => interactive.list(...args)),
  ctaUrl: fc.tuple(word(1024), link, frame).map((args) => interactive.ctaUrl(...args)),
  locationRequest: word(1024).map(interactive.locationRequest),
  contactRequest: word(1024).map(interactive.contactRequest),
  address: word(1024).map((body) => interactive.address(body, 'IN', { values: { name: 'Ana', pin: '12' } })),
  voiceCall: fc
    .tuple(word(1024), fc.integer({ min: 1, max: 43_200 }))
    .map(([body, ttlMinutes]) => interactive.voiceCall(body, { title: 'Call', ttlMinutes, payload: '7' })),
  callPermission: word(1024).map(interactive.callPermission),
  product: fc.tuple(id, id).map((args) => interactive.product(...args)),
  productList: fc
    .tuple(word(1024), id, word(24), fc.array(id, { minLength: 1, maxLength: 30 }))
    .map(([body, catalogId, title, skus]) =>
      interactive.productList(body, { catalogId, header: 'Shop', sections: [{ title, skus }] }),
    ),
  catalogue: fc.tuple(word(1024), id).map(([body, thumbnailSku]) => interactive.catalogue(body, { thumbnailSku })),
  carousel: fc.tuple(word(1024), cards).map((args) => interactive.carousel(...args)),
  form: fc
    .tuple(word(1024), fc.dictionary(id, fc.string()))
    .map(([body, data]) =>
      interactive.form(body, { id: '662739', button: 'Book', screen: 'FIRST', data, draft: true }),
    ),
  orderStatus: word(1024).map((body) => interactive.orderStatus(body, { reference: 'ord-77', status: 'shipped' })),
  template: fc
    .tuple(fc.array(line, { maxLength: 5 }), line, media, fc.nat())
    .map(([body, urlSuffix, image, offerExpiresAt]) =>
      template('order_note', 'en_US', {
        header: { image },
        body,
        buttons: [
          { urlSuffix },
          { payload: 'stop' },
          { couponCode: 'SAVE' },
          { formToken: 't', data: { TYPE: 'Text' } },
        ],
        offerExpiresAt,
      }),
    ),
  authentication: fc.stringMatching(/^[0-9]{4,15}$/).map((code) => authentication('login', 'en', code)),
};

const recipient: fc.Arbitrary<Recipient> = fc.oneof(
  fc.constant({ to: '+55 (11) 99999-0000' }),
  fc.constant({ to: '5511999990000', identityKeyHash: 'DF2lS5v2W6x=' }),
  fc.constant({ recipient: 'BR.13491208655302741918' }),
);
const callbackData = fc.option(word(512), { nil: undefined });
const wire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('parseGraphSend undoes toGraphBody', () => {
  test.each(Object.entries(MESSAGES))('%s', (_name, messages) => {
    fc.assert(
      fc.property(messages, recipient, callbackData, (message, to, data) => {
        expect(checkMessage(message)).toEqual([]);
        const body = wire(toGraphBody(message, to, data === undefined ? {} : { callbackData: data }));
        const sent = { kind: 'send', message: wire(message), recipient: to };
        expect(parseGraphSend(body)).toEqual(data === undefined ? sent : { ...sent, callbackData: data });
      }),
      { numRuns: 40 },
    );
  });

  test('and each builder has its line above', () => {
    const helpers = ['contact', 'pin', 'orderDetails'];
    const builders = [...Object.keys(build), ...Object.keys(interactive)].filter((name) => !helpers.includes(name));
    expect(builders.filter((name) => !Object.hasOwn(MESSAGES, name))).toEqual([]);
  });

  test('also to a group', () => {
    const body = wire(toGraphBody(build.pin('wamid.1', { days: 7 }), { to: 'Y2FwaV9ncm91cDox', group: true }));
    expect(parseGraphSend(body)).toEqual({
      kind: 'send',
      message: build.pin('wamid.1', { days: 7 }),
      recipient: { to: 'Y2FwaV9ncm91cDox', group: true },
    });
  });

  test.each([true, false])('and toReadBody, with typing %s', (typing) => {
    expect(parseGraphSend(toReadBody('wamid.IN1', typing))).toEqual({ kind: 'read', messageId: 'wamid.IN1', typing });
  });

  test('never throws, and refuses with an error or sends what passes the check', () => {
    const known = fc.constantFrom(
      'type',
      'to',
      'text',
      'image',
      'template',
      'interactive',
      'status',
      'context',
      'recipient_type',
    );
    const body = fc.dictionary(fc.oneof(known, fc.string()), fc.oneof(fc.jsonValue(), fc.anything()));
    fc.assert(
      fc.property(body, (value) => {
        const parsed = parseGraphSend({ messaging_product: 'whatsapp', ...value });
        const unsound = parsed.kind === 'send' && checkMessage(parsed.message).length > 0;
        const silent = parsed.kind === 'refused' && parsed.problems.length === 0;
        expect([unsound, silent]).toEqual([false, false]);
      }),
    );
  });
});
