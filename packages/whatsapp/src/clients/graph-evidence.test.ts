import { describe, expect, test } from 'vitest';
import { makeGraphClient } from './graph.ts';
import { json, withServer } from './test-server.ts';
import type { Respond } from './test-server.ts';

const PHONE = '106540352242922';
const client = (baseUrl: string) => makeGraphClient({ baseUrl, accessToken: 'EAAG-token', timeoutMs: 5000 });

describe('phoneNumber', () => {
  const wire = {
    id: PHONE,
    display_phone_number: '+1 555-010-0000',
    verified_name: 'Bright Shoes',
    quality_rating: 'GREEN',
    status: 'CONNECTED',
    platform_type: 'CLOUD_API',
    throughput: { level: 'STANDARD' },
    whatsapp_business_manager_messaging_limit: 'TIER_2K',
    is_on_biz_app: true,
    is_official_business_account: false,
    health_status: {
      can_send_message: 'LIMITED',
      entities: [
        {
          entity_type: 'PHONE_NUMBER',
          id: PHONE,
          can_send_message: 'LIMITED',
          additional_info: ['name is not approved', 7],
          errors: [{ error_code: 141006, error_description: 'No payment', possible_solution: 'Add one' }],
        },
        { can_send_message: 'AVAILABLE' },
      ],
    },
  };

  test('tells quality, limits, coexistence and health', async () => {
    await using server = await withServer(json(wire));
    expect(await client(server.origin).phoneNumber(PHONE)).toEqual({
      kind: 'ok',
      value: {
        id: PHONE,
        displayPhoneNumber: '+1 555-010-0000',
        verifiedName: 'Bright Shoes',
        qualityRating: 'GREEN',
        status: 'CONNECTED',
        platformType: 'CLOUD_API',
        throughput: 'STANDARD',
        messagingLimit: 'TIER_2K',
        isOnBizApp: true,
        isOfficial: false,
        health: {
          canSend: 'LIMITED',
          entities: [
            {
              type: 'PHONE_NUMBER',
              id: PHONE,
              canSend: 'LIMITED',
              notes: ['name is not approved'],
              errors: [{ code: 141006, description: 'No payment', solution: 'Add one' }],
            },
            { type: 'UNKNOWN', canSend: 'AVAILABLE', notes: [], errors: [] },
          ],
        },
        raw: wire,
      },
    });
    expect(server.seen[0]?.url).toMatch(/^\/v26\.0\/106540352242922\?fields=.*health_status/);
  });

  test('leaves out what Meta does not say, and calls an unknown number a matter of the channel', async () => {
    await using bare = await withServer(json({ id: '1', is_on_biz_app: 'yes', health_status: 'fine' }));
    expect(await client(bare.origin).phoneNumber('1')).toEqual({
      kind: 'ok',
      value: { id: '1', displayPhoneNumber: '', raw: expect.anything() },
    });
    await using gone = await withServer(json({ error: { code: 100, error_subcode: 33, message: 'gone' } }, 400));
    expect(await client(gone.origin).phoneNumber('1')).toMatchObject({ kind: 'channel' });
  });
});

describe('messageHistory', () => {
  const event = (status: string, at: unknown) => ({
    cursor: 'MA==',
    node: { id: '9', delivery_status: status, occurrence_timestamp: at, application: { id: '1' } },
  });
  const answers: { readonly [start: string]: object } = {
    [`/v26.0/${PHONE}/message_history?message_id=wamid.X%2Fa%3D%3D`]: { data: [{ id: 'e1' }, { id: 'e2' }] },
    '/v26.0/e1/events?limit=100&after=A': { data: [event('READ', '1763683220')] },
    '/v26.0/e1/events': {
      data: { 0: event('DELIVERED', 1763683205), 1: { cursor: 'x' } },
      paging: { cursors: { after: 'A' }, next: 'https://elsewhere.example/' },
    },
    '/v26.0/e2/events': { data: [event('SENT', 1763683200), event('FAILED', undefined)] },
  };
  const respond: Respond = (response, seen, socket) => {
    const match = Object.entries(answers).find(([start]) => seen.url.startsWith(start));
    json(match?.[1] ?? { error: { code: 100, message: 'no' } }, match === undefined ? 400 : 200)(
      response,
      seen,
      socket,
    );
  };

  test('reads every page of every entry, in the order of time', async () => {
    await using server = await withServer(respond);
    const outcome = await client(server.origin).messageHistory(PHONE, 'wamid.X/a==');
    if (outcome.kind !== 'ok') throw new Error(outcome.advice);
    expect(outcome.value.map(({ status, at }) => [status, at])).toEqual([
      ['sent', 1763683200000],
      ['delivered', 1763683205000],
      ['read', 1763683220000],
      ['failed', null],
    ]);
    expect(server.seen).toHaveLength(4);
  });

  test('is empty for a message Meta has no record of', async () => {
    await using server = await withServer(json({ data: [] }));
    expect(await client(server.origin).messageHistory(PHONE, 'wamid.none')).toEqual({ kind: 'ok', value: [] });
    expect(server.seen).toHaveLength(1);
  });

  test('gives no half of the truth: when one page fails, so does the call', async () => {
    const half: Respond = (response, seen, socket) =>
      seen.url.includes('/e2/') ? socket.destroy() : respond(response, seen, socket);
    await using server = await withServer(half);
    expect(await client(server.origin).messageHistory(PHONE, 'wamid.X/a==')).toMatchObject({ kind: 'transient' });
  });
});

describe('uploadHandle', () => {
  const upload = { bytes: new Uint8Array([1, 2, 255]), mimeType: 'image/png', filename: 'a b.png' };

  test('opens a session and sends the bytes with the token as Meta wants it there', async () => {
    await using server = await withServer((response, seen, socket) =>
      json(seen.url.includes('/uploads?') ? { id: 'upload:MTph==?sig=AR_z-9' } : { h: '4::aW1h:x' })(
        response,
        seen,
        socket,
      ),
    );
    expect(await client(server.origin).uploadHandle('app-1', upload)).toEqual({
      kind: 'ok',
      value: { handle: '4::aW1h:x' },
    });
    const [opened, sent] = server.seen;
    expect(opened).toMatchObject({
      method: 'POST',
      url: '/v26.0/app-1/uploads?file_name=a+b.png&file_length=3&file_type=image%2Fpng',
    });
    expect(sent?.url).toBe('/v26.0/upload:MTph%3D%3D?sig=AR_z-9');
    expect(sent?.headers).toMatchObject({ authorization: 'OAuth EAAG-token', file_offset: '0' });
    expect(new Uint8Array(sent?.body ?? [])).toEqual(upload.bytes);
  });

  test('refuses what an example cannot be, before asking', async () => {
    await using server = await withServer(json({ id: 'upload:1' }));
    const outcome = await client(server.origin).uploadHandle('app-1', { ...upload, mimeType: 'image/webp' });
    expect(outcome).toMatchObject({ kind: 'permanent', advice: expect.stringContaining('image/png') });
    expect(server.seen).toHaveLength(0);
  });

  test('follows no session id that is none', async () => {
    await using server = await withServer(json({ id: '../me/accounts' }));
    expect(await client(server.origin).uploadHandle('app-1', upload)).toMatchObject({ kind: 'permanent' });
    expect(server.seen).toHaveLength(1);
  });
});
