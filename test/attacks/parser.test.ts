import { gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import { attacks } from './rig/attack.ts';
import { BODIES, ELEMENTS } from './fixtures/hostile-bodies.ts';
import { sign, toDelivery, toMessage, toMessages, toText } from './rig/deliveries.ts';
import { MARK, SECRETS, toPhone } from './rig/secrets.ts';
import type { Siege } from './rig/siege.ts';
import { toReceived, toStrange } from './rig/stored.ts';
import { exchange, openLine, toStatuses } from './rig/wire.ts';

const attack = attacks({ prepare: (siege) => siege.receive(toText(`quiet ${MARK}`)) });
const MB = 1 << 20;

const listKinds = async ({ rows }: Siege, count: number): Promise<string[]> =>
  (await rows<{ kind: string }>('select kind from events order by position desc limit $1', [count])).map(
    ({ kind }) => kind,
  );

const TYPES = [
  'multipart/form-data; boundary=x',
  'text/plain',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'application/json; charset="',
  '\t',
];

attack(
  17,
  'the type that a delivery claims changes nothing: what is signed is read as what it is',
  { stores: toReceived(TYPES.length) },
  async (siege) => {
    for (const type of TYPES) {
      const body = toText(`quiet ${MARK}`);
      const answer = await siege.deliver(body, { 'content-type': type, 'x-hub-signature-256': sign(body) });
      expect([type, answer.status]).toEqual([type, 200]);
    }
    await siege.settled();
    expect(await listKinds(siege, TYPES.length)).toEqual(TYPES.map(() => 'message.received'));
  },
);

attack(17, 'the API takes JSON as JSON and nothing else, whatever the body is', async (siege) => {
  const send = JSON.stringify({ to: toPhone(1), message: { type: 'text', text: { body: MARK } } });
  const types = [
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'text/json',
    'x',
  ];
  for (const type of types) {
    const answer = await siege.api('POST', '/api/v1/messages', send, { 'content-type': type });
    expect([type, answer.status, JSON.parse(answer.text)]).toMatchObject([
      type,
      415,
      { code: 'unsupported_media_type' },
    ]);
  }
  for (const type of ['application/json; charset=utf-16', 'application/json;charset=x']) {
    const answer = await siege.api('POST', '/api/v1/messages', Buffer.from(send, 'utf16le').toString('latin1'), {
      'content-type': type,
    });
    expect(answer.status, type).toBe(400);
  }
});

attack(
  17,
  'JSON that pretends to be an upload is bytes of a file at most: no path in it is opened',
  { stores: { media: 'any', blobs: 'any' } },
  async (siege) => {
    const forged = { files: { file: [{ filepath: '/etc/passwd', path: '/etc/passwd', originalFilename: 'a.txt' }] } };
    const answer = await siege.api('POST', '/api/v1/media?kind=document', forged);
    expect([201, 422]).toContain(answer.status);
    const form = ['--x', 'content-disposition: form-data; name="file.filepath"', '', '/etc/passwd', '--x--', ''].join(
      '\r\n',
    );
    const type = { 'content-type': 'multipart/form-data; boundary=x' };
    expect((await siege.api('POST', '/api/v1/media', form, type)).status).toBe(400);
    const rows = await siege.rows<{ id: string }>(`select id from media where origin = 'upload'`);
    for (const { id } of rows) {
      const { url } = JSON.parse((await siege.api('GET', `/api/v1/media/${id}`)).text) as { url: string };
      expect((await siege.ask(url)).text).toBe(JSON.stringify(forged));
    }
  },
);

attack(18, 'a signed delivery of 3 MB is taken whole', { stores: toReceived(1) }, async (siege) => {
  const text = toText(`quiet ${MARK}`);
  const body = `${text.slice(0, -1)}${' '.repeat(3 * MB)}}`;
  await siege.receive(body);
  expect(await listKinds(siege, 1)).toEqual(['message.received']);
});

attack(18, 'one byte above the limit is refused by its length before a byte of it is read', async (siege) => {
  const head = `POST /webhooks/whatsapp HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${sign('')}\r\ncontent-length: ${4 * MB + 1}\r\n\r\n`;
  expect(toStatuses(await exchange(siege.url, head))).toEqual([413]);
});

attack(18, 'a body in chunks without a length is counted as it comes and cut at the limit', async (siege) => {
  const line = openLine(siege.url);
  line.write('POST /webhooks/whatsapp HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
  const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(MB, 0x20), Buffer.from('\r\n')]);
  for (let n = 0; n < 6; n++) line.write(chunk);
  expect(toStatuses(await line.ended)).toEqual([413]);
});

