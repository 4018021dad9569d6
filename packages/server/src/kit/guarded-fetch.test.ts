import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openLoopback, type Loopback } from './fixtures/loopback.ts';
import { makeTestClock, turns } from './fixtures/rig.ts';
import { systemClock } from './clock.ts';
import { type Guard, type GuardedRequest, makeGuard, type Resolve } from './guarded-fetch.ts';

const ask: GuardedRequest = { timeoutMs: 5_000, maxBytes: 1_000 };
const BOMB = gzipSync(Buffer.alloc(1 << 20));

let own: Loopback;
let other: Loopback;
beforeAll(async () => {
  other = await openLoopback((_request, response) => void response.end('other'), '127.0.0.2');
  own = await openLoopback((request, response) => {
    const to = new URL(request.path, 'http://x').searchParams.get('to');
    const status = Number(new URL(request.path, 'http://x').searchParams.get('status') ?? 302);
    if (to !== null) return void response.writeHead(status, { location: to }).end();
    if (request.path === '/bomb') return void response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB);
    if (request.path === '/slow') return void response.writeHead(200).write('a');
    if (request.path === '/lie') return void response.writeHead(200).end(Buffer.alloc(1_001));
    if (request.path === '/exact') return void response.end(Buffer.alloc(1_000));
    if (request.path === '/cut')
      return void response.writeHead(200, { 'content-length': '9' }).write('a', () => response.destroy());
    return void response.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
  });
});
afterAll(async () => {
  await own[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});
beforeEach(() => {
  own.seen.length = 0;
  other.seen.length = 0;
});

async function fetchWith(guard: Guard, url: string, more: Partial<GuardedRequest> = {}) {
  try {
    return await guard.fetch(url, { ...ask, ...more });
  } finally {
    await guard.close();
  }
}
const names: Record<string, readonly string[]> = {
  'public.test': ['203.0.113.7', '127.0.0.1'],
  'private.test': ['127.0.0.1'],
  'mapped.test': ['::ffff:127.0.0.1'],
  'metadata.test': ['169.254.169.254'],
  'own.test': ['127.0.0.1'],
};
const resolve: Resolve = async (host) => {
  const found = names[host];
  if (found === undefined) throw new Error('ENOTFOUND');
  return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};
const strict = () => makeGuard({ clock: systemClock, resolve });
const open = (...allow: string[]) =>
  makeGuard({ clock: systemClock, resolve, allow: [`127.0.0.1:${own.port}`, `127.0.0.2:${other.port}`, ...allow] });
const reasonOf = async (outcome: Promise<Awaited<ReturnType<Guard['fetch']>>>) => {
  const settled = await outcome;
  return settled.ok ? `answered ${settled.reply.status}` : settled.failure.reason;
};

describe('private targets', () => {
  test.each([
    'http://127.0.0.1/',
    'http://[::1]/',
    'http://0.0.0.0/',
    'http://169.254.169.254/latest/meta-data/',
    'http://10.0.0.1/',
    'http://172.16.0.1/',
    'http://192.168.0.1/',
    'http://[fc00::1]/',
    'http://100.64.0.1/',
    'http://localhost/',
    'http://localhost./',
    'http://LOCALHOST/',
    'http://a.localhost/',
    'http://2130706433/',
    'http://017700000001/',
    'http://0x7f000001/',
    'http://0x7f.0.0.1/',
    'http://127.1/',
    'http://127.0.0.1./',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:7f00:1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://①②⑦.0.0.1/',
    'http://private.test/',
    'http://mapped.test/',
    'http://metadata.test/',
    'http://public.test/',
  ])('%s is refused', async (url) => {
    const outcome = await fetchWith(strict(), url);
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'private', isLasting: true } });
    expect(own.seen).toEqual([]);
  });

  test('are reached when the host, with its port, was permitted, and no other host is', async () => {
    expect(await reasonOf(fetchWith(open(), `${own.url}/`))).toBe('answered 200');
    const guard = makeGuard({ clock: systemClock, resolve, allow: [`own.test:${own.port}`] });
    expect(await reasonOf(fetchWith(guard, `http://own.test:${own.port}/`))).toBe('answered 200');
    const next = makeGuard({ clock: systemClock, resolve, allow: [`own.test:${own.port}`, `private.test:1`] });
    expect(await reasonOf(fetchWith(next, `http://private.test:${own.port}/`))).toBe('bad_port');
    const third = makeGuard({ clock: systemClock, resolve, allow: [`own.test:${own.port}`] });
    expect(await reasonOf(fetchWith(third, 'http://private.test/'))).toBe('private');
  });

  test('a name is looked up once, and the address that was checked is the one connected to', async () => {
    const answers = ['127.0.0.1', '127.0.0.2'];
    let asked = 0;
    const rebinding: Resolve = async () => [{ address: answers[asked++] ?? '127.0.0.2', family: 4 }];
    const guard = makeGuard({ clock: systemClock, resolve: rebinding, allow: [`own.test:${own.port}`] });
    expect(await reasonOf(fetchWith(guard, `http://own.test:${own.port}/`))).toBe('answered 200');
    expect([asked, own.seen.length, other.seen.length]).toEqual([1, 1, 0]);
  });

  test('a name that turns private after its first fetch is refused at the next connection', async () => {
    const answers = ['127.0.0.1', '10.0.0.1'];
    let asked = 0;
    const turning: Resolve = async () => [{ address: answers[asked++] ?? '', family: 4 }];
    const guard = makeGuard({ clock: systemClock, resolve: turning, allow: ['127.0.0.0/8'] });
    // Whether anything answers at that port of this machine is no matter of the guard.
    expect(await reasonOf(guard.fetch('http://turning.test:8443/', ask))).not.toBe('private');
    expect(await reasonOf(fetchWith(guard, 'http://turning.test:8443/'))).toBe('private');
    expect(asked).toBe(2);
  });
});

