import { request } from 'node:http';
import { expect } from 'vitest';
import { until } from '../support/until.ts';
import { attacks } from './rig/attack.ts';
import { sign, toText } from './rig/deliveries.ts';
import { MARK } from './rig/secrets.ts';
import type { Siege } from './rig/siege.ts';
import { toReceived } from './rig/stored.ts';
import { exchange, type Line, openLine, toStatuses } from './rig/wire.ts';

// What it costs to be attacked: bounds are generous, since they must hold on any machine and under any neighbour.

const POST = 'POST /webhooks/whatsapp HTTP/1.1\r\nhost: x\r\n';

/** Begun before the first attack and looked at after the last one: what they wait for takes a minute. */
const begun: Line[] = [];
const attack = attacks({
  async prepare(siege) {
    await siege.receive(toText(`quiet ${MARK}`));
    for (let n = 0; n < 50; n++) begun.push(openLine(siege.url));
    for (const line of begun) line.write(`${POST}x-hub-signature-256: ${sign('')}\r\ncontent-length: 1000\r\n\r\n{`);
  },
});

/** A good delivery now; how long it took to be answered 200. */
async function measureGood(siege: Siege): Promise<number> {
  const startedAt = performance.now();
  expect((await siege.deliver(toText(`quiet ${MARK}`))).status).toBe(200);
  return performance.now() - startedAt;
}

const close = (lines: readonly Line[]) => {
  for (const { socket } of lines) socket.destroy();
};

attack(
  21,
  'headers that come a byte at a time are cut off within seconds, and nobody waits behind them',
  { stores: toReceived(1), timeoutMs: 60_000 },
  async (siege) => {
    const lines = Array.from({ length: 50 }, () => openLine(siege.url));
    for (const line of lines) line.write('POST /webhooks/whatsapp HTTP/1.1\r\nhost: x\r\n');
    const drip = setInterval(() => {
      for (const line of lines) if (line.socket.writable) line.write('x');
    }, 1_000);
    expect(await measureGood(siege)).toBeLessThan(2_000);
    const startedAt = performance.now();
    const answers = await Promise.all(lines.map((line) => line.ended));
    clearInterval(drip);
    expect(performance.now() - startedAt).toBeLessThan(25_000);
    expect(answers.filter((text) => text !== '' && toStatuses(text)[0] !== 408)).toEqual([]);
  },
);

const IDLE = 10_000;

attack(
  21,
  `${IDLE} idle connections leave room for the next one`,
  { stores: toReceived(1), timeoutMs: 60_000 },
  async (siege) => {
    const lines: Line[] = [];
    // A process that may open fewer files than that tries as many as it can, and says so.
    const refused = { value: 0 };
    const opened = { value: 0 };
    for (let n = 0; n < IDLE; n++) {
      const line = openLine(siege.url);
      line.socket.once('connect', () => opened.value++);
      line.socket.once('error', () => refused.value++);
      lines.push(line);
      if (n % 500 === 499) await until('they are connected', () => opened.value + refused.value > n - 50);
    }
    try {
      await until('all have their answer', () => opened.value + refused.value === IDLE);
      if (refused.value > 0) console.log(`Only ${opened.value} of ${IDLE} connections could be opened here.`);
      expect(opened.value).toBeGreaterThan(IDLE / 20);
      expect(await measureGood(siege)).toBeLessThan(5_000);
    } finally {
      close(lines);
    }
  },
);

const toSigned = (body: string, more = ''): string =>
  `${POST}x-hub-signature-256: ${sign(body)}\r\n${more}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;

const PIPELINED = 40;
attack(
  21,
  'requests on top of each other are answered each for itself and in order, good and forged mixed',
  { stores: toReceived(PIPELINED / 2, { segments: 'any' }) },
  async (siege) => {
    const requests = Array.from({ length: PIPELINED }, (_, n) => {
      const body = toText(`quiet ${MARK}`);
      return n % 2 === 0 ? toSigned(body) : `${POST}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    });
    const answers = toStatuses(await exchange(siege.url, requests.join(''), PIPELINED));
    expect(answers).toEqual(requests.map((_, n) => (n % 2 === 0 ? 200 : 401)));
  },
);

