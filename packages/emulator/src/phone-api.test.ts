import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Emulator, PhoneMessage, PhonePerson, PhoneState, PhoneUpdate } from './contract.ts';
import { graph, numberId, says, sendText, withScene } from './testing.ts';

interface Reply<T> {
  readonly status: number;
  readonly body: T;
}

// The caller names the shape it expects.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
async function call<T>(emulator: Emulator, path: string, body?: unknown, method = 'POST'): Promise<Reply<T>> {
  const init =
    body === undefined ? {} : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(`${emulator.phoneUrl}api/${path}`, init);
  return { status: response.status, body: (await response.json()) as T };
}

test('the state names the numbers, four kinds of customers, the messages and the webhook', async () => {
  await withScene({}, async ({ emulator, receiver, finish, clock }) => {
    const message = emulator.send(says('ana'));
    await finish();
    const { body } = await call<PhoneState>(emulator, 'state');
    expect(body.numbers).toEqual([
      { id: numberId, displayPhoneNumber: '15550001111', verifiedName: expect.any(String) },
    ]);
    expect(body.people.map(({ identity }) => identity)).toEqual([
      'phone',
      'phone',
      'username_and_phone',
      'username_only',
    ]);
    expect(body.messages).toEqual([{ ...message, ticks: 'delivered' }]);
    expect(body.webhook).toEqual({ url: receiver.url, lastStatus: 200, lastError: null, pending: 0 });
    expect(body.now).toBe(clock.now());
  });
});

test('the state says why the webhook does not answer', async () => {
  await withScene({}, async ({ emulator, receiver }) => {
    receiver.nextStatuses.push(503);
    emulator.send(says('ana'));
    await emulator.quiet();
    const { body } = await call<PhoneState>(emulator, 'state');
    expect(body.webhook).toMatchObject({ lastStatus: 503, lastError: 'HTTP 503', pending: 1 });
  });
});

describe('actions', () => {
  test('a message, a reaction, an edit and a revoke do what they do on a phone', async () => {
    await withScene({}, async ({ emulator }) => {
      const sent = await call<PhoneMessage>(emulator, 'messages', says('ana', 'helo'));
      expect([sent.status, sent.body.ticks]).toEqual([201, 'sent']);
      const which = { personId: 'ana', messageId: sent.body.id };
      await call(emulator, 'reactions', { ...which, numberId, emoji: '👍' });
      expect((await call<PhoneState>(emulator, 'state')).body.messages).toMatchObject([
        { reactions: { customer: '👍' } },
      ]);
      await call(emulator, 'edits', { ...which, text: 'hello' });
      await call(emulator, 'revokes', which);
      expect((await call<PhoneState>(emulator, 'state')).body.messages).toMatchObject([
        { edited: true, deleted: true },
      ]);
    });
  });

  test('people join and change', async () => {
    await withScene({}, async ({ emulator }) => {
      const joined = await call<PhonePerson>(emulator, 'people', { name: 'Eve', identity: 'username_only' });
      expect([joined.status, joined.body]).toEqual([
        201,
        expect.objectContaining({
          name: 'Eve',
          identity: 'username_only',
          username: expect.stringMatching(/^eve_\d{4}$/),
          online: true,
        }),
      ]);
      const changed = await call<PhonePerson>(emulator, `people/${joined.body.id}`, { online: false }, 'PATCH');
      expect(changed.body).toMatchObject({ online: false, readReceipts: true });
    });
  });

  test.each([
    ['messages', {}],
    ['messages', { ...says('nobody') }],
    ['messages', { ...says('ana'), numberId: '1' }],
    ['messages', { personId: 'ana', numberId, body: { type: 'poll' } }],
    ['messages', { personId: 'ana', numberId, body: { type: 'text' } }],
    ['messages', { personId: 'ana', numberId, body: { type: 'image' } }],
    ['messages', { personId: 'ana', numberId, body: { type: 'location' } }],
    ['reactions', { personId: 'ana', numberId, messageId: 'x' }],
    ['edits', { personId: 'ana', messageId: 'x', text: 'y' }],
    ['people', {}],
    ['people', { name: 'Eve', identity: 'spy' }],
    ['people', { name: 'Ana again', phone: '5511999990001' }],
  ])('a wrong %s %j is refused with a sentence', async (path, body) => {
    await withScene({}, async ({ emulator }) => {
      const reply = await call<{ error: string }>(emulator, path, body);
      expect([reply.status, typeof reply.body.error]).toEqual([400, 'string']);
    });
  });

  test('a form of a foreign page is refused', async () => {
    await withScene({}, async ({ emulator }) => {
      const response = await fetch(`${emulator.phoneUrl}api/messages`, {
        method: 'POST',
        body: JSON.stringify(says('ana')),
      });
      expect(response.status).toBe(400);
      expect((await call<PhoneState>(emulator, 'state')).body.messages).toEqual([]);
    });
  });

  test('what is not there is 404', async () => {
    await withScene({}, async ({ emulator }) => {
      expect((await call(emulator, 'nothing')).status).toBe(404);
      expect((await call(emulator, 'nothing', {})).status).toBe(404);
      expect((await call(emulator, 'media/1')).status).toBe(404);
      expect((await call(emulator, 'toString', {})).status).toBe(404);
    });
  });
});

