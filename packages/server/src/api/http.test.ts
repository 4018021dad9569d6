import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DatabasePool, type Log, silentLog } from '#kit';
import { AUTH, fakePorts, makeRig, type Rig } from './fixtures/rig.ts';
import { makeApi } from './server.ts';

let rig: Rig;
let dist: string;
beforeAll(async () => {
  dist = mkdtempSync(join(tmpdir(), 'wharf-dist-'));
  mkdirSync(join(dist, 'assets'));
  writeFileSync(join(dist, 'index.html'), '<title>Wharf</title>');
  writeFileSync(join(dist, 'assets', 'index-abc.js'), 'export {}');
  rig = await makeRig({ dashboardDist: dist });
});
afterAll(async () => {
  await rig.close();
  rmSync(dist, { recursive: true });
});

const JSON_TYPE = { 'content-type': 'application/json' };
const COOKIE = { cookie: 'wharf_session=token' };

describe('a request that cannot be answered is a problem', () => {
  const SEND = { method: 'POST', url: '/api/v1/messages' } as const;
  test.each([
    ['nobody is signed in', { url: '/api/v1/events' }, 401, 'unauthorized'],
    ['the key is wrong', { url: '/api/v1/events', headers: { authorization: 'Bearer no' } }, 401, 'unauthorized'],
    [
      'the key is wrong, though the cookie is right',
      { url: '/api/v1/me', headers: { authorization: 'Bearer no', ...COOKIE } },
      401,
      'unauthorized',
    ],
    ['there is no such path', { url: '/api/v1/nothing', headers: AUTH }, 404, 'not_found'],
    ['there is no such path and no key', { method: 'POST', url: '/api/v2/events' }, 404, 'not_found'],
    ['the method is wrong', { method: 'PUT', url: '/api/v1/events/1', headers: AUTH }, 405, 'method_not_allowed'],
    [
      'the method is wrong for a path that only takes POST',
      { method: 'GET', url: '/api/v1/channels/x/resume', headers: AUTH },
      405,
      'method_not_allowed',
    ],
    ['the limit is too high', { url: '/api/v1/events?limit=201', headers: AUTH }, 400, 'invalid_request'],
    ['the cursor is made up', { url: '/api/v1/events?after=abc', headers: AUTH }, 400, 'bad_cursor'],
    [
      'the cursor is of another list',
      { url: `/api/v1/conversations?after=${Buffer.from('["e",5]').toString('base64url')}`, headers: AUTH },
      400,
      'bad_cursor',
    ],
    [
      'the cursor holds a time that is none',
      { url: `/api/v1/conversations?after=${Buffer.from('["c","x","y"]').toString('base64url')}`, headers: AUTH },
      400,
      'bad_cursor',
    ],
    ['the body is not JSON', { ...SEND, headers: { ...AUTH, ...JSON_TYPE }, payload: '{' }, 400, 'invalid_json'],
    [
      'the body poisons the prototype',
      { ...SEND, headers: { ...AUTH, ...JSON_TYPE }, payload: '{"__proto__":{}}' },
      400,
      'invalid_json',
    ],
    ['the body is empty', { ...SEND, headers: { ...AUTH, ...JSON_TYPE } }, 400, 'invalid_json'],
    [
      'the body is a form',
      { ...SEND, headers: { ...AUTH, 'content-type': 'application/x-www-form-urlencoded' }, payload: 'a=b' },
      415,
      'unsupported_media_type',
    ],
    [
      'the body is text',
      { ...SEND, headers: { ...AUTH, 'content-type': 'text/plain' }, payload: '{}' },
      415,
      'unsupported_media_type',
    ],
    [
      'the body is above 1 MB',
      { ...SEND, headers: { ...AUTH, ...JSON_TYPE }, payload: JSON.stringify('x'.repeat(1 << 20)) },
      413,
      'too_large',
    ],
    ['the path cannot be decoded', { url: '/api/v1/events/%E0%A4%A', headers: AUTH }, 400, 'invalid_request'],
    ['an id is too long', { url: `/api/v1/events/${'9'.repeat(201)}`, headers: AUTH }, 400, 'invalid_request'],
    ['an id is much too long', { url: `/api/v1/events/${'9'.repeat(2_000)}`, headers: AUTH }, 404, 'not_found'],
    [
      'the key to sign in with is wrong',
      { method: 'POST', url: '/api/v1/session', payload: { key: 'no' } },
      401,
      'wrong_key',
    ],
    [
      'too many keys were wrong',
      { method: 'POST', url: '/api/v1/session', payload: { key: 'flood' } },
      429,
      'too_many_attempts',
    ],
  ] as const)('when %s', async (_name, request, status, code) => {
    const response = await rig.app.inject(request);
    expect(response.json()).toMatchObject({
      status,
      code,
      type: `/api/docs#problem-${code}`,
      title: expect.any(String),
      next: expect.any(String),
    });
    expect(response.statusCode).toBe(status);
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(response.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  });

  test('and names every field that is wrong or unknown', async () => {
    const payload = { to: 5, colour: 'red', message: 'hello' };
    const response = await rig.app.inject({ ...SEND, headers: AUTH, payload });
    expect(response.json()).toMatchObject({ code: 'invalid_request' });
    const fields = response.json<{ errors: { field: string }[] }>().errors.map((error) => error.field);
    expect(fields.toSorted()).toEqual(['colour', 'message', 'to']);
  });

  test('and names unknown filters, so that a misspelt one does not return everything', async () => {
    const response = await rig.app.inject({ url: '/api/v1/events?chanelId=x', headers: AUTH });
    expect(response.json()).toMatchObject({ code: 'invalid_request', errors: [{ field: 'chanelId' }] });
  });

  test('with the headers that belong to it', async () => {
    const wrong = await rig.app.inject({ method: 'DELETE', url: '/api/v1/me', headers: AUTH });
    expect(wrong.headers['allow']).toBe('GET, HEAD');
    const nobody = await rig.app.inject({ url: '/api/v1/me' });
    expect(nobody.headers['www-authenticate']).toMatch(/^Bearer/);
    const stranger = await rig.app.inject({ method: 'POST', url: '/api/v1/session', payload: { key: 'stranger' } });
    expect([stranger.statusCode, stranger.headers['www-authenticate']]).toEqual([401, 'Bearer realm="wharf"']);
    const flood = await rig.app.inject({ method: 'POST', url: '/api/v1/session', payload: { key: 'flood' } });
    expect(flood.headers['retry-after']).toBe('6');
  });
});

describe('a failure behind the API', () => {
  const failing = async (error: Error): Promise<{ app: Awaited<ReturnType<typeof makeApi>>; lines: string[] }> => {
    const lines: string[] = [];
    const log: Log = {
      ...silentLog,
      warn: (_f, m) => lines.push(`warn ${m}`),
      error: (f, m) => lines.push(`error ${m} ${JSON.stringify(f)}`),
    };
    const fail = async (): Promise<never> => {
      throw error;
    };
    const db: DatabasePool = {
      rows: fail,
      run: fail,
      transaction: fail,
      snapshot: fail,
      ping: fail,
      close: async () => undefined,
      url: '',
    };
    return { app: await makeApi({ ...fakePorts, db, log, readEvents: fail }), lines };
  };

  test('says 503 and when to try again while the database is away', async () => {
    const { app, lines } = await failing(Object.assign(new Error('terminating connection'), { code: '57P01' }));
    const response = await app.inject({ url: '/api/v1/conversations', headers: AUTH });
    expect(response.json()).toMatchObject({ status: 503, code: 'unavailable' });
    expect(response.headers['retry-after']).toBe('5');
    expect(lines).toEqual(['warn api.unavailable']);
  });

  test('of our own making is 500 without insides, logged once', async () => {
    const { app, lines } = await failing(new TypeError('cannot read secret of undefined'));
    const response = await app.inject({ url: '/api/v1/conversations', headers: AUTH });
    expect(response.json()).toMatchObject({ status: 500, code: 'internal' });
    expect(response.body).not.toMatch(/secret|TypeError/);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^error api\.failed .*"route":"\/api\/v1\/conversations".*TypeError/);
  });
});

