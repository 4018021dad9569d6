import type { PhoneState } from '@wharf/emulator';
import { makeGraphClient, text } from '@wharf/whatsapp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { KEY, NUMBER, openWhole, type Whole } from './fixtures/whole.ts';

// The way of an existing client: its base URL and its token are Wharf's, and nothing else of it changes.
let whole: Whole;
beforeAll(async () => void (whole = await openWhole({ env: { WHARF_CHECK_LINKS: 'off' } })));
afterAll(() => whole.close());

const client = (key = KEY) => makeGraphClient({ baseUrl: `${whole.program.url}/graph`, accessToken: key });
const inboxOf = (personId: string) => whole.emulator.inbox(personId).filter((one) => one.direction === 'in');
const JPEG = Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb004300' + '08'.repeat(64) + 'ffd9', 'hex');

describe('The client of @wharf/whatsapp, with Wharf in Meta’s place', () => {
  test('sends, and learns WhatsApp’s own id', async () => {
    const { person } = await whole.meet();
    const outcome = await client().send(NUMBER, text('hi'), { to: `+${person.phone}` }, { callbackData: 'mine' });
    const [arrived] = inboxOf(person.id);
    expect(outcome).toMatchObject({ kind: 'accepted', messageId: arrived?.id, waId: person.phone });
    expect(arrived?.body).toEqual({ type: 'text', text: { body: 'hi' } });
    const [row] = await whole.store.rows(
      'select origin, callback_data as data, class from messages where whatsapp_id = $1',
      [arrived?.id ?? ''],
    );
    expect(row).toEqual({ origin: 'graph', data: 'mine', class: 0 });
  });

  test('marks as read, with the typing dots', async () => {
    const { wamid } = await whole.meet();
    expect(await client().markRead(NUMBER, wamid, { typing: true })).toEqual({ kind: 'ok', value: true });
    await until('the phone shows it as read', async () => {
      const { messages } = (await (await fetch(`${whole.emulator.url}/phone/api/state`)).json()) as PhoneState;
      return messages.find((one) => one.id === wamid)?.ticks === 'read';
    });
  });

  test('uploads a file, sends it, reads it back and deletes it', async () => {
    const { person } = await whole.meet();
    const uploaded = await client().uploadMedia(NUMBER, { bytes: JPEG, mimeType: 'image/jpeg', filename: 'a.jpg' });
    if (uploaded.kind !== 'ok') throw new Error(uploaded.advice);
    const { id } = uploaded.value;
    expect(id).toMatch(/^med_/);
    expect(await client().send(NUMBER, { type: 'image', image: { id } }, { to: person.phone })).toMatchObject({
      kind: 'accepted',
    });
    expect(inboxOf(person.id)[0]?.body).toMatchObject({ type: 'image', image: { id: expect.stringMatching(/^\d+$/) } });

    const info = await client().mediaInfo(id);
    if (info.kind !== 'ok') throw new Error(info.advice);
    expect(info.value).toMatchObject({ mimeType: 'image/jpeg', sizeBytes: JPEG.length });
    const file = await client().downloadMedia(info.value.url, { maxBytes: 1_000 });
    expect(file.kind === 'ok' && Buffer.from(file.value.bytes)).toEqual(JPEG);
    expect(await client().deleteMedia(id)).toEqual({ kind: 'ok', value: true });
    expect(await client().mediaInfo(id)).toMatchObject({ kind: 'permanent', code: 100 });
    expect(await client().deleteMedia(id)).toMatchObject({ kind: 'permanent', code: 100 });
  });

  test('reads a file that a person sent, by the id that Meta’s webhook had', async () => {
    const { person } = await whole.meet();
    const file = { base64: JPEG.toString('base64'), mimeType: 'image/jpeg' };
    const sent = whole.emulator.send({ personId: person.id, numberId: NUMBER, body: { type: 'image', file } });
    const ofMeta = await until('the file is known', async () => {
      const [row] = await whole.store.rows<{ id: string }>(
        'select d.provider_id as id from media d join messages m on m.id = d.message_id where m.whatsapp_id = $1',
        [sent.id],
      );
      return row?.id ?? null;
    });
    const info = await client().mediaInfo(ofMeta);
    if (info.kind !== 'ok') throw new Error(info.advice);
    const read = await client().downloadMedia(info.value.url, { maxBytes: 1_000 });
    expect(read.kind === 'ok' && Buffer.from(read.value.bytes)).toEqual(JPEG);
  });

  const bytes = { bytes: JPEG, mimeType: 'image/jpeg', filename: 'a.jpg' };
  test.each([
    ['phoneNumber', () => client().phoneNumber(NUMBER)],
    ['phoneNumbers', () => client().phoneNumbers('102290129340398')],
    ['messageHistory', () => client().messageHistory(NUMBER, 'wamid.1')],
    ['uploadHandle', () => client().uploadHandle('1234', bytes)],
    ['templates', () => client().templates('102290129340398')],
    ['template', () => client().template('1234')],
    ['unpauseTemplate', () => client().unpauseTemplate('1234')],
    ['deleteTemplate', () => client().deleteTemplate('102290129340398', { name: 'a' })],
    [
      'createTemplate',
      () =>
        client().createTemplate('102290129340398', { name: 'a', language: 'en', category: 'UTILITY', components: [] }),
    ],
    ['editTemplate', () => client().editTemplate('1234', {})],
  ] as const)('is told by %s that this is Meta’s own, and what Wharf has', async (_name, ask) => {
    expect(await ask()).toMatchObject({
      code: 100,
      error: { details: expect.stringContaining('/PHONE_NUMBER_ID/messages') },
    });
  });

  test('learns that its token is none', async () => {
    expect(await client('wrong').send(NUMBER, text('hi'), { to: '491701' })).toMatchObject({
      kind: 'channel',
      code: 190,
      httpStatus: 401,
    });
  });

  test('learns that the number is another’s', async () => {
    expect(await client().send('999999999999999', text('hi'), { to: '491701' })).toMatchObject({
      kind: 'channel',
      code: 100,
      error: { message: expect.stringContaining('does not exist') },
    });
  });
});

