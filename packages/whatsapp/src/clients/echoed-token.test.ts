import { expect, test } from 'vitest';
import { text } from '../outbound/build.ts';
import { makeGraphClient } from './graph.ts';
import { withServer } from './test-server.ts';
import { makeWhapiClient } from './whapi.ts';

const TOKEN = 'EAAG-secret+token';
/** As Meta words it (190), and as a proxy in between might. */
const BODIES = [
  JSON.stringify({ error: { message: `Malformed access token ${TOKEN}`, code: 190, type: 'OAuthException' } }),
  `<html>Authorization: Bearer ${TOKEN} is not known here</html>`,
];

test.each(BODIES)('a provider that quotes the token back is kept without it: %.40s', async (body) => {
  await using server = await withServer((response) => void response.writeHead(401).end(body));
  const graph = makeGraphClient({ baseUrl: server.origin, accessToken: TOKEN });
  const whapi = makeWhapiClient({ baseUrl: server.origin, token: TOKEN });
  const outcomes = [
    await graph.send('106', text('hi'), { to: '5511' }),
    await graph.mediaInfo('1'),
    await graph.downloadMedia(`${server.origin}/m/1`, { maxBytes: 10 }),
    await whapi.send(text('hi'), { to: '5511' }),
    await whapi.downloadMedia('1', { maxBytes: 10 }),
  ];
  for (const outcome of outcomes) {
    expect(outcome.kind).not.toBe('ok');
    expect(JSON.stringify(outcome)).not.toContain(TOKEN);
  }
  expect(server.seen).toHaveLength(5);
});