describe('a browser session', () => {
  test('is opened with the key, kept alive by use, and closed', async () => {
    const opened = await rig.app.inject({ method: 'POST', url: '/api/v1/session', payload: { key: 'right-key' } });
    expect(opened.json()).toMatchObject({ workspace: { id: 'main', name: 'Main' }, version: '0.1.0' });
    expect(opened.headers['set-cookie']).toMatch(/^wharf_session=.*HttpOnly/);
    const me = await rig.app.inject({ url: '/api/v1/me', headers: COOKIE });
    expect(me.json()).toEqual({
      workspace: { id: 'main', name: 'Main' },
      version: '0.1.0',
      phoneUrl: 'http://127.0.0.1:8081/',
    });
    expect(me.headers['set-cookie']).toBe('wharf_session=token; renewed');
    const closed = await rig.app.inject({ method: 'DELETE', url: '/api/v1/session', headers: COOKIE });
    expect([closed.statusCode, closed.body]).toEqual([204, '']);
    expect(closed.headers['set-cookie']).toMatch(/Max-Age=0/);
  });

  test.each([
    ['its own page', { 'sec-fetch-site': 'same-origin', ...JSON_TYPE }, 'internal'],
    ['the address bar', { 'sec-fetch-site': 'none', ...JSON_TYPE }, 'internal'],
    ['a browser that does not say', JSON_TYPE, 'internal'],
    ['another site', { 'sec-fetch-site': 'cross-site', ...JSON_TYPE }, 'cross_site'],
    ['another port of this machine', { 'sec-fetch-site': 'same-site', ...JSON_TYPE }, 'cross_site'],
    ['a form', { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' }, 'unsupported_media_type'],
    ['something without a body', { 'sec-fetch-site': 'same-origin' }, 'unsupported_media_type'],
  ] as const)('may act for %s or not', async (_who, headers, code) => {
    // The fake refuses to be asked: `internal` shows that the request got through to it.
    const payload = JSON.stringify({ message: {} });
    const body = 'content-type' in headers ? { payload } : {};
    const response = await rig.app.inject({
      method: 'POST',
      url: '/api/v1/messages',
      headers: { ...COOKIE, ...headers },
      ...body,
    });
    expect(response.json()).toMatchObject({ code });
  });

  test('of another site cannot sign out or sign in either', async () => {
    const headers = { ...COOKIE, 'sec-fetch-site': 'cross-site' };
    expect((await rig.app.inject({ method: 'DELETE', url: '/api/v1/session', headers })).statusCode).toBe(403);
    const payload = { key: 'right-key' };
    expect((await rig.app.inject({ method: 'POST', url: '/api/v1/session', headers, payload })).statusCode).toBe(403);
  });
});

describe('the dashboard', () => {
  test.each(['/', '/conversations/cnv_1', '/events?kind=x', '/messages/msg_1?tab=story'])(
    '%s is its page, never cached',
    async (url) => {
      const response = await rig.app.inject(url);
      expect([response.statusCode, response.body]).toEqual([200, '<title>Wharf</title>']);
      expect(response.headers['content-type']).toMatch(/^text\/html/);
      expect(response.headers['cache-control']).toBe('no-cache');
      expect(response.headers['content-security-policy']).toContain("default-src 'self'");
    },
  );

  test('has assets that are cached for good, and a missing one is no page', async () => {
    const asset = await rig.app.inject('/assets/index-abc.js');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await rig.app.inject('/assets/index-old.js')).json()).toMatchObject({ code: 'not_found' });
  });

  test.each(['/../package.json', '/..%2fpackage.json', '/assets/..%2f..%2fpackage.json', '/%2e%2e/package.json'])(
    '%s does not lead out of its folder',
    async (url) => {
      expect((await rig.app.inject(url)).body).not.toContain('"name"');
    },
  );

  test('that is not built says how to build it', async () => {
    const bare = await makeApi({ ...rig.ports, dashboardDist: null });
    const response = await bare.inject('/conversations');
    expect(response.statusCode).toBe(503);
    expect(response.body).toContain('npm run build');
    expect((await bare.inject('/api/v1/nothing')).json()).toMatchObject({ code: 'not_found' });
  });
});

