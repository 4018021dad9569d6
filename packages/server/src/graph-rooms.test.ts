import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureChannel } from '#channels';
import type { GraphApi } from '#graph-api';
import { systemClock, toTimePart } from '#kit';
import { openSubmit, type SubmitRig } from './fixtures/submit.ts';
import { makeGraphRooms, SENT_FILE } from './graph-rooms.ts';
import { makeTestLog } from './kit/fixtures/rig.ts';
import { CHANNEL } from './ledger/fixtures/ledger.ts';

// What the door asks of the rooms, over the tables; nobody sends, so every wait is a short one.
let rig: SubmitRig;
let api: GraphApi;
let url = '';
let end = async (): Promise<void> => {};
const log = makeTestLog();

beforeAll(async () => {
  rig = await openSubmit();
  api = makeGraphRooms({
    commands: rig.options,
    clock: systemClock,
    log,
    directory: rig.directory,
    waitMs: 0,
    isReady: () => true,
    media: {
      sign: (id) => ({ path: `/media/${id}`, expiresAt: 0 }),
      upload: () => Promise.reject(new Error('unasked')),
      remove: async () => true,
    },
    authenticate: async ({ authorization }) =>
      authorization === 'Bearer other' ? { workspaceId: 'other' } : { workspaceId: 'main' },
  });
  const server = createServer((req, res) => void api.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graph`;
  end = async () => {
    api.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rig.store.close();
  };
});
afterAll(() => end());
beforeEach(() => rig.clear());

async function ask(
  path: string,
  body?: object,
  key = 'key',
): Promise<{ status: number; body: Record<string, unknown> }> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(url + path, {
    ...init,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
const hello = { messaging_product: 'whatsapp', to: '+49 170 0000001', text: { body: 'hi' } };
const read = { messaging_product: 'whatsapp', status: 'read', message_id: 'wamid.IN' };
const outbox = () => rig.store.rows('select kind, class, lane, address, payload from outbox');
const errorOf = ({ body }: { body: Record<string, unknown> }) => body['error'];

async function hear(owner = 'bot'): Promise<void> {
  await rig.store.rows(
    "insert into conversations (id, workspace_id, channel_id, contact_id, lane, address, owner) values ('cnv_1', 'main', $1, 'cnt_1', 'BR.1', '{\"recipient\": \"BR.1\"}', $2)",
    [CHANNEL, owner],
  );
  await rig.store.rows(
    "insert into messages (id, workspace_id, channel_id, conversation_id, direction, origin, type, preview, body, whatsapp_id, at, state) values ('msg_in', 'main', $1, 'cnv_1', 'in', 'contact', 'text', 'hi', '{}', 'wamid.IN', now(), 'received')",
    [CHANNEL],
  );
}

describe('Meta’s API over the rooms', () => {
  test('queues a message of the origin graph, and wakes its sender', async () => {
    const answer = await ask('/v26.0/106/messages', { ...hello, biz_opaque_callback_data: 'mine' });
    expect(answer).toMatchObject({
      status: 200,
      body: { messages: [{ id: expect.stringMatching(/^msg_/), message_status: 'accepted' }] },
    });
    const row = {
      origin: 'graph',
      class: 0,
      callback_data: 'mine',
      state: 'queued',
      body: { type: 'text', text: { body: 'hi' } },
    };
    expect(await rig.store.rows('select origin, class, callback_data, state, body from messages')).toEqual([row]);
    expect(rig.woken).toEqual([CHANNEL]);
  });

  test('lets no workspace send from another’s number', async () => {
    const answer = await ask('/106/messages', hello, 'other');
    expect([answer.status, errorOf(answer)]).toEqual([400, expect.objectContaining({ code: 100, error_subcode: 33 })]);
    expect(await outbox()).toEqual([]);
  });

  test('finds a number that another process has connected', async () => {
    await ensureChannel(rig.store.db, {
      id: 'chn_new',
      workspaceId: 'main',
      provider: 'meta',
      externalId: '107',
      accountId: null,
      name: 'New',
      phone: null,
    });
    expect((await ask('/107/messages', hello)).status).toBe(200);
  });
});

describe('A read mark', () => {
  test('goes with its conversation, beside the replies', async () => {
    await hear();
    expect((await ask('/106/messages', { ...read, typing_indicator: { type: 'text' } })).body).toEqual({
      success: true,
    });
    expect(await outbox()).toEqual([
      {
        kind: 'read',
        class: 0,
        lane: 'BR.1',
        address: { recipient: 'BR.1' },
        payload: { messageId: 'wamid.IN', typing: true },
      },
    ]);
    expect(rig.woken).toEqual([CHANNEL]);
  });

  test('of a message that was never seen here is Meta’s to judge', async () => {
    expect((await ask('/106/messages', read)).body).toEqual({ success: true });
    expect(await outbox()).toMatchObject([{ kind: 'read', lane: 'wamid.IN', payload: { messageId: 'wamid.IN' } }]);
  });

  test('in a conversation that belongs to another app is refused', async () => {
    await hear('other_app');
    expect(errorOf(await ask('/106/messages', read))).toMatchObject({ code: 131005 });
    expect([await outbox(), rig.woken]).toEqual([[], []]);
  });
});

describe('A file', () => {
  const insert = (id: string, workspace: string, at = Date.now()) =>
    rig.store.rows(
      "insert into media (id, workspace_id, channel_id, message_id, provider_id, kind, mime_type, state, stored_bytes, content_sha256) values ($1, $2, 'chn_1', 'msg_1', '777', 'image', 'image/png', 'stored', 5, 'ab')",
      [`med_${toTimePart(at)}${id}`, workspace],
    );
  beforeEach(() => rig.store.rows('delete from media'));

  test('is found by Meta’s id, the newest first, for as long as Meta’s ids live', async () => {
    await insert('old', 'main', Date.now() - 31 * 86_400_000);
    expect((await ask('/777')).status).toBe(400);
    await insert('one', 'main');
    expect((await ask('/777')).body).toMatchObject({
      id: '777',
      mime_type: 'image/png',
      sha256: 'ab',
      file_size: 5,
      url: expect.stringContaining('one'),
    });
  });

  test('is found by our id, and by nobody else', async () => {
    await insert('one', 'main');
    const [row] = await rig.store.rows<{ id: string }>('select id from media');
    expect((await ask(`/${row?.id}`)).status).toBe(200);
    for (const path of [`/${row?.id}`, '/777']) expect((await ask(path, undefined, 'other')).status).toBe(400);
  });

  test('of an id that is none is not looked for', async () => {
    for (const id of ["'; drop table media", 'a%00b', 'x'.repeat(101)])
      expect((await ask(`/${encodeURIComponent(id)}`)).status).toBe(400);
    expect(log.lines).toEqual([]);
  });
});

describe('A group', () => {
  test('that has been heard of is written to in its conversation', async () => {
    await hear();
    await rig.store.rows(
      "insert into identities (workspace_id, kind, value, contact_id, seen_at) values ('main', 'group', 'G1', 'cnt_1', now())",
    );
    await rig.store.rows('update conversations set address = \'{"to": "G1", "group": true}\', lane = \'G1\'');
    const answer = await ask('/106/messages', { ...hello, recipient_type: 'group', to: 'G1' });
    expect(answer).toMatchObject({
      status: 200,
      body: { contacts: [{ input: 'G1', wa_id: 'G1' }], messages: [{ group_id: 'G1' }] },
    });
    expect(await outbox()).toMatchObject([{ lane: 'cnv_1', address: { to: 'G1', group: true } }]);
  });
});

test('a file is found by Meta’s id along an index, also one that nobody has', async () => {
  await rig.store.rows(`insert into media (id, workspace_id, channel_id, message_id, provider_id, kind)
    select 'med_' || n, 'main', 'chn_1', 'msg_' || n, n::text, 'image' from generate_series(1, 20000) n`);
  await rig.store.rows('analyze media');
  const plan = await rig.store.rows<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${SENT_FILE.text}`);
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Scan Backward using media_provider/);
});

test('the number in an answer is spelled as its person wrote from it', async () => {
  const brazil = { ...hello, to: '+55 51 99999-0000' };
  const waIdOf = async () => (await ask('/v26.0/106/messages', brazil)).body['contacts'];
  expect(await waIdOf()).toEqual([{ input: brazil.to, wa_id: '5551999990000' }]);
  await rig.store.rows("insert into contacts (id, workspace_id) values ('con_br', 'main')");
  await rig.store.rows(
    "insert into identities (workspace_id, kind, value, contact_id, seen_at) values ('main', 'phone', '555199990000', 'con_br', now())",
  );
  await rig.store.rows(
    "insert into conversations (id, workspace_id, channel_id, contact_id, lane, address, last_inbound_at) values ('cnv_br', 'main', $1, 'con_br', 'BR.2', '{}', now())",
    [CHANNEL],
  );
  expect(await waIdOf()).toEqual([{ input: brazil.to, wa_id: '555199990000' }]);
});