attack(18, 'packed bodies are refused unopened, at the webhook and at the API', async (siege) => {
  const bomb = gzipSync(Buffer.alloc(64 * MB));
  for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'gzip, gzip']) {
    const headers = { 'content-encoding': encoding, 'x-hub-signature-256': sign(bomb) };
    expect((await siege.deliver(bomb, headers)).status, encoding).toBe(415);
  }
  const answer = await siege.api('POST', '/api/v1/messages', bomb.toString('latin1'), { 'content-encoding': 'gzip' });
  expect([400, 413, 415]).toContain(answer.status);
});

attack(18, 'the API refuses more than its megabyte, and of a stranger reads nothing at all', async (siege) => {
  const large = JSON.stringify({ reason: 'x'.repeat(2 * MB) });
  expect((await siege.api('PUT', '/api/v1/policy', large)).status).toBe(413);
  const head = `POST /api/v1/messages HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000000\r\n\r\n`;
  expect(toStatuses(await exchange(siege.url, head))).toEqual([401]);
});

const elements = Object.entries(ELEMENTS);
/** Of them are texts all the same, and get their answers too. */
const READABLE = 5;
attack(
  19,
  'hostile elements of a batch are kept as some event, and their neighbours are answered, each once',
  {
    stores: {
      ...toStrange(0),
      segments: elements.length,
      events: 2 * elements.length,
      event_marks: 2 * elements.length,
      attempts: 'any',
    },
    sends: elements.length + READABLE,
  },
  async (siege) => {
    const mark = siege.graph.all.length;
    const toGood = (n: number) =>
      JSON.stringify(toMessage({ from: toPhone(2), type: 'text', text: { body: `${MARK} ${n}` } }));
    const toList = (element: string, n: number) =>
      toDelivery({ value: { messages: '@' } }).replace('"@"', `[${element},${toGood(n)}]`);
    await siege.receive(...elements.map(([, element], n) => toList(element, n)));
    const answered = siege.graph.texts(mark).filter((text) => text.startsWith(MARK));
    expect(answered).toEqual(elements.map((_, n) => `${MARK} ${n}`));
    expect(await siege.rows(`select 1 from quarantine`)).toEqual([]);
  },
);

const bodies = Object.entries(BODIES);
attack(
  19,
  'hostile bodies, 100,000 levels and keys, 1e400 and __proto__ among them, are each one event that can be looked at',
  { stores: { segments: bodies.length, events: bodies.length, event_marks: bodies.length } },
  async (siege) => {
    await siege.receive(...bodies.map(([, { body }]) => body));
    const kinds = (await listKinds(siege, bodies.length)).toReversed();
    for (const [n, [name, { kind }]] of bodies.entries()) expect(kinds[n], name).toMatch(new RegExp(`^${kind}`));
    const { data } = JSON.parse((await siege.api('GET', `/api/v1/events?limit=${bodies.length}`)).text) as {
      data: { id: string }[];
    };
    for (const { id } of data) expect((await siege.api('GET', `/api/v1/events/${id}`)).status).toBe(200);
  },
);

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

attack(19, 'the API answers the same shapes with a problem, never with 5xx', async (siege) => {
  const head = `{"to":"${toPhone(1)}","message":`;
  const keys = Array.from({ length: 60_000 }, (_, n) => `"k${n}":${n}`).join();
  const hostile = [
    `${head}${nested(100_000)}}`,
    `${head}{"type":"text","text":{"body":1e400}}}`,
    `${head}{${keys}}}`,
    `${head}{"__proto__":{"type":"text"},"type":"__proto__"}}`,
    `${head}{"type":"constructor","constructor":{"prototype":{"admin":true}}}}`,
    `{"__proto__":{"admin":true},"to":"1"}`,
    nested(100_000),
    'null',
    '1e400',
    '"x"',
    '',
    '{"to":',
  ];
  for (const body of hostile) {
    const answer = await siege.api('POST', '/api/v1/messages', body);
    expect([400, 413, 415, 422], `${body.slice(0, 80)}: ${answer.text.slice(0, 300)}`).toContain(answer.status);
    expect(JSON.parse(answer.text)).toHaveProperty('code');
  }
});

