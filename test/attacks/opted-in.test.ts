import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect } from 'vitest';
import { attacks } from './rig/attack.ts';
import { toText } from './rig/deliveries.ts';
import { MARK, toPhone } from './rig/secrets.ts';
import { SENT } from './rig/stored.ts';

const listen = async (
  location: string | null,
): Promise<{ server: Server; port: number; seen: (string | undefined)[] }> => {
  const seen: (string | undefined)[] = [];
  const server = createServer(({ headers }, res) => {
    seen.push(headers.host);
    if (location === null) res.writeHead(200, { 'content-type': 'image/png', 'content-length': 1 }).end('x');
    else res.writeHead(302, { location }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port, seen };
};
const secret = await listen(null);
const own = await listen(null);
const turning = await listen(`http://127.0.0.1:${secret.port}/`);
afterAll(() => {
  for (const { server } of [secret, own, turning]) server.close();
});

/** The operator let two ports of this machine in, each by itself. */
const attack = attacks({
  env: { WHARF_ALLOW_PRIVATE_HOSTS: `127.0.0.1:${own.port},127.0.0.1:${turning.port}` },
  prepare: (siege) => siege.receive(toText(`quiet ${MARK}`)),
});
const toSend = (link: string) => ({ to: toPhone(1), message: { type: 'image', image: { link } } });

attack(32, 'a private host is reached only as the operator listed it', { stores: SENT, sends: 1 }, async (siege) => {
  const taken = await siege.api('POST', '/api/v1/messages', toSend(`http://127.0.0.1:${own.port}/a.png`));
  expect([taken.status, own.seen.length > 0]).toEqual([201, true]);
});

attack(32, 'listing one does not let its neighbours in: another port, another address, another name', async (siege) => {
  for (const host of [
    `127.0.0.1:${secret.port}`,
    `127.0.0.2:${own.port}`,
    `10.0.0.1:${own.port}`,
    'localhost:22',
    '[::1]:5432',
  ]) {
    const answer = await siege.api('POST', '/api/v1/messages', toSend(`http://${host}/a.png`));
    expect([host, answer.status]).toEqual([host, 422]);
  }
  expect(secret.seen).toEqual([]);
});

attack(28, 'a host that was let in cannot lead on to one that was not', async (siege) => {
  const answer = await siege.api('POST', '/api/v1/messages', toSend(`http://127.0.0.1:${turning.port}/a.png`));
  expect([answer.status, secret.seen.length]).toEqual([422, 0]);
  expect(turning.seen.length).toBeGreaterThan(0);
});
