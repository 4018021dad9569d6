import { describe, expect, test } from 'vitest';
import { makeGraphClient } from './graph.ts';
import { isMediaUrl } from './media-host.ts';
import { withServer } from './test-server.ts';
import type { Transport, TransportRequest } from './transport.ts';

const TOKEN = 'EAAG-secret-token';
const client = (baseUrl: string, timeoutMs = 5000) => makeGraphClient({ baseUrl, accessToken: TOKEN, timeoutMs });

describe('where the token may go', () => {
  const cases: [string, boolean][] = [
    ['https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1', true],
    ['https://scontent.xx.fbcdn.net/v/1', true],
    ['https://graph.facebook.com/v26.0/1', true],
    ['https://media-gru1-1.cdn.whatsapp.net/v/1', true],
    ['http://127.0.0.1:4000/media/1', true],
    ['http://lookaside.fbsbx.com/1', false],
    ['https://lookaside.fbsbx.com:8443/1', false],
    ['https://lookaside.fbsbx.com.evil.example/1', false],
    ['https://evilfbsbx.com/1', false],
    ['https://lookaside.fbsbx.com@evil.example/1', false],
    ['https://user:pass@lookaside.fbsbx.com/1', false],
    ['http://127.0.0.1:4001/media/1', false],
    ['http://169.254.169.254/latest/meta-data', false],
    ['file:///etc/passwd', false],
    ['not a url', false],
    ['', false],
  ];
  test.each(cases)('%s: %s', (url, allowed) => {
    expect(isMediaUrl(url, 'http://127.0.0.1:4000')).toBe(allowed);
  });
});

describe('downloadMedia', () => {
  test('fetches the file with the token', async () => {
    await using server = await withServer((response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end(Buffer.from([1, 2, 3])),
    );
    const outcome = await client(server.origin).downloadMedia(`${server.origin}/m/1`, { maxBytes: 3 });
    expect(outcome).toEqual({ kind: 'ok', value: { bytes: Buffer.from([1, 2, 3]), mimeType: 'image/jpeg' } });
    expect(server.seen[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
  });

  test('refuses another host without asking it', async () => {
    await using server = await withServer((response) => response.end('secret'));
    const outcome = await client('https://graph.facebook.com').downloadMedia(`${server.origin}/m/1`, { maxBytes: 100 });
    expect(outcome).toMatchObject({ kind: 'permanent', httpStatus: null });
    expect(server.seen).toHaveLength(0);
  });

  test('does not follow a redirect to another host', async () => {
    await using inside = await withServer((response) => response.end('internal'));
    await using server = await withServer((response) =>
      response.writeHead(302, { location: `${inside.origin}/admin` }).end(),
    );
    const outcome = await client(server.origin).downloadMedia(`${server.origin}/m/1`, { maxBytes: 100 });
    expect(outcome).toMatchObject({ kind: 'permanent' });
    expect(inside.seen).toHaveLength(0);
  });

  test('follows a relative redirect on the same host', async () => {
    await using server = await withServer((response, { url }) => {
      if (url === '/m/1') response.writeHead(302, { location: '/m/2' }).end();
      else response.end('file');
    });
    const outcome = await client(server.origin).downloadMedia(`${server.origin}/m/1`, { maxBytes: 100 });
    expect(outcome).toMatchObject({ kind: 'ok', value: { bytes: Buffer.from('file') } });
  });

  test('gives up on redirects that go round', async () => {
    await using server = await withServer((response, { url }) => response.writeHead(302, { location: url }).end());
    const outcome = await client(server.origin).downloadMedia(`${server.origin}/m/1`, { maxBytes: 100 });
    expect(outcome).toMatchObject({ kind: 'permanent' });
    expect(server.seen).toHaveLength(4);
  });

  test("carries the token only to Meta's hosts over a redirect", async () => {
    const asked: TransportRequest[] = [];
    const transport: Transport = (request) => {
      asked.push(request);
      const first = asked.length === 1;
      const headers = (name: string): string | null =>
        first && name === 'location' ? 'https://scontent.xx.fbcdn.net/v/1' : null;
      return Promise.resolve({ status: first ? 302 : 200, headers, bytes: () => Promise.resolve(new Uint8Array(2)) });
    };
    const graph = makeGraphClient({ accessToken: TOKEN, transport });
    expect(await graph.downloadMedia('https://lookaside.fbsbx.com/1', { maxBytes: 10 })).toMatchObject({ kind: 'ok' });
    expect(asked.map(({ url }) => url)).toEqual(['https://lookaside.fbsbx.com/1', 'https://scontent.xx.fbcdn.net/v/1']);
  });

  const big = Buffer.alloc(50_000);
  test.each([
    ['announced', { 'content-length': String(big.length) }],
    ['not announced', { 'transfer-encoding': 'chunked' }],
  ])('stops at a file that is too large, its size %s', async (_name, headers) => {
    await using server = await withServer((response) => response.writeHead(200, headers).end(big));
    const outcome = await client(server.origin).downloadMedia(`${server.origin}/m/1`, { maxBytes: 49_999 });
    expect(outcome).toMatchObject({ kind: 'permanent', error: { message: 'the file exceeds the allowed size' } });
  });

  test.each([401, 403, 404, 410])('treats a %s of the media host as that of one file', async (status) => {
    await using server = await withServer((response) => response.writeHead(status).end('<html>no</html>'));
    const outcome = await client(server.origin).downloadMedia(`${server.origin}/m/1`, { maxBytes: 100 });
    expect(outcome).toMatchObject({ kind: 'permanent', httpStatus: status });
  });

  test('still says that the token is dead when Meta itself says so', async () => {
    const body = JSON.stringify({ error: { code: 190, message: 'expired' } });
    await using server = await withServer((response) => response.writeHead(401).end(body));
    const outcome = await client(server.origin).downloadMedia(`${server.origin}/m/1`, { maxBytes: 100 });
    expect(outcome).toMatchObject({ kind: 'channel', code: 190 });
  });

  test('can be repeated when the file is cut short or the server stalls', async () => {
    await using server = await withServer((response, { url }, socket) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      if (url === '/cut') setImmediate(() => socket.destroy());
    });
    const graph = client(server.origin, 200);
    expect(await graph.downloadMedia(`${server.origin}/cut`, { maxBytes: 100 })).toMatchObject({ kind: 'transient' });
    expect(await graph.downloadMedia(`${server.origin}/stall`, { maxBytes: 100 })).toMatchObject({ kind: 'transient' });
  });
});
