import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MISBEHAVIOURS, startFakeGraph } from '../support/fake-graph.ts';
import { API_KEY, makeSite, type Site } from '../support/site.ts';
import { until } from '../support/until.ts';
import { type Environment, ROOT, type Wharf } from '../support/wharf.ts';
import { BODIES, ELEMENTS, toGood, toMessages } from '../attacks/fixtures/hostile-bodies.ts';

const SECRET = 'attack-test-secret';

const toEnv = (graphUrl: string): Environment => ({
  WHATSAPP_GRAPH_URL: graphUrl,
  WHATSAPP_APP_SECRET: SECRET,
  WHATSAPP_VERIFY_TOKEN: 'attack-test-verify',
  WHATSAPP_ACCESS_TOKEN: 'attack-test-token',
  WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
  WHARF_API_KEY: API_KEY,
  WHARF_REACTIONS: join(ROOT, 'test/system/fixtures/echo-reactions.ts'),
});

const sign = (body: string | Buffer, secret = SECRET): string =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

async function post(site: Site, body: string | Buffer, signature?: string): Promise<number> {
  const headers = {
    'content-type': 'application/json',
    ...(signature === undefined ? {} : { 'x-hub-signature-256': signature }),
  };
  const answer = await fetch(`${site.url}/webhooks/whatsapp`, {
    method: 'POST',
    headers,
    body: new Uint8Array(Buffer.from(body)),
  });
  await answer.arrayBuffer();
  return answer.status;
}

async function ask<T>(site: Site, path: string): Promise<T> {
  const answer = await fetch(`${site.url}/api/v1${path}`, { headers: { authorization: `Bearer ${API_KEY}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

interface EventRow {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
}
const listEvents = async (site: Site): Promise<EventRow[]> =>
  (await ask<{ data: EventRow[] }>(site, '/events?limit=200')).data;

const countRefusals = (wharf: Wharf): number => wharf.output().split('"msg":"delivery.refused"').length - 1;

test('1,000 unsigned and forged requests: 401, nothing stored, one log line a second at most', async () => {
  await using graph = await startFakeGraph();
  await using site = await makeSite(toEnv(graph.url));
  const wharf = await site.start();
  const body = toMessages(toGood(1));
  const signatures = [
    undefined,
    '',
    'sha256=',
    sign(body, 'another secret'),
    sign(`${body} `),
    sign(body).slice(0, -1),
    sign(body).replace('sha256', 'sha1'),
    `${sign(body)}, ${sign(body, 'x')}`,
    'é'.repeat(71),
    'a'.repeat(8_000),
  ].map((signature) => signature && Buffer.from(signature, 'utf8').toString('latin1'));

  const startedAt = performance.now();
  const statuses = new Set<number>();
  for (let round = 0; round < 100; round++)
    for (const status of await Promise.all(signatures.map((signature) => post(site, body, signature))))
      statuses.add(status);
  const seconds = (performance.now() - startedAt) / 1000;

  expect([...statuses]).toEqual([401]);
  expect(await site.rows('select 1 from segments')).toEqual([]);
  expect(countRefusals(wharf)).toBeGreaterThan(0);
  expect(countRefusals(wharf)).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  expect(await post(site, body, sign(body)), 'the right signature still passes').toBe(200);
  await until('the good one is answered', () => graph.texts.includes('good 1'));
  expect(await wharf.stop()).toBe(0);
});

test('signed hostile bodies are kept, visible, and never stop the others', async () => {
  await using graph = await startFakeGraph();
  await using site = await makeSite(toEnv(graph.url));
  const wharf = await site.start();

  for (const [name, { body }] of Object.entries(BODIES)) expect(await post(site, body, sign(body)), name).toBe(200);
  const elements = Object.entries(ELEMENTS);
  for (const [n, [name, element]] of elements.entries()) {
    const body = toMessages(element, toGood(n));
    expect(await post(site, body, sign(body)), name).toBe(200);
  }
  const goods = elements.map((_, n) => `good ${n}`);
  await until('every neighbour is answered', () => goods.every((good) => graph.texts.includes(good)), {
    seen: () => `answered: ${graph.texts.join(', ')}`,
  });

  const events = await until('nothing waits', async () => {
    const all = await listEvents(site);
    return all.every((event) => event.state !== 'waiting') ? all : null;
  });
  expect(events).toHaveLength(Object.keys(BODIES).length + 2 * elements.length);
  expect(events.filter((event) => event.state === 'quarantined')).toEqual([]);
  const strange = events.filter((event) => event.kind.startsWith('un')).map((event) => event.kind);
  for (const kind of ['unreadable', 'unknown'])
    expect(strange.filter((found) => found === kind).length, kind).toBeGreaterThanOrEqual(
      Object.values(BODIES).filter((body) => body.kind === kind).length,
    );
  expect(strange.length).toBeGreaterThanOrEqual(Object.keys(BODIES).length);
  for (const event of events)
    expect(await ask<EventRow>(site, `/events/${event.id}`)).toMatchObject({ kind: event.kind });
  expect(goods.map((good) => graph.texts.filter((text) => text === good).length)).toEqual(goods.map(() => 1));
  expect(await wharf.stop()).toBe(0);
});

interface Detail {
  readonly id: string;
  readonly preview: string;
  readonly state: string;
  readonly story: readonly { readonly step: string; readonly title: string }[];
}

test('a Graph API that answers HTML, nothing, garbage or never: an outcome in the story, and the next person is served', async () => {
  await using graph = await startFakeGraph();
  await using site = await makeSite({ ...toEnv(graph.url), WHARF_AMBIGUOUS_SECONDS: '3600' });
  const wharf = await site.start();
  const at = Math.floor(Date.now() / 1000);
  const toElement = (text: string, n: number) =>
    `{"id":"wamid.IN${n}","from":"55119000${n}","timestamp":"${at}","type":"text","text":{"body":"${text}"}}`;
  const body = toMessages(...[...MISBEHAVIOURS, 'fine'].map(toElement));
  expect(await post(site, body, sign(body))).toBe(200);
  await until('the well-behaved answer came', () => graph.texts.includes('fine'));

  // The client gives up on a Graph API that hangs after 30 s.
  const findOutcomes = async (): Promise<Map<string, Detail> | null> => {
    const ids = await site.rows<{ id: string }>(`select id from messages where direction = 'out'`);
    const details = await Promise.all(ids.map(({ id }) => ask<Detail>(site, `/messages/${id}`)));
    const told = details.filter((detail) => detail.story.some((step) => step.step === 'outcome'));
    return told.length === MISBEHAVIOURS.length + 1 ? new Map(told.map((detail) => [detail.preview, detail])) : null;
  };
  const outcomes = await until('each has its outcome', findOutcomes, { withinMs: 45_000, everyMs: 250 });
  expect(outcomes.get('fine')?.state).toBe('accepted');
  const unsure = MISBEHAVIOURS.map((how) => [how, outcomes.get(how)?.state]);
  expect(unsure).toEqual(MISBEHAVIOURS.map((how) => [how, 'ambiguous']));
  expect(
    graph.texts.filter((text) => text === 'hang'),
    'nothing was sent twice',
  ).toHaveLength(1);
  expect(wharf.hasEnded).toBe(false);
  expect(await wharf.stop()).toBe(0);
});
