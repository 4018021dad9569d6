import { createHmac } from 'node:crypto';
import { signBody } from '@wharf/whatsapp';
import { afterEach, describe, expect, test } from 'vitest';
import { makeGate, turns } from '../kit/fixtures/rig.ts';
import { type Door, META, openDoor, SECRET, toBytes } from './fixtures/door.ts';

const BODY = '{"object":"whatsapp_business_account","text":"\\u00e9"}';
const GOOD = signBody(Buffer.from(BODY), SECRET);

let door: Door;
afterEach(() => door.close());
const open = async (more: Parameters<typeof openDoor>[0] = {}): Promise<Door> => (door = await openDoor(more));

describe('A signed delivery', () => {
  test('is handed on byte for byte, and answered 200', async () => {
    await open();
    const body = Buffer.from([...Buffer.from('{"x":"'), 0xff, 0x00, 0x0a, ...Buffer.from('"}')]);
    const answer = await door.send({ body, headers: door.sign(body) });
    expect([answer.status, answer.text]).toEqual([200, 'OK']);
    expect(door.appended.map((delivery) => [delivery.provider, delivery.source, delivery.workspaceId])).toEqual([
      ['meta', '', 'main'],
    ]);
    expect(Buffer.compare(door.appended[0]?.body ?? Buffer.alloc(0), body)).toBe(0);
    expect(door.verdicts).toEqual(['stored']);
  });

  test('is not answered before it is stored, however long that takes', async () => {
    const gate = makeGate();
    await open({ append: () => gate.promise });
    const line = door.line();
    line.write(toBytes(BODY, GOOD));
    let answered = false;
    const answers = line.answers(1).then((got) => {
      answered = true;
      return got;
    });
    // Another whole round trip over the same server, and the answer is still not there.
    await door.send({ method: 'GET' });
    await turns(20);
    expect(answered).toBe(false);
    gate.open();
    expect((await answers)[0]?.status).toBe(200);
  });

  test.each(['not json', '', '[]', '{"object":"page"}', '['.repeat(100_000), '{"__proto__":1}', '"\\ud800\\u0000"'])(
    'whatever it says (%.12s) is stored whole: asking again would not mend it',
    async (body) => {
      await open();
      expect((await door.send({ body, headers: door.sign(body) })).status).toBe(200);
      expect(door.appended[0]?.body.toString()).toBe(body);
    },
  );

  test('of exactly 4 MB is taken', async () => {
    await open();
    const body = Buffer.alloc(4 << 20, 0x20);
    expect((await door.send({ body, headers: door.sign(body) })).status).toBe(200);
  });

  test('in chunks is one delivery', async () => {
    await open();
    const line = door.line();
    line.write(
      `POST ${META} HTTP/1.1\r\nhost: x\r\nx-hub-signature-256: ${GOOD}\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    for (const byte of BODY) line.write(`1\r\n${byte}\r\n`);
    line.write('0\r\n\r\n');
    expect((await line.answers(1))[0]?.status).toBe(200);
    expect(door.appended[0]?.body.toString()).toBe(BODY);
  });

  test.each(['old', 'new'])('with the %s secret is taken while secrets rotate', async (which) => {
    await open({ appSecrets: ['the-new-secret', 'the-old-secret'] });
    expect((await door.send({ body: BODY, headers: door.sign(BODY, `the-${which}-secret`) })).status).toBe(200);
  });

  test.each([`${META}/`, `${META}?a=b`, `${META}/?hub.mode=subscribe`])('is taken at %s', async (path) => {
    await open();
    expect((await door.send({ path, body: BODY, headers: door.sign(BODY) })).status).toBe(200);
  });

  test.each(['/webhooks', '/webhooks/whatsappx', '/webhooks/whatsapp/x', '//webhooks/whatsapp', '/Webhooks/whatsapp'])(
    "is somebody else's at %s",
    async (path) => {
      await open();
      expect((await door.send({ path, body: BODY, headers: door.sign(BODY) })).status).toBe(404);
      expect(door.appended).toEqual([]);
    },
  );
});

describe('An unsigned delivery', () => {
  const sha1 = `sha1=${createHmac('sha1', SECRET).update(BODY).digest('hex')}`;
  const cases: [string, Record<string, string | string[]>][] = [
    ['no header', {}],
    ['an empty header', { 'x-hub-signature-256': '' }],
    ['the older header alone', { 'x-hub-signature': sha1 }],
    ['sha1 in the newer header', { 'x-hub-signature-256': sha1 }],
    ['a header one digit short', { 'x-hub-signature-256': GOOD.slice(0, -1) }],
    ['a header one digit long', { 'x-hub-signature-256': `${GOOD}0` }],
    ['a very long header', { 'x-hub-signature-256': GOOD + '0'.repeat(8_000) }],
    ['what is not hex', { 'x-hub-signature-256': `sha256=${'z'.repeat(64)}` }],
    ['bytes above ASCII', { 'x-hub-signature-256': `sha256=${'é'.repeat(64)}` }],
    ['the right header twice', { 'x-hub-signature-256': [GOOD, GOOD] }],
    ['another secret', { 'x-hub-signature-256': signBody(Buffer.from(BODY), 'another') }],
    ['the digits without their name', { 'x-hub-signature-256': GOOD.slice(7) }],
  ];
  test.each(cases)('with %s is answered 401 and not stored', async (_name, headers) => {
    await open();
    const answer = await door.send({ body: BODY, headers });
    expect([answer.status, door.appended, door.verdicts]).toEqual([401, [], ['unsigned']]);
  });

  test.each([
    ['written anew from its JSON', JSON.stringify(JSON.parse(BODY))],
    ['with one byte changed', BODY.replace('object', 'objecT')],
    ['with one byte more', `${BODY} `],
    ['with one byte less', BODY.slice(0, -1)],
    ['of nothing', ''],
  ])('%s does not match the signature of the first', async (_name, body) => {
    await open();
    expect(body).not.toBe(BODY);
    expect((await door.send({ body, headers: { 'x-hub-signature-256': GOOD } })).status).toBe(401);
    expect(door.appended).toEqual([]);
  });

  test.each([[[]], [['']]])('is everything while the secrets are %j', async (appSecrets) => {
    await open({ appSecrets });
    expect((await door.send({ body: BODY, headers: door.sign(BODY, appSecrets[0] ?? SECRET) })).status).toBe(401);
  });

  test('writes one line a second at most, with a count and nothing of the request', async () => {
    await open();
    for (let second = 0; second < 3; second++) {
      for (let n = 0; n < 20; n++)
        await door.send({ body: 'a secret word', headers: { 'x-hub-signature-256': 'forged' } });
      door.clock.advance(1_000);
    }
    expect(door.log.lines).toEqual([
      { level: 'warn', message: 'delivery.refused', verdict: 'unsigned', requests: 1 },
      { level: 'warn', message: 'delivery.refused', verdict: 'unsigned', requests: 20 },
      { level: 'warn', message: 'delivery.refused', verdict: 'unsigned', requests: 20 },
    ]);
  });
});

describe('The verification', () => {
  const ask = 'hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=tok%2Fen';

  test('is answered with the challenge as plain text', async () => {
    await open();
    const answer = await door.send({ method: 'GET', path: `${META}?${ask}` });
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([
      200,
      '1158201444',
      'text/plain; charset=utf-8',
    ]);
  });

  test('hands a challenge of markup back as text, never as a page', async () => {
    await open();
    const answer = await door.send({ method: 'GET', path: `${META}?${ask.replace('1158201444', '%3Cscript%3E')}` });
    expect([answer.text, answer.headers['content-type']]).toEqual(['<script>', 'text/plain; charset=utf-8']);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    ['another token', ask.replace('tok%2Fen', 'other')],
    ['no token', 'hub.mode=subscribe&hub.challenge=1'],
    ['an empty token', ask.replace('tok%2Fen', '')],
    ['the token twice', `${ask}&hub.verify_token=tok%2Fen`],
    ['the token as a list', ask.replace('verify_token', 'verify_token[]')],
    ['the challenge as an object', ask.replace('challenge', 'challenge[x]')],
    ['another mode', ask.replace('subscribe', 'unsubscribe')],
    ['nothing', ''],
  ])('with %s is answered 403', async (_name, query) => {
    await open();
    expect((await door.send({ method: 'GET', path: `${META}?${query}` })).status).toBe(403);
  });

  test('is answered 403 while no token is configured', async () => {
    await open({ verifyToken: null });
    expect((await door.send({ method: 'GET', path: `${META}?${ask}` })).status).toBe(403);
  });
});

describe('What cannot be taken', () => {
  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])(
    '%s is answered 405 with what is allowed',
    async (method) => {
      await open();
      const answer = await door.send({ method, headers: door.sign('') });
      expect([answer.status, answer.headers['allow'], door.appended]).toEqual([405, 'GET, POST', []]);
    },
  );

  test.each(['gzip', 'br', 'deflate', 'gzip, identity'])('content-encoding %s is answered 415', async (encoding) => {
    await open();
    const answer = await door.send({ body: BODY, headers: { ...door.sign(BODY), 'content-encoding': encoding } });
    expect([answer.status, door.appended]).toEqual([415, []]);
  });

  test('content-encoding identity is none', async () => {
    await open();
    expect(
      (await door.send({ body: BODY, headers: { ...door.sign(BODY), 'content-encoding': 'identity' } })).status,
    ).toBe(200);
  });

  test('a length above 4 MB is answered 413 before a byte of it is read', async () => {
    await open();
    const line = door.line();
    line.write(`POST ${META} HTTP/1.1\r\nhost: x\r\ncontent-length: ${(4 << 20) + 1}\r\n\r\n`);
    expect((await line.answers(1))[0]?.status).toBe(413);
    await line.closed;
    expect(door.appended).toEqual([]);
  });

  test('chunks that add up to more than 4 MB are answered 413, and no more of them is read', async () => {
    await open();
    const line = door.line();
    line.write(`POST ${META} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 0x20), Buffer.from('\r\n')]);
    for (let n = 0; n < 64; n++) line.write(chunk);
    line.write('1\r\n \r\n');
    expect((await line.answers(1))[0]?.status).toBe(413);
    await line.closed;
    expect([door.appended, door.verdicts]).toEqual([[], ['too_large']]);
  });

  test('a common client that sends 6 MB is told 413, not merely cut off', async () => {
    await open();
    const body = Buffer.alloc(6 << 20, 0x20);
    expect((await door.send({ body, headers: door.sign(body) })).status).toBe(413);
  });

  const unable: [string, Partial<Parameters<typeof openDoor>[0]>][] = [
    ['is not ready', { isReady: () => false }],
    ['is full', { append: () => null }],
    ['cannot store', { append: () => Promise.reject(new Error('the database went away')) }],
    [
      'has a bug in front of the store',
      {
        append: () => {
          throw new TypeError('a bug');
        },
      },
    ],
  ];
  test.each(unable)('when it %s the answer is 503 with Retry-After, never 200', async (_name, options) => {
    await open(options);
    const answer = await door.send({ body: BODY, headers: door.sign(BODY) });
    expect([answer.status, answer.headers['retry-after'], door.verdicts]).toEqual([503, '5', ['unavailable']]);
  });

  test('while it is not ready it answers before the body is there', async () => {
    await open({ isReady: () => false });
    const line = door.line();
    line.write(`POST ${META} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n`);
    expect((await line.answers(1))[0]?.status).toBe(503);
  });

  test('a common client that sends 3 MB while it is not ready is told 503', async () => {
    await open({ isReady: () => false });
    const body = Buffer.alloc(3 << 20, 0x20);
    expect((await door.send({ body, headers: door.sign(body) })).status).toBe(503);
  });

  test('an error of the store is told nobody outside', async () => {
    await open({ append: () => Promise.reject(new Error('password=hunter2')) });
    const answer = await door.send({ body: BODY, headers: door.sign(BODY) });
    expect(JSON.stringify([answer, door.log.lines])).not.toContain('hunter2');
  });
});