describe('URLs', () => {
  test.each([
    ['file:///etc/passwd', 'bad_url'],
    ['gopher://shop.example/', 'bad_url'],
    ['data:text/plain,x', 'bad_url'],
    ['ftp://shop.example/', 'bad_url'],
    ['javascript:alert(1)', 'bad_url'],
    ['http://user:secret@shop.example/', 'bad_url'],
    ['http://user@shop.example/', 'bad_url'],
    ['http://shop.example/\r\nHost: evil', 'bad_url'],
    ['http://shop.example/\tx', 'bad_url'],
    [' http://shop.example/', 'bad_url'],
    ['http:\\\\shop.example\\', 'bad_url'],
    ['not a url', 'bad_url'],
    ['', 'bad_url'],
    ['http://shop.example:22/', 'bad_port'],
    ['http://shop.example:5432/', 'bad_port'],
    ['http://shop.example:6379/', 'bad_port'],
    ['https://shop.example:8444/', 'bad_port'],
    ['http://nowhere.test/', 'unresolved'],
    ['http://nowhere.test:8080/', 'unresolved'],
    ['https://nowhere.test:8443/', 'unresolved'],
    ['http://nowhere.test:443/', 'unresolved'],
  ])('%j ends as %s', async (url, reason) => {
    const outcome = await fetchWith(strict(), url);
    expect(outcome).toMatchObject({ ok: false, failure: { reason } });
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  test('a header that would break out of its line is refused before anything is sent', async () => {
    for (const headers of [{ 'x-a': 'b\r\nx-c: d' }, { 'x a': 'b' }, { 'x-a': 'b\u0000' }] as Record<string, string>[])
      expect(await reasonOf(fetchWith(open(), `${own.url}/`, { headers }))).toBe('bad_request');
    expect(own.seen).toEqual([]);
  });
});

describe('redirects', () => {
  const to = (target: string, status = 302) => `${own.url}/?status=${status}&to=${encodeURIComponent(target)}`;

  test('are the answer unless they were asked to be followed', async () => {
    expect(await reasonOf(fetchWith(open(), to('/next')))).toBe('answered 302');
    expect(await reasonOf(fetchWith(open(), to('/next'), { maxRedirects: 1 }))).toBe('answered 200');
  });

  test.each(['http://169.254.169.254/', 'http://[::1]/', 'http://10.1.1.1/', 'http://metadata.test/'])(
    'to %s are not followed',
    async (target) => expect(await reasonOf(fetchWith(open(), to(target), { maxRedirects: 3 }))).toBe('private'),
  );

  test('to other schemes, ports and with credentials are not followed', async () => {
    for (const target of ['file:///etc/passwd', 'http://u:p@shop.example/', '//'])
      expect(await reasonOf(fetchWith(open(), to(target), { maxRedirects: 3 }))).toBe('bad_url');
    expect(await reasonOf(fetchWith(open(), to('http://shop.example:22/'), { maxRedirects: 3 }))).toBe('bad_port');
  });

  test('are followed as often as permitted and not once more', async () => {
    const thrice = to(to(to('/end')));
    expect(await reasonOf(fetchWith(open(), thrice, { maxRedirects: 3 }))).toBe('answered 200');
    expect(await reasonOf(fetchWith(open(), thrice, { maxRedirects: 2 }))).toBe('redirects');
  });

  test('take Authorization and cookies to no other origin, and keep them within their own', async () => {
    const headers = { Authorization: 'Bearer secret', cookie: 'a=b', 'x-mine': '1' };
    await fetchWith(open(), to(`${other.url}/end`), { headers, maxRedirects: 1 });
    expect(own.seen[0]?.headers.authorization).toBe('Bearer secret');
    expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(other.seen[0]?.headers).not.toHaveProperty('cookie');
    expect(other.seen[0]?.headers['x-mine']).toBe('1');
    await fetchWith(open(), to('/end'), { headers, maxRedirects: 1 });
    expect(own.seen.at(-1)).toMatchObject({ path: '/end', headers: { authorization: 'Bearer secret' } });
  });

  test.each([
    [301, 'GET', ''],
    [302, 'GET', ''],
    [303, 'GET', ''],
    [307, 'POST', 'text'],
    [308, 'POST', 'text'],
  ])('a POST answered %d goes on as %s', async (status, method, body) => {
    await fetchWith(open(), to('/end', status), { method: 'POST', body: 'text', maxRedirects: 1 });
    expect(own.seen.at(-1)).toMatchObject({ method, path: '/end' });
    expect(own.seen.at(-1)?.body.toString()).toBe(body);
  });
});

describe('answers', () => {
  test('of exactly the permitted size are read, one byte more is refused', async () => {
    expect(await reasonOf(fetchWith(open(), `${own.url}/exact`))).toBe('answered 200');
    expect(await reasonOf(fetchWith(open(), `${own.url}/lie`))).toBe('too_large');
  });

  test('that are packed are refused without being unpacked', async () => {
    const outcome = await fetchWith(open(), `${own.url}/bomb`, { maxBytes: 10_000 });
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'encoded' } });
    expect(own.seen[0]?.headers['accept-encoding']).toBe('identity');
  });

  test('whose body was not wanted are not read', async () => {
    expect(await reasonOf(fetchWith(open(), `${own.url}/slow`, { maxBytes: 0 }))).toBe('answered 200');
  });

  test('that break off are failures that may pass', async () => {
    expect(await fetchWith(open(), `${own.url}/cut`)).toMatchObject({
      ok: false,
      failure: { reason: 'unreachable', isLasting: false },
    });
  });

  test('whose body does not end are given up at the end of the time', async () => {
    const clock = makeTestClock();
    const guard = makeGuard({ clock, resolve, allow: [`127.0.0.1:${own.port}`] });
    const outcome = guard.fetch(`${own.url}/slow`, ask);
    while (own.seen.length === 0) await turns(1);
    await turns(20);
    clock.advance(4_999);
    await turns(20);
    clock.advance(1);
    expect(await outcome).toMatchObject({ ok: false, failure: { reason: 'timeout', isLasting: false } });
    expect(clock.timers).toBe(0);
    await guard.close();
  });
});
