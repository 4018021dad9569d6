import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  graph,
  numberId,
  says,
  secret,
  sendText,
  startReceiver,
  token,
  updatesOf,
  wabaId,
  withScene,
} from '../testing.ts';

describe('paths', () => {
  test.each([`/${numberId}`, `/v26.0/${numberId}`, `/v19.0/${numberId}/`, `//v26.0//${numberId}//`])(
    '%s is the number',
    async (path) => {
      await withScene({}, async ({ emulator }) => {
        const { body, headers } = await graph(emulator, path);
        expect(body).toMatchObject({ id: numberId, display_phone_number: '+15550001111' });
        expect(headers.get('x-fb-trace-id')).toMatch(/^\S+$/);
        expect(JSON.parse(headers.get('x-business-use-case-usage') ?? '')).toMatchObject({
          [wabaId]: [{ type: 'whatsapp' }],
        });
      });
    },
  );

  test.each([
    ['an unknown node', 'GET', '/v26.0/1', 100],
    ['an edge of an unknown node', 'POST', '/v26.0/1/messages', 100],
    ['an edge of another kind of node', 'GET', `/v26.0/${wabaId}/whatsapp_business_profile`, 100],
    ['a method the edge lacks', 'DELETE', `/v26.0/${numberId}/messages`, 100],
    ['an unknown edge', 'GET', `/v26.0/${numberId}/nothing`, 2500],
    ['the root', 'GET', '/', 2500],
  ])('%s', async (_, method, path, code) => {
    await withScene({}, async ({ emulator }) => {
      const reply = await graph(emulator, path, { method });
      const subcode = code === 100 ? 33 : undefined;
      expect([reply.status, reply.code]).toEqual([400, code]);
      expect((reply.body.error as { error_subcode?: number }).error_subcode).toBe(subcode);
    });
  });
});

describe('the token', () => {
  const proof = createHmac('sha256', secret).update(token).digest('hex');
  test.each([
    ['none', '', {}, 401],
    ['a wrong one', '', { authorization: 'Bearer wrong' }, 401],
    ['the right one', '', { authorization: `Bearer ${token}` }, 200],
    ['in other words', '', { authorization: `OAuth ${token}` }, 200],
    ['in the query', `?access_token=${token}`, {}, 200],
    ['with its proof', `?access_token=${token}&appsecret_proof=${proof}`, {}, 200],
    ['with a wrong proof', `?access_token=${token}&appsecret_proof=00`, {}, 400],
  ])('%s', async (_, query, headers, status) => {
    await withScene({}, async ({ emulator }) => {
      const response = await fetch(`${emulator.url}/v26.0/${numberId}${query}`, { headers });
      const body = (await response.json()) as { error?: { code: number } };
      const codes: Readonly<Record<number, number>> = { 401: 190, 400: 100 };
      expect([response.status, body.error?.code]).toEqual([status, codes[status]]);
    });
  });

  test('debug_token tells a good token from a bad one', async () => {
    await withScene({}, async ({ emulator }) => {
      const good = await graph(emulator, `/debug_token?input_token=${token}`);
      expect(good.body).toMatchObject({
        data: {
          is_valid: true,
          granular_scopes: expect.arrayContaining([{ scope: 'whatsapp_business_messaging', target_ids: [wabaId] }]),
        },
      });
      const bad = await graph(emulator, '/debug_token?input_token=x');
      expect(bad.body).toMatchObject({ data: { is_valid: false } });
    });
  });
});

