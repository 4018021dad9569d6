import { createHmac } from 'node:crypto';
import { expect } from 'vitest';
import { attacks } from './rig/attack.ts';
import { sign, toMessage, toMessages, toText } from './rig/deliveries.ts';
import { MARK, SECRETS } from './rig/secrets.ts';
import { toReceived } from './rig/stored.ts';
import { exchange, toStatuses } from './rig/wire.ts';

const attack = attacks({ prepare: (siege) => siege.receive(toText(`quiet ${MARK}`)) });

const BODY = toText(`quiet ${MARK}`);
const GOOD = sign(BODY);
const named = (value: string): Record<string, string> => ({ 'x-hub-signature-256': value });

attack(1, 'a delivery without a signature is refused with 401 and a hint', async ({ deliver }) => {
  const answer = await deliver(BODY, {});
  expect([answer.status, answer.text]).toEqual([401, expect.stringContaining('WHATSAPP_APP_SECRET')]);
});

attack(2, 'an empty signature, its prefix alone and its first right byte are refused', async ({ deliver }) => {
  for (const value of ['', 'sha256=', GOOD.slice(0, 9), GOOD.slice(0, 7 + 32), GOOD.slice(0, -1), 'sha256'])
    expect((await deliver(BODY, named(value))).status, value).toBe(401);
});

attack(3, 'signatures of another length or of what is not hex are refused with 4xx, never 5xx', async ({ deliver }) => {
  const values = [
    `${GOOD}00`,
    GOOD.slice(0, -2),
    `sha256=${'z'.repeat(64)}`,
    `sha256=${'é'.repeat(64)}`,
    `sha256=${'\u00ff'.repeat(32)}`,
    'a'.repeat(8_000),
    GOOD.toUpperCase(),
    ` ${GOOD.slice(0, -1)}`,
    '{"$ne":""}',
    '__proto__',
  ];
  for (const value of values)
    expect((await deliver(BODY, named(Buffer.from(value).toString('latin1')))).status, value.slice(0, 20)).toBe(401);
});

attack(
  4,
  'the older SHA-1 signature counts for nothing, in its own header or in the newer one',
  async ({ deliver }) => {
    const sha1 = `sha1=${createHmac('sha1', SECRETS.appSecret).update(BODY).digest('hex')}`;
    expect((await deliver(BODY, { 'x-hub-signature': sha1 })).status).toBe(401);
    expect((await deliver(BODY, named(sha1))).status).toBe(401);
    expect((await deliver(BODY, { 'x-hub-signature': GOOD })).status).toBe(401);
  },
);

attack(5, 'a signature made with any other secret of the house is refused', async ({ deliver }) => {
  const { appSecret, oldAppSecret, ...others } = SECRETS;
  expect([appSecret, oldAppSecret]).not.toContain('');
  for (const [name, secret] of Object.entries(others))
    expect((await deliver(BODY, named(sign(BODY, secret)))).status, name).toBe(401);
  for (const secret of ['', ' ', 'undefined', 'null', `${SECRETS.appSecret},${SECRETS.oldAppSecret}`])
    expect((await deliver(BODY, named(sign(BODY, secret)))).status, secret).toBe(401);
});

attack(
  6,
  'two signature headers and comma-joined values are refused, also with a right one among them',
  async (siege) => {
    const toRequest = (...lines: readonly string[]) =>
      [
        'POST /webhooks/whatsapp HTTP/1.1',
        'host: x',
        `content-length: ${Buffer.byteLength(BODY)}`,
        ...lines,
        '',
        BODY,
      ].join('\r\n');
    const wrong = `sha256=${'0'.repeat(64)}`;
    const twice = [GOOD, wrong, GOOD].flatMap((one, n, all) => all.slice(n + 1).map((other) => [one, other]));
    for (const values of twice) {
      const request = toRequest(...values.map((value) => `X-Hub-Signature-256: ${value}`));
      expect(toStatuses(await exchange(siege.url, request))).toEqual([401]);
      expect((await siege.deliver(BODY, named(values.join(', ')))).status).toBe(401);
      expect((await siege.deliver(BODY, named(values.join(',')))).status).toBe(401);
    }
  },
);

attack(7, 'a body altered by a byte, a space, another writing or a doubled key does not match', async ({ deliver }) => {
  const unicode = toText(`quiet ${MARK} é/`).replace('é', '\\u00e9').replace('/', '\\/');
  const altered: [string, string, string][] = [
    ['one byte', BODY, BODY.replace('quiet', 'quieT')],
    ['a space behind', BODY, `${BODY} `],
    ['a line behind', BODY, `${BODY}\n`],
    ['a space inside', BODY, BODY.replace('{"object":', '{ "object":')],
    ['its bytes in another writing', unicode, JSON.stringify(JSON.parse(unicode))],
    ['a doubled key', BODY, BODY.replace('"entry":', '"entry":[],"entry":')],
    ['a mark in front', BODY, `\ufeff${BODY}`],
    ['nothing left', BODY, ''],
  ];
  for (const [how, signed, sent] of altered) {
    expect(sent, how).not.toBe(signed);
    expect((await deliver(sent, named(sign(signed)))).status, how).toBe(401);
  }
});

