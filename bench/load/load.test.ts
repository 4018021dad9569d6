import { createServer, type AddressInfo } from 'node:net';
import { parseJson, splitDelivery, verifySignature } from '@wharf/whatsapp';
import { describe, expect, test } from 'vitest';
import { makeBurst } from './burst.ts';
import { makeChance } from './chance.ts';
import { type Connection, openConnection } from './connection.ts';
import { toP99BySecond, toQuantiles } from './quantiles.ts';
import type { Requests } from './requests.ts';
import { makeSeed } from './seed.ts';
import { makeSustained } from './sustained.ts';

const secret = 'load-test-secret';
const numbers = 10;
const seed = makeSeed({ secret, run: 'seed', count: 3_000, numbers });

/** The body and signature of each prepared request, as a server reads them. */
function readAll(requests: Requests): { body: Buffer; header: string }[] {
  return Array.from({ length: requests.count }, (_, n) => {
    const bytes = requests.at(n);
    const end = bytes.indexOf('\r\n\r\n');
    const head = bytes.toString('latin1', 0, end);
    const body = bytes.subarray(end + 4);
    expect(head).toContain(`Content-Length: ${body.length}`);
    return { body, header: /X-Hub-Signature-256: (\S+)/.exec(head)?.[1] ?? '' };
  });
}

const toEvents = (requests: Requests) =>
  readAll(requests).flatMap(({ body }) => splitDelivery(body, { provider: 'meta', receivedAt: 0 }));

describe('the load is what Meta sends', () => {
  const load = makeSustained({
    secret,
    run: 'test',
    numbers,
    seconds: 3,
    messagesPerSecond: 300,
    statusesPerSecond: 3_000,
    sent: seed.sent,
    chance: makeChance(7),
  });

  test('every request is signed over its own bytes and holds JSON escaped as Meta escapes it', () => {
    for (const { body, header } of readAll(load.requests)) {
      expect(verifySignature(body, header, [secret])).toBe(true);
      expect(parseJson(body).ok).toBe(true);
      expect(body.every((byte) => byte < 0x80)).toBe(true);
    }
  });

  test('the schedule offers the promised rates, in order of time, and a twentieth twice', () => {
    const { counts, offers } = load;
    expect(counts).toMatchObject({ messages: 900, statuses: 9_000 });
    expect(offers.map((offer) => offer.atMs)).toEqual(offers.map((offer) => offer.atMs).toSorted((a, b) => a - b));
    expect(offers.length - new Set(offers.map((offer) => offer.request)).size).toBeGreaterThan(offers.length * 0.03);
    expect(offers.reduce((sum, offer) => sum + offer.events, 0)).toBe(9_900 + counts.duplicates);
  });

  test('all events are distinct and known, and at most a few statuses speak of messages that were never sent', () => {
    const events = toEvents(load.requests);
    expect(events).toHaveLength(9_900);
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length);
    expect(new Set(events.map((event) => event.kind))).toEqual(new Set(['message.received', 'message.status']));
    const known = new Set(seed.sent.map((one) => one.wamid));
    const statuses = events.filter((event) => event.kind === 'message.status');
    const strangers = statuses.filter((event) => !known.has(event.messageId)).length / statuses.length;
    expect(strangers).toBeGreaterThan(0);
    expect(strangers).toBeLessThan(0.04);
  });

  test('single deliveries are 1 to 3 kB', () => {
    const sizes = toQuantiles(readAll(load.requests).map(({ body }) => body.length));
    expect(sizes.p50).toBeGreaterThan(1_000);
    expect(sizes.p50).toBeLessThan(2_000);
  });

  test('every message is owed at least one reply', () => {
    expect(load.expected.filter((one) => one.isReply)).toHaveLength(900);
  });
});

describe('a burst', () => {
  test('holds one event a request, none of them twice, also over several bursts', () => {
    const options = { secret, run: 'burst', count: 2_000, numbers, sent: seed.sent, chance: makeChance(3) };
    const events = [makeBurst(options), makeBurst(options)].flatMap(({ requests }) => toEvents(requests));
    expect(events).toHaveLength(4_000);
    expect(new Set(events.map((event) => event.id)).size).toBe(4_000);
  });
});

describe('quantiles', () => {
  test('are the nearest rank, none left out', () => {
    const values = Array.from({ length: 1_000 }, (_, n) => n + 1).toReversed();
    expect(toQuantiles(values)).toEqual({ count: 1_000, p50: 500, p90: 900, p99: 990, p999: 999, max: 1_000 });
  });

  test('are told second by second of the intended time', () => {
    const points = [1_999, 0, 1_000].map((atMs) => ({ atMs, latencyMs: atMs / 10 }));
    expect(toP99BySecond(points)).toEqual([0, 199.9]);
  });
});

describe('a connection that the server closes while it is idle', () => {
  test('is opened again, and what is sent meanwhile goes out when it stands', async () => {
    let count = 0;
    let asked = 0;
    let connection: Connection | null = null;
    const server = createServer((socket) => {
      socket.on('data', () => {
        asked++;
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK');
      });
      if (++count === 1) socket.end('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n');
      if (count === 2) connection?.send(Buffer.from('POST / HTTP/1.1\r\n\r\n'), 7);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const answered = Promise.withResolvers<[number, number]>();
    connection = await openConnection({
      port,
      onAnswer: (_connection, tag, status) => answered.resolve([tag, status]),
    });
    expect(await answered.promise).toEqual([7, 200]);
    expect([count, asked]).toEqual([2, 1]);
    connection.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