describe('bodies', () => {
  const path = `/v26.0/${numberId}/messages`;
  const form = new URLSearchParams({
    messaging_product: 'whatsapp',
    to: '5511999990001',
    type: 'text',
    text: '{"body":"hi"}',
  });
  const json = JSON.stringify({ messaging_product: 'whatsapp', to: 5511999990001, text: { body: 'hi' } });
  test.each([
    [
      'a form whose values are JSON',
      { body: form.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      '',
    ],
    [
      'JSON that calls itself a form',
      { body: json, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      '',
    ],
    ['JSON with a charset', { body: json, headers: { 'content-type': 'application/json; charset=utf-8' } }, ''],
    ['the query alone', { headers: {} }, `?${form.toString()}`],
  ])('%s', async (_, init, query) => {
    await withScene({ rules: { window: false } }, async ({ emulator }) => {
      expect((await graph(emulator, `${path}${query}`, { method: 'POST', ...init })).status).toBe(200);
      expect(emulator.inbox('ana')).toMatchObject([{ body: { text: { body: 'hi' } } }]);
    });
  });

  test.each([['{"a":'], ['[]'], ['null'], ['\u0000']])('%j is refused with 100', async (body) => {
    await withScene({}, async ({ emulator }) => {
      const reply = await graph(emulator, path, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      });
      expect([reply.code, reply.status]).toEqual([100, 400]);
    });
  });

  test('a chunked body is read whole', async () => {
    await withScene({ rules: { window: false } }, async ({ emulator }) => {
      const status = await new Promise((resolve, reject) => {
        const call = request(
          `${emulator.url}${path}`,
          { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } },
          (response) => resolve(response.resume().statusCode),
        );
        call.on('error', reject);
        for (const part of json.match(/.{1,7}/g) ?? []) call.write(part);
        call.end();
      });
      expect(status).toBe(200);
    });
  });
});

describe('nodes and edges', () => {
  test.each([
    [
      `/${wabaId}/phone_numbers`,
      { data: [{ id: numberId, verified_name: expect.any(String) }], paging: { cursors: expect.any(Object) } },
    ],
    [
      `/${numberId}?fields=throughput{level},status`,
      { id: numberId, throughput: { level: 'STANDARD' }, status: 'CONNECTED' },
    ],
    [`/${wabaId}?fields=name,currency,unheard_of`, { id: wabaId, name: expect.any(String), currency: 'USD' }],
    [
      `/${wabaId}/message_templates?name=hello_world`,
      {
        data: [expect.objectContaining({ id: '10152347985345567', status: 'APPROVED', language: 'en_US' })],
        paging: expect.any(Object),
      },
    ],
    ['/10152347985345571?fields=name,language', { id: '10152347985345571', name: 'order_update', language: 'pt_BR' }],
    [
      `/${wabaId}/subscribed_apps`,
      {
        data: [
          {
            whatsapp_business_api_data: { id: expect.any(String), link: expect.any(String), name: expect.any(String) },
          },
        ],
      },
    ],
    [`/${numberId}/message_history?message_id=wamid.unknown`, { data: [] }],
  ])('GET %s', async (path, expected) => {
    await withScene({}, async ({ emulator }) => {
      const { body, status } = await graph(emulator, path);
      expect(status).toBe(200);
      expect(body).toMatchObject(expected);
    });
  });

  test('template ids are text above 2^53', async () => {
    await withScene({}, async ({ emulator }) => {
      const { body } = await graph(emulator, `/${wabaId}/message_templates?limit=100`);
      const data = body.data as { id: string }[];
      for (const { id } of data) expect(BigInt(id)).toBeGreaterThan(2n ** 53n);
    });
  });

  test('templates come in pages', async () => {
    await withScene({}, async ({ emulator }) => {
      const names: unknown[] = [];
      let after = '';
      for (let pages = 0; pages < 10; pages++) {
        const { body } = await graph(
          emulator,
          `/${wabaId}/message_templates?fields=name&limit=4&after=${encodeURIComponent(after)}`,
        );
        const data = body.data as { id: string }[];
        if (data.length === 0) break;
        names.push(...data.map(({ id }) => id));
        after = (body.paging as { cursors: { after: string } }).cursors.after;
      }
      expect(new Set(names).size).toBe(names.length);
      expect(names).toHaveLength(9);
    });
  });

  test('the business profile keeps what is written', async () => {
    await withScene({}, async ({ emulator }) => {
      const path = `/${numberId}/whatsapp_business_profile`;
      const written = await graph(emulator, path, {
        json: { messaging_product: 'whatsapp', about: 'We sell ropes', websites: ['https://example.org'] },
      });
      expect(written.body).toEqual({ success: true });
      const { body } = await graph(emulator, `${path}?fields=about,websites`);
      expect(body).toEqual({
        data: [{ about: 'We sell ropes', websites: ['https://example.org'], messaging_product: 'whatsapp' }],
      });
      expect(
        (await graph(emulator, path, { json: { messaging_product: 'whatsapp', about: 'x'.repeat(140) } })).code,
      ).toBe(100);
    });
  });

  test('the history of a sent message lists what became of it', async () => {
    await withScene({ rules: { window: false } }, async ({ emulator, finish }) => {
      const sent = await sendText(emulator, { to: '5511999990001' });
      await finish();
      const [{ id }] = sent.body.messages as [{ id: string }];
      const history = await graph(emulator, `/${numberId}/message_history?message_id=${encodeURIComponent(id)}`);
      const [entry] = history.body.data as [{ id: string }];
      const events = await graph(emulator, `/v26.0/${entry.id}/events`);
      const nodes = (events.body.data as { node: { delivery_status: string } }[]).map(
        ({ node }) => node.delivery_status,
      );
      expect(nodes).toEqual(['ACCEPTED', 'SENT', 'DELIVERED', 'READ']);
    });
  });
});