/** The request that must never be seen: it is hidden in what another one calls its body. */
const hidden = toSigned(toText(`${MARK} smuggled`));

const SMUGGLING: Readonly<Record<string, string>> = {
  'a length and chunks': `${POST}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks and a length': `${POST}transfer-encoding: chunked\r\ncontent-length: 6\r\n\r\n0\r\n\r\n${hidden}`,
  'two lengths': `${POST}content-length: 0\r\ncontent-length: ${hidden.length}\r\n\r\n${hidden}`,
  'two lengths in one': `${POST}content-length: 0, ${hidden.length}\r\n\r\n${hidden}`,
  'a signed length': `${POST}content-length: +0\r\n\r\n${hidden}`,
  'a hexadecimal length': `${POST}content-length: 0x0\r\n\r\n${hidden}`,
  'chunks that are not last': `${POST}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks by another name': `${POST}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${hidden}`,
  'chunks in a folded line': `${POST}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n${hidden}`,
  'a space before the colon': `${POST}transfer-encoding : chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n${hidden}`,
  'line feeds alone': `${POST.replaceAll('\r', '')}transfer-encoding: chunked\n\n0\n\n${hidden}`,
  'a chunk that lies about its size': `${POST}transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\n\r\n${hidden}`,
};

attack(
  21,
  'no second request can be hidden in the body of a first, however lengths and chunks contradict each other',
  async (siege) => {
    for (const [how, bytes] of Object.entries(SMUGGLING)) {
      const statuses = toStatuses(await exchange(siege.url, bytes, 2, 1_500));
      expect([how, statuses.includes(200)]).toEqual([how, false]);
      expect([how, statuses.length <= 1]).toEqual([how, true]);
      expect([how, statuses.every((status) => status >= 400 && status < 500)]).toEqual([how, true]);
    }
  },
);

const FLOOD = 3_000;

/** Over kept connections, as a flood comes. */
function floodOnce(siege: Siege, n: number): Promise<number> {
  const body = toText(`${MARK} ${n}`);
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { 'x-hub-signature-256': sign(body, `guess ${n}`) } };
    const asked = request(`${siege.url}/webhooks/whatsapp`, options, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    asked.on('error', reject).end(body);
  });
}

attack(
  24,
  `${FLOOD} forged deliveries cost no row, a log line a second at most, and good ones are served meanwhile`,
  { stores: toReceived(5, { segments: 'any' }), timeoutMs: 60_000 },
  async (siege) => {
    const said = siege.wharf.output().length;
    const startedAt = performance.now();
    const statuses = new Set<number>();
    let next = 0;
    const flood = Array.from({ length: 64 }, async () => {
      while (next < FLOOD) statuses.add(await floodOnce(siege, next++));
    });
    const tookMs: number[] = [];
    for (let n = 0; n < 5; n++) {
      await until('the flood is under way', () => next >= (n * FLOOD) / 6, { everyMs: 5 });
      tookMs.push(await measureGood(siege));
    }
    await Promise.all(flood);
    const seconds = (performance.now() - startedAt) / 1000;
    const lines = siege.wharf.output().slice(said).split('"msg":"delivery.refused"').length - 1;
    expect([...statuses]).toEqual([401]);
    expect(lines).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
    expect(Math.max(...tookMs)).toBeLessThan(3_000);
    expect(siege.wharf.output().slice(said).length).toBeLessThan(1_000 * (Math.ceil(seconds) + 2));
  },
);

attack(24, 'a flood of wrong API keys costs no row and no log line, and the right key is served', async (siege) => {
  const guess = (n: number) => siege.ask('/api/v1/events', { headers: { authorization: `Bearer guess-${n}` } });
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => guess(round * 20 + n)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
  }
  expect((await siege.api('GET', '/api/v1/me')).status).toBe(200);
});

attack(
  21,
  'bodies that never come hold a connection for a minute and stand in nobody’s way',
  { stores: toReceived(1), timeoutMs: 100_000 },
  async (siege) => {
    expect(await measureGood(siege)).toBeLessThan(2_000);
    // Requests may take 60 s, and are looked after every 5 s.
    const answers = await Promise.all(begun.map((line) => line.ended));
    expect(answers.filter((text) => text !== '' && toStatuses(text)[0] !== 408)).toEqual([]);
  },
);
