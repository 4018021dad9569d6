import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeTestClock, openStore, type Store } from '../kit/fixtures/rig.ts';
import { makeDirectory } from './directory.ts';
import { type Channel, ensureChannel, listChannels, resumeChannel } from './store.ts';
import { makeWires } from './wire.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(() => store.rows('delete from channels'));

const directory = () => makeDirectory({ db: store.db, clock: makeTestClock(), workspaceId: 'main' });
const number = { provider: 'meta', externalId: '106', accountId: '202' } as const;
const shop: Channel = {
  id: 'chn_1',
  workspaceId: 'main',
  provider: 'meta',
  externalId: '106',
  accountId: '202',
  name: 'Shop',
  phone: null,
  state: 'active',
  stateReason: null,
  pausedBy: null,
  learned: {},
  mps: null,
  tier: null,
  portfolioId: null,
  warmUp: null,
};

describe('the directory', () => {
  test('gives a number seen for the first time a channel, and every later time the same', async () => {
    const made = directory();
    const [first, again] = [await made.find(store.db, number), await made.find(store.db, number)];
    expect(again.id).toBe(first.id);
    expect(first).toMatchObject({
      workspaceId: 'main',
      provider: 'meta',
      externalId: '106',
      accountId: '202',
      name: 'WhatsApp 106',
      state: 'active',
    });
    expect(await made.find(store.db, { provider: 'whapi', externalId: 'W', accountId: null })).toMatchObject({
      name: 'Whapi W',
    });
  });

  test('knows only what is committed: a channel of a transaction that was undone is not remembered', async () => {
    const made = directory();
    const undone = store.db.transaction(async (tx) => {
      await made.find(tx, number);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await made.refresh();
    expect(made.list()).toEqual([]);
    const { id } = await made.find(store.db, number);
    expect((await listChannels(store.db)).map((channel) => channel.id)).toEqual([id]);
  });

  test('answers from memory once it has seen a channel', async () => {
    await ensureChannel(store.db, shop);
    const made = directory();
    await made.refresh();
    const nobody = { rows: () => Promise.reject(new Error('asked')), run: () => Promise.reject(new Error('asked')) };
    expect((await made.find(nobody, number)).id).toBe('chn_1');
    expect([made.get('chn_1')?.name, made.get('chn_9')]).toEqual(['Shop', null]);
  });

  test('the same external id at two providers is two channels', async () => {
    const made = directory();
    const [meta, whapi] = [
      await made.find(store.db, number),
      await made.find(store.db, { ...number, provider: 'whapi' }),
    ];
    expect(meta.id).not.toBe(whapi.id);
  });

  test('two processes that meet a number at once make one channel', async () => {
    const found = await Promise.all(Array.from({ length: 8 }, () => directory().find(store.db, number)));
    expect(new Set(found.map((channel) => channel.id)).size).toBe(1);
  });

  test('refresh sees what others changed', async () => {
    const made = directory();
    await ensureChannel(store.db, shop);
    await made.refresh();
    await store.rows(`update channels set state = 'paused', state_reason = 'token'`);
    await made.refresh();
    expect(made.list()).toEqual([{ ...shop, state: 'paused', stateReason: 'token' }]);
  });
});

describe('the store', () => {
  test('a channel that is there keeps its name; what was missing is filled in', async () => {
    await ensureChannel(store.db, { ...shop, accountId: null });
    expect(await ensureChannel(store.db, { ...shop, id: 'chn_2', name: 'Other', phone: '49' })).toEqual({
      ...shop,
      phone: '49',
    });
    expect(await ensureChannel(store.db, { ...shop, accountId: '999', phone: '50' })).toEqual({ ...shop, phone: '49' });
  });

  test('resume makes a paused channel active and forgets the reason', async () => {
    await ensureChannel(store.db, shop);
    await store.rows(`update channels set state = 'paused', state_reason = 'token'`);
    expect(await resumeChannel(store.db, 'chn_1')).toEqual(shop);
    expect(await resumeChannel(store.db, 'chn_9')).toBeNull();
  });
});

describe('the wires', () => {
  interface Seen {
    readonly path: string;
    readonly authorization: string | undefined;
    readonly body: Record<string, unknown>;
  }
  const seen: Seen[] = [];
  let server: Server;
  let url = '';

  async function read(request: IncomingMessage): Promise<Record<string, unknown>> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const words = Buffer.concat(parts).toString();
    return words === '' ? {} : (JSON.parse(words) as Record<string, unknown>);
  }

  beforeAll(async () => {
    server = createServer((request, response) => {
      const answer = { success: true, sent: true, messages: [{ id: 'wamid.1' }], message: { id: 'whapi.1' } };
      void (async () => {
        const body = await read(request);
        seen.push({ path: request.url ?? '', authorization: request.headers.authorization, body });
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(answer));
      })();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => void (seen.length = 0));

  const whapi: Channel = { ...shop, id: 'chn_2', provider: 'whapi', externalId: 'W1' };
  const text = { type: 'text', text: { body: 'hi' } } as const;
  const wires = () =>
    makeWires({
      meta: { graphUrl: url, accessToken: 'meta-token' },
      whapi: new Map([['W1', { token: 'whapi-token', url }]]),
    });

  test("of Meta send from the channel's number with our id in the callback data, and mark read with typing", async () => {
    const wire = wires()(shop);
    expect(await wire.send(text, { to: '49170' }, 'msg_1')).toMatchObject({ kind: 'accepted', messageId: 'wamid.1' });
    expect(await wire.markRead('wamid.in', true)).toMatchObject({ kind: 'ok' });
    expect(seen).toMatchObject([
      {
        path: expect.stringMatching(/\/106\/messages$/),
        authorization: 'Bearer meta-token',
        body: { to: '49170', type: 'text', biz_opaque_callback_data: 'msg_1' },
      },
      {
        path: expect.stringMatching(/\/106\/messages$/),
        body: { status: 'read', message_id: 'wamid.in', typing_indicator: { type: 'text' } },
      },
    ]);
  });

  test('of Meta address a person without a phone by the BSUID', async () => {
    await wires()(shop).send(text, { recipient: 'DE.1' }, 'msg_1');
    expect(seen[0]?.body).toMatchObject({ recipient: 'DE.1' });
    expect(seen[0]?.body).not.toHaveProperty('to');
  });

  test("of Whapi send and mark read with the channel's own token", async () => {
    const wire = wires()(whapi);
    expect(await wire.send(text, { to: '49170' }, 'msg_1')).toMatchObject({ kind: 'accepted', messageId: 'whapi.1' });
    expect(await wire.markRead('whapi.in', false)).toMatchObject({ kind: 'ok' });
    expect(seen.map((one) => one.authorization)).toEqual(['Bearer whapi-token', 'Bearer whapi-token']);
    expect(seen[1]?.path).toContain('whapi.in');
  });

  test.each<[string, Channel]>([
    ['Meta', shop],
    ['Whapi', whapi],
  ])('of %s without credentials pause the channel and say what to set', async (_name, channel) => {
    const wire = makeWires({ meta: null, whapi: new Map() })(channel);
    const outcome = {
      kind: 'channel',
      alert: true,
      advice: expect.stringMatching(/WHATSAPP_ACCESS_TOKEN.*resume the channel/),
    };
    expect(await wire.send(text, { to: '49170' }, 'msg_1')).toMatchObject(outcome);
    expect(await wire.markRead('x', false)).toMatchObject(outcome);
  });

  test("never cross: a Whapi channel whose id is a Meta number's does not use Meta's token", async () => {
    const wire = makeWires({ meta: { graphUrl: url, accessToken: 'meta-token' }, whapi: new Map() })({
      ...whapi,
      externalId: '106',
    });
    expect(await wire.send(text, { to: '49170' }, 'msg_1')).toMatchObject({ kind: 'channel' });
    expect(seen).toEqual([]);
  });
});