describe('subscriptions', () => {
  const path = `/v26.0/${wabaId}/subscribed_apps`;

  test('an override is verified, then takes the webhooks; an empty POST removes it', async () => {
    const other = await startReceiver();
    await withScene({}, async ({ emulator, receiver, finish }) => {
      const override = { override_callback_uri: other.url, verify_token: 'test-verify' };
      expect((await graph(emulator, path, { json: override })).body).toEqual({ success: true });
      emulator.send(says('ana'));
      await finish();
      expect([receiver.taken.length, other.taken.length]).toEqual([0, 1]);
      expect((await graph(emulator, path)).body).toMatchObject({ data: [{ override_callback_uri: other.url }] });
      await graph(emulator, path, { method: 'POST' });
      emulator.send(says('ana'));
      await finish();
      expect([receiver.taken.length, other.taken.length]).toEqual([1, 1]);
    });
    await other.close();
  });

  test('an override of a number goes before that of the account', async () => {
    const [account, number] = [await startReceiver(), await startReceiver()];
    await withScene({}, async ({ emulator, finish }) => {
      const toOverride = (url: string) => ({ override_callback_uri: url, verify_token: 'test-verify' });
      await graph(emulator, path, { json: toOverride(account.url) });
      await graph(emulator, `/${numberId}`, { json: { webhook_configuration: toOverride(number.url) } });
      emulator.send(says('ana'));
      await finish();
      expect([account.taken.length, number.taken.length]).toEqual([0, 1]);
    });
    await account.close();
    await number.close();
  });

  test('templates and preferences go to the app although messages are overridden', async () => {
    const other = await startReceiver();
    await withScene({}, async ({ emulator, receiver, finish }) => {
      const override = { override_callback_uri: other.url, verify_token: 'test-verify' };
      await graph(emulator, path, { json: override });
      emulator.send(says('ana'));
      emulator.setTemplate('10152347985345567', { status: 'PAUSED' });
      emulator.updatePerson('ana', { marketing: 'stop' });
      await finish();
      expect([receiver.taken.length, other.taken.length]).toEqual([2, 1]);
      expect(updatesOf(other.taken, 'messages')).toHaveLength(1);
    });
    await other.close();
  });

  test('an override with a wrong verify token changes nothing', async () => {
    const other = await startReceiver();
    await withScene({}, async ({ emulator, receiver, finish }) => {
      const reply = await graph(emulator, path, { json: { override_callback_uri: other.url, verify_token: 'wrong' } });
      expect([reply.code, reply.status]).toEqual([2200, 400]);
      emulator.send(says('ana'));
      await finish();
      expect([receiver.taken.length, other.taken.length]).toEqual([1, 0]);
    });
    await other.close();
  });

  test('nothing is sent to an app that is not subscribed', async () => {
    await withScene({}, async ({ emulator, receiver, finish }) => {
      await graph(emulator, path, { method: 'DELETE' });
      emulator.send(says('ana'));
      await finish();
      expect(receiver.all).toHaveLength(0);
      expect((await graph(emulator, path)).body).toEqual({ data: [] });
      await graph(emulator, path, { method: 'POST' });
      emulator.send(says('ana'));
      await finish();
      expect(updatesOf(receiver.taken, 'messages')).toHaveLength(1);
    });
  });
});
