import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Guard, makeGuard, systemClock } from '#kit';
import { type Loopback, openLoopback } from '../kit/fixtures/loopback.ts';
import { makeMediaWires, type MediaWire } from './media-wire.ts';
import type { Channel } from './store.ts';

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
  mps: null,
  tier: null,
  portfolioId: null,
  warmUp: null,
  learned: {},
};
const gate: Channel = { ...shop, id: 'chn_2', provider: 'whapi', externalId: 'W1' };

let meta: Loopback;
let foreign: Loopback;
let guard: Guard;
let infoUrl = '';
/** Statuses of the next downloads; then 200. */
let statuses: number[] = [];
beforeAll(async () => {
  foreign = await openLoopback(
    (_request, response) => void response.writeHead(200, { 'content-type': 'image/png' }).end('file'),
    '127.0.0.2',
  );
  meta = await openLoopback(({ method, path }, response) => {
    const json = (value: object) =>
      void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (method === 'POST') return json(path === '/media' ? { media: [{ id: 'whapi-1' }] } : { id: '4490' });
    if (path === '/v26.0/900')
      return json({ url: infoUrl, mime_type: 'image/png', sha256: 'x', file_size: 4, id: '900' });
    const status = statuses.shift() ?? 200;
    return void response.writeHead(status, { 'content-type': 'image/png' }).end(status === 200 ? 'file' : '{}');
  });
  guard = makeGuard({ clock: systemClock, allow: [`127.0.0.2:${foreign.port}`] });
});
afterAll(async () => {
  await guard.close();
  await meta[Symbol.asyncDispose]();
  await foreign[Symbol.asyncDispose]();
});
beforeEach(() => {
  statuses = [];
  infoUrl = `${meta.url}/file/new`;
  meta.seen.length = 0;
  foreign.seen.length = 0;
});

const wires = () =>
  makeMediaWires(
    {
      meta: { graphUrl: meta.url, accessToken: 'meta-token' },
      whapi: new Map([['W1', { token: 'whapi-token', url: meta.url }]]),
    },
    guard,
  );
const asked = () => meta.seen.map(({ method, path }) => `${method} ${path}`);
const bodyOf = async (outcome: ReturnType<MediaWire['download']>) => {
  const settled = await outcome;
  return settled.kind === 'ok' ? Buffer.from(settled.value.bytes).toString() : settled.kind;
};

describe('a file over Meta', () => {
  test('is fetched by the link of the webhook, with the token', async () => {
    expect(await bodyOf(wires()(shop).download({ id: '900', url: `${meta.url}/file/old` }, 100))).toBe('file');
    expect(asked()).toEqual(['GET /file/old']);
    expect(meta.seen[0]?.headers.authorization).toBe('Bearer meta-token');
  });

  test('whose link is over is asked for by its id, and once more when that link is over too', async () => {
    statuses = [404, 404];
    expect(await bodyOf(wires()(shop).download({ id: '900', url: `${meta.url}/file/old` }, 100))).toBe('file');
    expect(asked()).toEqual(['GET /file/old', 'GET /v26.0/900', 'GET /file/new', 'GET /v26.0/900', 'GET /file/new']);
    meta.seen.length = 0;
    statuses = [404, 404];
    expect(await wires()(shop).download({ id: '900', url: null }, 100)).toMatchObject({
      kind: 'permanent',
      httpStatus: 404,
    });
    expect(meta.seen).toHaveLength(4);
  });

  test('whose link leads to a foreign host is not fetched there: neither token nor request leaves', async () => {
    infoUrl = `${foreign.url}/steal`;
    const wire = wires()(shop);
    expect(await bodyOf(wire.download({ id: null, url: `${foreign.url}/steal` }, 100))).toBe('permanent');
    expect(await bodyOf(wire.download({ id: '900', url: `${foreign.url}/steal` }, 100))).toBe('permanent');
    expect(foreign.seen).toEqual([]);
  });

  test('of exactly the permitted size passes, one byte more is not asked for twice', async () => {
    const wire = wires()(shop);
    expect(await bodyOf(wire.download({ id: '900', url: `${meta.url}/file` }, 4))).toBe('file');
    meta.seen.length = 0;
    expect(await wire.download({ id: '900', url: `${meta.url}/file` }, 3)).toMatchObject({
      kind: 'permanent',
      httpStatus: 200,
    });
    expect(meta.seen).toHaveLength(1);
  });

  test('without link and id is not asked for', async () => {
    expect(await bodyOf(wires()(shop).download({ id: null, url: null }, 100))).toBe('permanent');
    expect(meta.seen).toEqual([]);
  });

  test('is uploaded for the number of the channel', async () => {
    const upload = { bytes: Buffer.from('x'), mimeType: 'image/png', filename: 'a.png' };
    expect(await wires()(shop).upload(upload)).toEqual({ kind: 'ok', value: { id: '4490' } });
    expect(asked()).toEqual(['POST /v26.0/106/media']);
  });
});

describe('a file over Whapi', () => {
  test('is fetched by its link without any token', async () => {
    expect(await bodyOf(wires()(gate).download({ id: 'm1', url: `${foreign.url}/a` }, 100))).toBe('file');
    expect(foreign.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(meta.seen).toEqual([]);
  });

  test('whose link leads into the private network, or to a wrong status, is asked for by its id', async () => {
    expect(await bodyOf(wires()(gate).download({ id: 'm1', url: `${meta.url}/a` }, 100))).toBe('file');
    expect(asked()).toEqual(['GET /media/m1']);
    expect(meta.seen[0]?.headers.authorization).toBe('Bearer whapi-token');
  });

  test('that Whapi has not fetched itself has no id to ask for', async () => {
    expect(await bodyOf(wires()(gate).download({ id: 'media_init', url: null }, 100))).toBe('permanent');
    expect(await bodyOf(wires()(gate).download({ id: 'media_init', url: 'http://10.0.0.1/a' }, 100))).toBe('permanent');
    expect(meta.seen).toEqual([]);
  });

  test('that is too large is not asked for twice', async () => {
    expect(await wires()(gate).download({ id: 'm1', url: `${foreign.url}/a` }, 3)).toMatchObject({
      kind: 'permanent',
      httpStatus: 200,
    });
    expect(meta.seen).toEqual([]);
  });

  test('is uploaded with the token of its channel', async () => {
    expect(await wires()(gate).upload({ bytes: Buffer.from('x'), mimeType: 'image/png', filename: 'a' })).toEqual({
      kind: 'ok',
      value: { id: 'whapi-1' },
    });
  });
});

test.each([shop, gate])('of a channel without credentials of $provider fails for the channel', async (channel) => {
  const wire = makeMediaWires({ meta: null, whapi: new Map() }, guard)(channel);
  expect(await wire.download({ id: '1', url: null }, 100)).toMatchObject({ kind: 'channel' });
  expect(await wire.upload({ bytes: Buffer.from('x'), mimeType: 'image/png', filename: 'a' })).toMatchObject({
    kind: 'channel',
  });
});