describe('the document', () => {
  test('describes every operation in OpenAPI 3.1, for anybody', async () => {
    const { openapi, paths, components } = (await rig.app.inject('/api/v1/openapi.json')).json();
    expect(openapi).toBe('3.1.0');
    const operations = Object.entries(paths as Record<string, object>).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    expect(operations.toSorted()).toEqual([
      'delete /api/v1/media/{id}',
      'delete /api/v1/session',
      'get /api/v1/channels',
      'get /api/v1/conversations',
      'get /api/v1/conversations/{id}',
      'get /api/v1/conversations/{id}/messages',
      'get /api/v1/events',
      'get /api/v1/events/{id}',
      'get /api/v1/me',
      'get /api/v1/media/{id}',
      'get /api/v1/messages/{id}',
      'get /api/v1/quarantine',
      'post /api/v1/channels/{id}/resume',
      'post /api/v1/media',
      'post /api/v1/media/{id}/fetch',
      'post /api/v1/messages',
      'post /api/v1/quarantine/{id}/discard',
      'post /api/v1/quarantine/{id}/replay',
      'post /api/v1/session',
    ]);
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['Message', 'Problem', 'EventDetail']));
    const refs = JSON.stringify(paths).match(/#\/components\/schemas\/\w+/g) ?? [];
    for (const ref of new Set(refs)) expect(components.schemas).toHaveProperty(ref.split('/').at(-1) ?? '');
    expect(paths['/api/v1/messages'].post.responses).toHaveProperty(['4XX', 'content', 'application/problem+json']);
  });

  test('can be read as one page without a script or anything from elsewhere', async () => {
    const page = await rig.app.inject('/api/docs');
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.body).toContain('<code>POST /api/v1/messages</code>');
    expect(page.body).toContain('id="problem-idempotency_conflict"');
    expect(page.body).not.toMatch(/<script|https?:\/\//);
  });
});

describe('the listener', () => {
  test('hands webhook paths to the gateway before anything else', async () => {
    const seen: string[] = [];
    const app = await makeApi({
      ...rig.ports,
      gateway: (req, res) => {
        if (!req.url?.startsWith('/webhooks/')) return false;
        seen.push(req.url);
        res.end('taken');
        return true;
      },
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    expect(await (await fetch(`${url}/webhooks/whatsapp`, { method: 'POST', body: 'x' })).text()).toBe('taken');
    expect((await fetch(`${url}/api/v1/me`, { headers: AUTH })).status).toBe(200);
    expect(seen).toEqual(['/webhooks/whatsapp']);
    expect(app.server).toMatchObject({
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 75_000,
      maxRequestsPerSocket: 0,
    });
    await app.close();
  });

  test('answers a request that is not HTTP and closes', async () => {
    const app = await makeApi(rig.ports);
    const { port } = new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
    const answer = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    await app.close();
  });
});
