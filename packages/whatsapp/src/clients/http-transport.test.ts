import { createServer, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { httpTransport } from './http-transport.ts';
import { json, type Respond, withServer } from './test-server.ts';
import type { TransportRequest } from './transport.ts';

describe('one exchange', () => {
  const request = (url: string, more: Partial<TransportRequest> = {}): TransportRequest => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'text/plain' },
    body: 'hello',
    timeoutMs: 5_000,
    ...more,
  });
  /** Sends it and reads the whole answer. */
  const run = async (respond: Respond, more: Partial<TransportRequest> = {}, maxBytes = 100) => {
    await using server = await withServer(respond);
    const reply = await httpTransport(request(server.origin, more));
    return { reply, text: Buffer.from(await reply.bytes(maxBytes)).toString(), seen: server.seen };
  };

  test('carries body and headers there, status, headers and body back, and says a name', async () => {
    const { reply, text, seen } = await run((response) =>
      response.writeHead(201, { 'X-Trace': 'abc' }).end('stored: 5 bytes'),
    );
    expect([reply.status, reply.headers('x-trace'), reply.headers('x-other'), text]).toEqual([
      201,
      'abc',
      null,
      'stored: 5 bytes',
    ]);
    expect(seen).toMatchObject([
      { method: 'POST', body: Buffer.from('hello'), headers: { 'content-length': '5', 'user-agent': 'wharf' } },
    ]);
  });

  test('bytes go as they are', async () => {
    const body = Buffer.from([0, 255, 10, 13]);
    expect((await run(json({}), { body })).seen[0]?.body).toEqual(body);
  });

  test('a second request takes the same connection', async () => {
    const ports = new Set<number | undefined>();
    await using server = await withServer((response, _seen, socket) => {
      ports.add(socket.remotePort);
      response.end('{}');
    });
    for (let n = 0; n < 3; n++) await (await httpTransport(request(server.origin))).bytes(10);
    expect(ports.size).toBe(1);
  });

  test('a redirect is an answer and is not followed: the token stays here', async () => {
    const { reply, seen } = await run((response) => response.writeHead(302, { location: '/elsewhere' }).end());
    expect([reply.status, seen.length]).toEqual([302, 1]);
  });

  test.each<[string, Respond, string]>([
    ['announced', (response) => response.writeHead(200, { 'content-length': '101' }).end('x'.repeat(101)), 'too-large'],
    ['that comes in pieces', (response) => void [1, 2, 3].map(() => response.write('x'.repeat(50))), 'too-large'],
    [
      'that ends too early',
      (response, _seen, socket) =>
        void response.writeHead(200, { 'content-length': '9' }).write('x', () => socket.destroy()),
      'cut',
    ],
    ['that never ends', (response) => void response.write('x'), 'timeout'],
  ])('a body %s is refused', async (_name, respond, reason) => {
    await expect(run(respond, { timeoutMs: 300 })).rejects.toMatchObject({ reason, mayHaveArrived: true });
  });

  test.each<[string, Respond, string]>([
    ['nothing at all', () => undefined, 'timeout'],
    ['a closed connection', (_response, _seen, socket) => socket.destroy(), 'cut'],
    ['no HTTP', (_response, _seen, socket) => void socket.end('220 mail.example.com ESMTP\r\n'), 'cut'],
    [
      'another protocol',
      (_response, _seen, socket) =>
        void socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n'),
      'cut',
    ],
  ])('%s may have arrived', async (_name, respond, reason) => {
    await expect(run(respond, { timeoutMs: 300 })).rejects.toMatchObject({ reason, mayHaveArrived: true });
  });

  const SMUGGLER = { headers: { authorization: 'a\r\nb: c' } };
  test.each<[string, string, Partial<TransportRequest>, string]>([
    ['an address that is none', 'nowhere', {}, 'invalid'],
    ['another scheme', 'ftp://127.0.0.1/x', {}, 'invalid'],
    ['a header that would smuggle another', 'http://127.0.0.1:9/', SMUGGLER, 'invalid'],
    ['a port where nobody listens', 'http://127.0.0.1:9/', {}, 'unreachable'],
    ['the same with TLS', 'https://127.0.0.1:9/', {}, 'unreachable'],
    ['a name that nobody has', 'http://nobody.invalid/', {}, 'unreachable'],
  ])('%s: nothing has left', async (_name, url, more, reason) => {
    await expect(httpTransport(request(url, more))).rejects.toMatchObject({ reason, mayHaveArrived: false });
  });

  test('an answer before the body was read: the connection is closed when the time is over', async () => {
    const ended = Promise.withResolvers<void>();
    const sockets: Socket[] = [];
    let received = 0;
    await using early = createServer((socket) => {
      const isFirst = sockets.push(socket.on('error', () => undefined)) === 1;
      socket.on('data', (chunk) => void (received += isFirst ? chunk.length : 0));
      socket.once('close', () => isFirst && ended.resolve());
      socket.once('data', () => {
        if (!isFirst) return;
        socket.pause();
        socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno');
      });
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => early.once('listening', resolve));
    const { port } = early.address() as { port: number };
    const body = Buffer.alloc(20 << 20);
    const send = (more: Partial<TransportRequest>) =>
      httpTransport(request(`http://127.0.0.1:${port}/`, { timeoutMs: 200, ...more }));
    const reply = await send({ body });
    expect([reply.status, Buffer.from(await reply.bytes(10)).toString()]).toEqual([413, 'no']);
    // Sent later with the same limit and never answered: when its time is over, so is the first one's.
    await expect(send({})).rejects.toMatchObject({ reason: 'timeout' });
    sockets[0]?.resume();
    await ended.promise;
    expect(received).toBeLessThan(body.length);
  });

  test('a TLS handshake with somebody who speaks none: nothing has left', async () => {
    await using server = await withServer(json({}));
    const attempt = httpTransport(request(server.origin.replace('http:', 'https:')));
    await expect(attempt).rejects.toMatchObject({ reason: 'unreachable', mayHaveArrived: false });
    expect(server.seen).toEqual([]);
  });

  test('a TLS handshake that is never answered: nothing has left', async () => {
    await using silent = createServer((socket) => socket.resume()).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const attempt = httpTransport(request(`https://127.0.0.1:${port}/`, { timeoutMs: 200 }));
    await expect(attempt).rejects.toMatchObject({ reason: 'timeout', mayHaveArrived: false });
  });

  test('a connection that was used before and is cut by the next request: that one may have arrived', async () => {
    let count = 0;
    await using server = await withServer((response, _seen, socket) => {
      if (++count === 1) response.end('{}');
      else socket.destroy();
    });
    await (await httpTransport(request(server.origin))).bytes(10);
    await expect(httpTransport(request(server.origin))).rejects.toMatchObject({ reason: 'cut', mayHaveArrived: true });
    expect(count).toBe(2);
  });
});