test('bytes from strangers are shown without being run', async () => {
  await withScene({}, async ({ emulator }) => {
    const file = { base64: Buffer.from('<script>').toString('base64'), mimeType: 'text/html', filename: 'x.html' };
    const message = emulator.send({ personId: 'ana', numberId, body: { type: 'document', file } });
    const { headers } = await fetch(new URL(message.mediaUrl ?? '', emulator.url));
    expect(headers.get('content-security-policy')).toContain('sandbox');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

/** Reads the stream until `count` updates came. */
function readUpdates(emulator: Emulator, count: number): { opened: Promise<void>; updates: Promise<PhoneUpdate[]> } {
  const opened = Promise.withResolvers<void>();
  const updates = new Promise<PhoneUpdate[]>((resolve, reject) => {
    const call = request(`${emulator.phoneUrl}api/stream`, (response) => {
      expect(response.headers['content-type']).toBe('text/event-stream');
      let text = '';
      response.on('data', (chunk: Buffer) => {
        opened.resolve();
        text += chunk.toString('utf8');
        const found = [...text.matchAll(/^data: (.*)\n\n/gm)].map(([, json]) => JSON.parse(json ?? '') as PhoneUpdate);
        if (found.length < count) return;
        call.destroy();
        resolve(found.slice(0, count));
      });
    });
    call.on('error', reject);
    call.end();
  });
  return { opened: opened.promise, updates };
}

test('the stream tells of messages, ticks, replies, typing and people as they happen', async () => {
  await withScene({}, async ({ emulator, clock }) => {
    const { opened, updates } = readUpdates(emulator, 6);
    await opened;
    const { id } = emulator.send(says('ana'));
    await emulator.quiet();
    await sendText(emulator, { to: '5511999990001' }, 'Olá 👍');
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: id, typing_indicator: { type: 'text' } };
    await graph(emulator, `/${numberId}/messages`, { json: read });
    emulator.addPerson({ name: 'Eve' });
    const told = (await updates).filter(({ type }) => type !== 'webhook');
    expect(told.slice(0, 5)).toMatchObject([
      { type: 'message', message: { id, ticks: 'sent' } },
      { type: 'message', message: { id, ticks: 'delivered' } },
      { type: 'message', message: { direction: 'in', body: { text: { body: 'Olá 👍' } } } },
      { type: 'message', message: { id, ticks: 'read' } },
      { type: 'typing', personId: 'ana', numberId, until: clock.now() + 25_000 },
    ]);
  });
});

describe('the page', () => {
  const withDist = async (run: (dist: string) => Promise<void>): Promise<void> => {
    const root = await mkdtemp(join(tmpdir(), 'phone-'));
    await mkdir(join(root, 'dist', 'assets'), { recursive: true });
    await writeFile(join(root, 'dist', 'index.html'), '<title>page</title>');
    await writeFile(join(root, 'dist', 'assets', 'app.js'), 'run()');
    await writeFile(join(root, 'secret.txt'), 'secret');
    await run(join(root, 'dist'));
    await rm(root, { recursive: true });
  };

  test.each([
    ['/phone/', 'text/html; charset=utf-8', '<title>page</title>'],
    ['/phone', 'text/html; charset=utf-8', '<title>page</title>'],
    ['/phone/people/ana', 'text/html; charset=utf-8', '<title>page</title>'],
    ['/phone/assets/app.js', 'text/javascript; charset=utf-8', 'run()'],
    ['/phone/assets/gone.js', 'text/html; charset=utf-8', '<title>page</title>'],
    ['/phone/..%2fsecret.txt', 'text/html; charset=utf-8', '<title>page</title>'],
    ['/phone/..%5csecret.txt', 'text/html; charset=utf-8', '<title>page</title>'],
  ])('%s', async (path, type, text) => {
    await withDist(async (phoneDist) => {
      await withScene({ phoneDist }, async ({ emulator }) => {
        const response = await fetch(`${emulator.url}${path}`);
        expect(response.headers.get('content-type')).toBe(type);
        expect(await response.text()).toBe(text);
      });
    });
  });

  test('says how to build it when it is not built', async () => {
    await withScene({ phoneDist: join(tmpdir(), 'no-such-folder') }, async ({ emulator }) => {
      expect(await (await fetch(emulator.phoneUrl)).text()).toContain('npm run build');
    });
  });

  test('a browser at the root is sent to it', async () => {
    await withScene({}, async ({ emulator }) => {
      const response = await fetch(emulator.url, { headers: { accept: 'text/html' }, redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([302, '/phone/']);
    });
  });
});

describe('commands', () => {
  const patch = (emulator: Emulator, path: string, body: object): Promise<Reply<Record<string, unknown>>> =>
    call(emulator, path, body, 'PATCH');

  test('people stop marketing and block; Meta decides about templates, numbers and the account', async () => {
    await withScene({}, async ({ emulator }) => {
      const id = '10152347985345567';
      expect(
        (await patch(emulator, 'people/ana', { marketing: 'stop', blocked: true, marketingCap: 3 })).body,
      ).toMatchObject({ id: 'ana', stoppedMarketing: true, blocked: true, marketingCap: 3 });
      expect((await patch(emulator, 'people/ana', { marketingCap: null })).body).not.toHaveProperty('marketingCap');
      expect((await patch(emulator, `templates/${id}`, { status: 'PAUSED' })).body).toMatchObject({
        id,
        status: 'PAUSED',
      });
      expect((await patch(emulator, `numbers/${numberId}`, { quality: 'RED' })).body).toMatchObject({ quality: 'RED' });
      expect((await patch(emulator, 'account', { tier: 'TIER_250' })).body).toMatchObject({ tier: 'TIER_250' });
      const listed = await call<{ id: string; status: string }[]>(emulator, 'templates');
      expect(listed.body.find((each) => each.id === id)?.status).toBe('PAUSED');
    });
  });

  test.each([
    ['people/ana', { online: 'yes' }],
    ['people/ana', { marketingCap: -1 }],
    ['people/ana', { toString: true }],
    ['people/nobody', { online: true }],
    ['templates/10152347985345567', { status: 'GOOD' }],
    ['templates/1', { status: 'PAUSED' }],
    [`numbers/${numberId}`, { messagesPerSecond: 0 }],
    ['numbers/1', { registered: false }],
    ['account', { tier: 'TIER_1M' }],
    ['account', { token: null }],
  ])('PATCH %s %j is refused with a sentence', async (path, body) => {
    await withScene({}, async ({ emulator }) => {
      const reply = await patch(emulator, path, body);
      expect(reply).toEqual({ status: 400, body: { error: expect.stringMatching(/^\S.+\.$/) } });
    });
  });
});
