import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect } from 'vitest';
import { until } from '../support/until.ts';
import { attacks } from './rig/attack.ts';
import { toMessage, toMessages, toText } from './rig/deliveries.ts';
import type { RecordingGraph } from './rig/graph.ts';
import { MARK, SECRETS, toPhone } from './rig/secrets.ts';
import { SENT, toReceived } from './rig/stored.ts';
import type { Siege } from './rig/siege.ts';

/** Somebody else's server inside the network: nothing may knock at it. What does is remembered with its headers. */
interface Tripwire {
  readonly server: Server;
  readonly seen: { readonly url: string; readonly authorization: string | undefined }[];
  port: number;
  /** Headers of its answers. */
  answer: Readonly<Record<string, string>>;
}
const tripwire: Tripwire = { server: createServer(), seen: [], port: 0, answer: {} };

beforeAll(async () => {
  tripwire.server.on('request', ({ url = '', headers }, res) => {
    tripwire.seen.push({ url, authorization: headers.authorization });
    const location = tripwire.answer['location'];
    res.writeHead(location === undefined ? 200 : 302, { 'content-type': 'image/png', ...tripwire.answer }).end('x');
  });
  await new Promise<void>((resolve) => tripwire.server.listen(0, '127.0.0.1', resolve));
  tripwire.port = (tripwire.server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => tripwire.server.close(resolve)));

const attack = attacks({ prepare: (siege) => siege.receive(toText(`quiet ${MARK}`)) });

const sendImage = (siege: Siege, link: string) =>
  siege.api('POST', '/api/v1/messages', { to: toPhone(1), message: { type: 'image', image: { link } } });

/** Every link is refused, says nothing of what stands there, and nobody was knocked at. */
async function expectRefused(siege: Siege, links: readonly string[]): Promise<void> {
  tripwire.seen.length = 0;
  for (const link of links) {
    const answer = await sendImage(siege, link);
    expect([link, answer.status]).toEqual([link, 422]);
    expect(answer.text, link).not.toMatch(/ECONN|EHOST|status 200|image\/png/);
  }
  expect(tripwire.seen).toEqual([]);
}

attack(
  25,
  'links to this machine, private networks and the metadata service are refused in every spelling',
  async (siege) => {
    const hosts = [
      '127.0.0.1',
      '127.1',
      '127.0.1',
      '2130706433',
      '017700000001',
      '0x7f000001',
      '0x7f.0.0.1',
      '0177.0.0.1',
      '0.0.0.0',
      '0',
      'localhost',
      'localhost.',
      'LOCALHOST',
      'foo.localhost',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '169.254.169.254',
      '[fd00:ec2::254]',
      '2852039166',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.0.1',
      '100.64.0.1',
      '[fc00::1]',
      '[fd12:3456::1]',
      '[fe80::1]',
      '192.0.0.1',
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '①②⑦.⓪.⓪.①',
      '127。0。0。1',
    ];
    await expectRefused(
      siege,
      hosts.flatMap((host) => [`http://${host}/`, `https://${host}:8443/x.png`]),
    );
  },
);

attack(25, 'the port of a server inside is no way in either', async (siege) => {
  const { port } = tripwire;
  await expectRefused(siege, [
    `http://127.0.0.1:${port}/`,
    `http://localhost:${port}/`,
    `http://[::ffff:7f00:1]:${port}/`,
  ]);
});

attack(29, 'other schemes, credentials, other ports and line breaks in a link are refused', async (siege) => {
  const links = [
    'file:///etc/passwd',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'data:image/png;base64,AAAA',
    'ftp://shop.example/a.png',
    'javascript:alert(1)',
    'blob:https://shop.example/1',
    `http://user:${MARK}@127.0.0.1:${tripwire.port}/`,
    `http://127.0.0.1:${tripwire.port}@shop.example:22/`,
    ...[22, 25, 5432, 6379, 9200, 11211].map((port) => `https://shop.example:${port}/a.png`),
    `https://shop.example/\r\nhost: 127.0.0.1`,
    'https://shop.example/\t@127.0.0.1/',
    'https:\\\\127.0.0.1\\',
    ' https://127.0.0.1/',
    'https://127.0.0.1\u0000.shop.example/',
    '//127.0.0.1/',
    '',
  ];
  await expectRefused(siege, links);
});

attack(29, 'line breaks in what becomes headers or paths at Meta go nowhere', async (siege) => {
  const send = (more: object) =>
    siege.api('POST', '/api/v1/messages', { to: toPhone(1), message: { type: 'text', text: { body: MARK } }, ...more });
  expect((await send({ to: `${toPhone(1)}\r\nx: y` })).status).toBe(422);
  expect((await send({ channelId: 'x/../..\r\n' })).status).toBe(404);
  expect((await send({ recipient: 'x\r\ny', to: undefined })).status).toBe(422);
});

/** A message with a file whose provider's id and link the sender of the delivery chose. */
const toPicture = (more: object): string =>
  toMessages(toMessage({ type: 'image', image: { mime_type: 'image/png', sha256: '', ...more } }));

const isMedia = (id: string) => (path: string) => path.split('?')[0]?.endsWith(`/${id}`) === true;

/** Meta says that the file is at `url`. */
const answerUrl = (graph: RecordingGraph, id: string, url: string) =>
  graph.rule(({ path }, res) => {
    if (!isMedia(id)(path)) return false;
    const info = { url, id, mime_type: 'image/png', file_size: 1, messaging_product: 'whatsapp' };
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(info));
    return true;
  });

