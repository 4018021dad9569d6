import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

/** A server that says everything back, a way to it, and a socket on that way. */
async function makeWay(): Promise<{ proxy: TcpProxy; dial: () => Promise<Socket> }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = await startTcpProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  const sockets: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await proxy.close();
    server.close();
  });
  const dial = async (): Promise<Socket> => {
    const socket = connect(proxy.port, '127.0.0.1').on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  return { proxy, dial };
}

/** However it closes, with an error or without. */
const closing = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

const hear = async (socket: Socket): Promise<string> => String(((await once(socket, 'data')) as [Buffer])[0]);

test('in fair weather everything passes, both ways, and an end is an end', async () => {
  const { dial } = await makeWay();
  const socket = await dial();
  socket.write('hello');
  expect(await hear(socket)).toBe('hello');
  socket.end();
  await once(socket, 'end');
});

test('a cut resets what is open and refuses what is new; afterwards all is well', async () => {
  const { proxy, dial } = await makeWay();
  const socket = await dial();
  socket.write('hello');
  await hear(socket);
  const closed = closing(socket);
  proxy.set({ kind: 'cut' });
  await closed;
  await closing(connect(proxy.port, '127.0.0.1').on('error', () => undefined));
  proxy.set({ kind: 'fair' });
  const again = await dial();
  again.write('again');
  expect(await hear(again)).toBe('again');
});

test('a stalled way holds back what was said, and lets it go on afterwards', async () => {
  const { proxy, dial } = await makeWay();
  const socket = await dial();
  proxy.set({ kind: 'stall' });
  socket.write('held');
  let heard = '';
  socket.on('data', (chunk) => void (heard += String(chunk)));
  // Another connection's answer shows that there was time enough for this one's.
  const other = await dial();
  other.write('also held');
  expect(heard).toBe('');
  proxy.set({ kind: 'fair' });
  expect(await hear(other)).toBe('also held');
  expect(heard).toBe('held');
});

test('a forgotten connection is silent for ever and nobody says so; a new one is well', async () => {
  const { proxy, dial } = await makeWay();
  const old = await dial();
  old.write('hello');
  await hear(old);
  let heard = '';
  old.on('data', (chunk) => void (heard += String(chunk)));
  proxy.forget();
  old.write('is anybody there?');
  const fresh = await dial();
  fresh.write('fresh');
  expect(await hear(fresh)).toBe('fresh');
  expect({ heard, closed: old.closed }).toEqual({ heard: '', closed: false });
});