const STRANGE = {
  NUL: 'a\0b',
  'half a surrogate pair': '\ud83d quiet',
  'four-byte letters': '😀𠜎👩‍👩‍👧‍👦',
  'the right-to-left override': '\u202egpj.exe',
  'all control characters': Array.from({ length: 32 }, (_, n) => String.fromCharCode(n)).join(''),
  'zero-width and byte order marks': '\ufeff\u200b\u2060',
};
const strange = Object.values(STRANGE);
attack(
  20,
  'NUL, lone surrogates, emoji and direction marks in texts and names are stored and shown, and harm no other message',
  { stores: { ...toStrange(strange.length), messages: strange.length } },
  async (siege) => {
    const toBody = (text: string) => {
      const message = toMessage({ from: toPhone(3), type: 'text', text: { body: `quiet ${MARK} ${text}` } });
      const contacts = [{ profile: { name: `${MARK} ${text}`, username: text }, wa_id: toPhone(3) }];
      return toDelivery({ value: { contacts, messages: [message] } });
    };
    await siege.receive(...strange.map(toBody));
    const list = await siege.api('GET', `/api/v1/messages?limit=${strange.length}`);
    expect(list.status).toBe(200);
    const { data } = JSON.parse(list.text) as { data: { body: { body: string } }[] };
    const shown = data.map(({ body }) => body.body).toReversed();
    for (const [n, text] of strange.entries())
      expect(shown[n]).toBe(`quiet ${MARK} ${text.replaceAll('\0', '\ufffd').toWellFormed()}`);
    expect(await siege.rows('select 1 from quarantine')).toEqual([]);
  },
);

attack(
  20,
  'texts and names that PostgreSQL cannot hold are refused or replaced by the API, never answered with 5xx',
  async (siege) => {
    const [{ id } = { id: '' }] = await siege.rows<{ id: string }>('select id from contacts limit 1');
    const patch = (body: object) => siege.api('PATCH', `/api/v1/contacts/${id}`, body, { 'if-match': '"x"' });
    const nul = encodeURIComponent('\0');
    const answers = [
      await patch({ name: 'a\0' }),
      await patch({ timeZone: 'Europe/\0' }),
      ...(await Promise.all(
        [
          `/events/${nul}`,
          `/messages/${nul}`,
          `/contacts/${nul}`,
          `/media/${nul}`,
          `/templates/${nul}`,
          `/conversations/${nul}`,
          `/conversations/${nul}/messages`,
          `/events?kind=${nul}&channelId=${nul}`,
          `/messages?type=${nul}&origin=${nul}&contactId=${nul}`,
          `/templates?name=${nul}&channelId=${nul}&language=${nul}&status=${nul}`,
          `/consents?contactId=${nul}`,
          `/messages?after=${Buffer.from('["m","\\u0000"]').toString('base64url')}`,
        ].map((path) => siege.api('GET', `/api/v1${path}`)),
      )),
      await siege.api('POST', '/api/v1/messages', { channelId: '\0', to: toPhone(1), message: {} }),
      await siege.api('POST', '/api/v1/messages', {
        conversationId: '\0',
        message: { type: 'text', text: { body: 'a' } },
      }),
      await siege.api('POST', `/api/v1/channels/${nul}/pause`, { reason: '\0' }),
    ];
    for (const { status, text } of answers) expect([200, 400, 404, 412, 422], text).toContain(status);
  },
);

attack(23, 'headers in which a proxy would speak change neither who one is nor where a link leads', async (siege) => {
  const forged = {
    'x-forwarded-for': '127.0.0.1',
    'x-real-ip': '127.0.0.1',
    forwarded: 'for=127.0.0.1;host=evil.example;proto=https',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example',
    'x-original-url': '/api/v1/me',
    'x-rewrite-url': '/api/v1/me',
    'x-http-method-override': 'DELETE',
    'x-workspace-id': 'main',
  };
  expect((await siege.ask('/api/v1/me', { headers: forged })).status).toBe(401);
  const answers = [
    await siege.api('GET', '/api/v1/me', undefined, forged),
    await siege.api('GET', '/api/v1/nowhere', undefined, forged),
    await siege.ask('/api/v1/openapi.json', { headers: forged }),
  ];
  for (const { text, headers } of answers) expect(text + [...headers].join()).not.toContain('evil.example');
  const raw = `GET /api/v1/me HTTP/1.1\r\nhost: evil.example\r\nauthorization: Bearer ${SECRETS.apiKey}\r\n\r\n`;
  expect(await exchange(siege.url, raw)).not.toContain('evil.example');
});

attack(
  23,
  'ten wrong keys count for the address they come from, whatever address their headers claim',
  async (siege) => {
    const attempt = (n: number) =>
      siege.ask('/api/v1/session', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': `203.0.113.${n}`,
          'x-real-ip': `203.0.113.${n}`,
        },
        body: JSON.stringify({ key: `guess ${n}` }),
      });
    const statuses: number[] = [];
    for (let n = 0; n < 14; n++) statuses.push((await attempt(n)).status);
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(statuses.slice(11)).toEqual([429, 429, 429]);
  },
);

attack(
  20,
  'a message that nobody has seen before stays one event beside ordinary ones',
  { stores: toStrange(1) },
  async (siege) => {
    const odd = toMessages(toMessage({ from: toPhone(4), type: '\u0000__proto__', ['\u0000']: '\ud800' }));
    await siege.receive(odd);
    expect(await siege.rows('select 1 from quarantine')).toEqual([]);
  },
);