attack(
  8,
  'raw UTF-8 and escaped characters are each right as signed, mean the same, and do not stand in for each other',
  { stores: toReceived(2) },
  async (siege) => {
    const words = `quiet ${MARK} é 😀 你好`;
    const raw = toText(words);
    const escaped = toText(words).replaceAll(
      /[\u0080-\uffff]/g,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    expect(escaped).toMatch(/^[\0-\x7f]+$/);
    expect((await siege.deliver(raw, named(sign(escaped)))).status).toBe(401);
    expect((await siege.deliver(escaped, named(sign(raw)))).status).toBe(401);
    await siege.receive(raw);
    await siege.receive(escaped);
    const rows = await siege.rows<{ body: { body: string } }>(
      `select body from messages where direction = 'in' order by id desc limit 2`,
    );
    expect(rows.map(({ body }) => body.body)).toEqual([words, words]);
  },
);

attack(
  12,
  'a captured delivery changes nothing when it is played again: at once, a day later and after six days',
  { stores: { ...toReceived(1, { segments: 'any', messages: 2, attempts: 1 }), conversations: 'any' }, sends: 1 },
  async (siege) => {
    const body = toText(`pay ${MARK}`);
    await siege.receive(body);
    for (const age of ['0 hours', '25 hours', '6 days']) {
      await siege.rows(`update event_marks set seen_at = now() - $1::interval`, [age]);
      await siege.rows(`update messages set created_at = now() - $1::interval, at = now() - $1::interval`, [age]);
      await siege.receive(body);
    }
  },
);

attack(
  12,
  'a captured message in a new envelope, in a batch and beside new ones is still the one it was',
  { stores: toReceived(2, { segments: 'any', events: 2, messages: 2 }) },
  async (siege) => {
    const captured = toMessage();
    await siege.receive(toMessages(captured));
    await siege.receive(toMessages(captured, captured));
    await siege.receive(toMessages(captured, toMessage(), captured));
  },
);

const ASK = `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${SECRETS.verifyToken}`;
const verify = (query: string) => `/webhooks/whatsapp?${query}`;

attack(
  15,
  'the verification answers 403 to a wrong token and plain text to the right one, markup included',
  async (siege) => {
    for (const query of [ASK.replace(SECRETS.verifyToken, 'x'), ASK.slice(0, -1), `${ASK}x`, ASK.toUpperCase(), '']) {
      const answer = await siege.ask(verify(query));
      expect([answer.status, answer.text]).toEqual([403, 'Forbidden']);
    }
    const page = '<script>alert(1)</script>';
    const answer = await siege.ask(verify(ASK.replace('1158201444', encodeURIComponent(page))));
    expect([answer.status, answer.text, answer.headers.get('content-type')]).toEqual([
      200,
      page,
      'text/plain; charset=utf-8',
    ]);
  },
);

attack(
  15,
  'a browser that is led to the challenge renders nothing: it is told not to guess the type',
  async (siege) => {
    const page = encodeURIComponent('<script>alert(1)</script>');
    const answer = await siege.ask(verify(ASK.replace('1158201444', page)));
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  },
);

attack(16, 'lists, objects and repeated parameters in the verification are refused', async (siege) => {
  const token = `hub.verify_token=${SECRETS.verifyToken}`;
  const queries = [
    ASK.replace('verify_token', 'verify_token[]'),
    ASK.replace('verify_token', 'verify_token[0]'),
    ASK.replace('hub.mode', 'hub[mode]'),
    ASK.replace('hub.challenge', 'hub.challenge[x]'),
    `${ASK}&hub.verify_token[]=x`,
    `${ASK}&${token}`,
    `${ASK}&hub.mode=subscribe`,
    `${ASK}&hub.challenge=2`,
    `hub.verify_token=x&${ASK}`,
    `${ASK}&hub.verify_token=`,
    `hub.mode=subscribe&hub.challenge=1&__proto__[verify_token]=x`,
  ];
  for (const query of queries) expect((await siege.ask(verify(query))).status, query).toBe(403);
});

attack(
  10,
  'while secrets rotate both are right, and the old one is not a moment longer',
  { stores: toReceived(2) },
  async (siege) => {
    const [before, during, after] = [0, 1, 2].map(() => toText(`quiet ${MARK}`));
    expect((await siege.deliver(before ?? '', named(sign(before ?? '', SECRETS.oldAppSecret)))).status).toBe(200);
    await siege.restart({ WHATSAPP_APP_SECRET: SECRETS.appSecret });
    expect((await siege.deliver(during ?? '', named(sign(during ?? '', SECRETS.oldAppSecret)))).status).toBe(401);
    expect((await siege.deliver(after ?? '')).status).toBe(200);
  },
);