const PICTURE = toReceived(1, { media: 1, blobs: 'any', reaction_runs: 0 });
const MISSED = { stores: PICTURE, logs: ['media.missed'] };

attack(
  30,
  'Meta’s answer that a file is elsewhere is not believed: neither token nor request goes there',
  MISSED,
  async (siege) => {
    tripwire.seen.length = 0;
    const end = answerUrl(siege.graph, '555000111', `http://127.0.0.1:${tripwire.port}/steal`);
    await siege.receive(toPicture({ id: '555000111' }));
    end();
    expect(tripwire.seen).toEqual([]);
    const [row] = await siege.rows<{ state: string; reason: string }>(
      `select state, reason from media order by id desc limit 1`,
    );
    expect(row?.reason).toMatch(/host/);
    expect(row?.reason).not.toContain(SECRETS.accessToken);
  },
);

attack(30, 'a link in the delivery itself leads nowhere but to Meta', MISSED, async (siege) => {
  tripwire.seen.length = 0;
  await siege.receive(toPicture({ id: '555000112', url: `http://127.0.0.1:${tripwire.port}/steal` }));
  expect(tripwire.seen).toEqual([]);
});

attack(
  28,
  'a redirect from Meta’s file store to another host is not followed, with the token or without',
  MISSED,
  async (siege) => {
    tripwire.seen.length = 0;
    const { graph } = siege;
    const ends = [
      answerUrl(graph, '555000113', `${graph.url}/file/1`),
      graph.rule(({ path }, res) => {
        if (path !== '/file/1') return false;
        res.writeHead(302, { location: `http://127.0.0.1:${tripwire.port}/steal` }).end();
        return true;
      }),
    ];
    await siege.receive(toPicture({ id: '555000113' }));
    for (const end of ends) end();
    expect(tripwire.seen).toEqual([]);
  },
);

attack(30, 'a file’s id that is a path stays one segment of Meta’s address', MISSED, async (siege) => {
  const mark = siege.graph.all.length;
  await siege.receive(toPicture({ id: '../../v26.0/me/accounts?x=' }));
  const asked = siege.graph.all.slice(mark).map(({ path }) => path.split('?')[0] ?? '');
  expect(asked.filter((path) => path.includes('/me/accounts') || path.includes('/../'))).toEqual([]);
});

attack(
  31,
  'an endless answer of Meta is cut off at its limit, and its text is not kept',
  { ...MISSED, timeoutMs: 60_000 },
  async (siege) => {
    const { graph } = siege;
    let written = 0;
    const ends = [
      answerUrl(graph, '555000114', `${graph.url}/file/2`),
      graph.rule(({ path }, res) => {
        if (path !== '/file/2') return false;
        res.writeHead(200, { 'content-type': 'image/png' });
        const chunk = Buffer.alloc(1 << 20, 0x41);
        const more = (): void => {
          if (res.destroyed || written >= 400 << 20) {
            res.end();
            return;
          }
          written += chunk.length;
          res.write(chunk, () => setImmediate(more));
        };
        more();
        return true;
      }),
    ];
    await siege.receive(toPicture({ id: '555000114' }));
    const isGivenUp = `select 1 from media where provider_id = '555000114' and state <> 'referenced'`;
    await until('it is given up', async () => (await siege.rows(isGivenUp)).length > 0);
    for (const end of ends) end();
    expect(written).toBeLessThan(300 << 20);
  },
);

attack(
  31,
  'what Meta says of a refusal is kept without secrets, and cut to a bound',
  { stores: SENT, sends: 1, logs: [] },
  async (siege) => {
    const flood = `<script>${SECRETS.accessToken}</script>\r\n\u001b[31m${'x'.repeat(100_000)}`;
    const end = siege.graph.rule(({ method, path }, res) => {
      if (method !== 'POST' || !path.endsWith('/messages')) return false;
      const error = { message: flood, code: 131_026, error_data: { details: flood }, fbtrace_id: flood };
      res.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      return true;
    });
    const answer = await siege.api('POST', '/api/v1/messages', {
      to: toPhone(1),
      message: { type: 'text', text: { body: `${MARK} to be refused` } },
    });
    expect(answer.status).toBe(201);
    await siege.settled();
    end();
    const { id } = JSON.parse(answer.text) as { id: string };
    const story = await siege.api('GET', `/api/v1/messages/${id}`);
    expect(story.status).toBe(200);
    expect(story.text.length).toBeLessThan(60_000);
    expect(story.text).not.toContain(SECRETS.accessToken);
  },
);