type Sent = readonly [name: string, path: string, init: (to: string) => RequestInit];

const form = (parts: readonly (readonly [string, string | File])[]): FormData => {
  const data = new FormData();
  for (const [name, value] of parts) data.append(name, value);
  return data;
};
const json = (body: object, more: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...more },
  body: JSON.stringify(body),
});
const hello = { messaging_product: 'whatsapp', type: 'text', text: { body: 'hi' } };

// As these clients make their requests; read in their sources.
const CLIENTS: readonly Sent[] = [
  [
    'pywa',
    `/v21.0/${NUMBER}/messages`,
    (to) =>
      json(
        {
          ...hello,
          recipient_type: 'individual',
          to,
          text: { body: 'hi', preview_url: false },
          context: undefined,
          biz_opaque_callback_data: 'tracker',
        },
        { 'user-agent': 'PyWa/2.0' },
      ),
  ],
  [
    'whatsapp-business-sdk',
    `/v19.0/${NUMBER}/messages`,
    (to) =>
      json(
        { to, type: 'text', text: { body: 'hi' }, messaging_product: 'whatsapp' },
        { accept: 'application/json, text/plain, */*' },
      ),
  ],
  [
    'n8n',
    `/v13.0/${NUMBER}/messages`,
    (to) => json({ messaging_product: 'whatsapp', text: { preview_url: false, body: 'hi' }, to, type: 'text' }),
  ],
  [
    'python’s requests with a number for a phone',
    `/v14.0/${NUMBER}/messages`,
    (to) => json({ ...hello, recipient_type: 'individual', to: Number(to) }),
  ],
  [
    'curl, which calls JSON a form',
    `/v26.0/${NUMBER}/messages`,
    (to) => ({ ...json({ ...hello, to }), headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  ],
  [
    'a form with JSON in it',
    `/v26.0/${NUMBER}/messages`,
    (to) => ({
      method: 'POST',
      body: new URLSearchParams({ messaging_product: 'whatsapp', to, type: 'text', text: '{"body":"hi"}' }),
    }),
  ],
  ['no version, a slash at the end', `/${NUMBER}/messages/`, (to) => json({ ...hello, to })],
  [
    'words in capitals, no type',
    `/v26.0/${NUMBER}/messages`,
    (to) => json({ messaging_product: 'WHATSAPP', to: `+${to.slice(0, 2)} (${to.slice(2)})`, text: { body: 'hi' } }),
  ],
];

describe('Existing clients, unchanged', () => {
  test.each(CLIENTS)('%s', async (_name, path, init) => {
    const { person } = await whole.meet();
    const answer = await whole.graph(path, init(person.phone));
    expect(answer).toMatchObject({
      status: 200,
      body: { messaging_product: 'whatsapp', contacts: [{ wa_id: person.phone }] },
    });
    const arrived = inboxOf(person.id);
    expect(arrived.map((one) => one.body)).toMatchObject([{ type: 'text', text: { body: 'hi' } }]);
    expect(answer.body['messages']).toEqual([{ id: arrived[0]?.id }]);
  });

  test.each([
    [
      'in the address',
      (to: string) => [`/v26.0/${NUMBER}/messages?access_token=${KEY}`, json({ ...hello, to })] as const,
    ],
    [
      'in a form',
      (to: string) =>
        [
          `/v26.0/${NUMBER}/messages`,
          {
            method: 'POST',
            body: new URLSearchParams({ access_token: KEY, messaging_product: 'whatsapp', to, text: '{"body":"hi"}' }),
          },
        ] as const,
    ],
  ])('the token may stand %s', async (_where, ask) => {
    const { person } = await whole.meet();
    const [path, init] = ask(person.phone);
    expect((await fetch(`${whole.program.url}/graph${path}`, init)).status).toBe(200);
    expect(inboxOf(person.id)).toHaveLength(1);
  });

  const file = () => new File([JPEG], 'a.jpg', { type: 'image/jpeg' });
  test.each([
    [
      'pywa and n8n: the file comes first',
      () =>
        form([
          ['file', file()],
          ['messaging_product', 'whatsapp'],
          ['type', 'image/jpeg'],
        ]),
    ],
    [
      'whatsapp-business-sdk: the file comes between',
      () =>
        form([
          ['type', 'image/jpeg'],
          ['file', file()],
          ['messaging_product', 'whatsapp'],
        ]),
    ],
    [
      'curl: the type is a field only',
      () =>
        form([
          ['messaging_product', 'whatsapp'],
          ['type', 'image/jpeg'],
          ['file', new File([JPEG], 'a.jpg')],
        ]),
    ],
  ])('an upload by %s', async (_name, body) => {
    const answer = await whole.graph(`/v26.0/${NUMBER}/media`, { method: 'POST', body: body() });
    expect(answer).toMatchObject({ status: 200, body: { id: expect.stringMatching(/^med_/) } });
    expect(await whole.graph(`/${String(answer.body['id'])}?phone_number_id=${NUMBER}`)).toMatchObject({
      status: 200,
      body: { mime_type: 'image/jpeg', file_size: JPEG.length, messaging_product: 'whatsapp' },
    });
  });

  test('a person without a phone number is answered by their BSUID', async () => {
    const { person } = await whole.meet({ identity: 'username_only' });
    const answer = await whole.graph(`/v26.0/${NUMBER}/messages`, json({ ...hello, recipient: person.bsuid }));
    expect(answer.body).toMatchObject({ contacts: [{ input: person.bsuid, user_id: person.bsuid }] });
    expect(inboxOf(person.id)).toHaveLength(1);
  });
});
