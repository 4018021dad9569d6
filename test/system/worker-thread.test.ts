import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type FakeGraph, startFakeGraph } from '../support/fake-graph.ts';
import { makeProbe } from '../support/probe.ts';
import { makeSite, type Site } from '../support/site.ts';
import { until } from '../support/until.ts';
import { type Environment, ROOT, type Wharf } from '../support/wharf.ts';

const SECRET = 'thread-test-secret';
/** On a machine with nothing else to do it takes 3 to 10 ms. */
const ACKNOWLEDGED_WITHIN_MS = 500;

const toEnv = (graph: FakeGraph): Environment => ({
  WHATSAPP_GRAPH_URL: graph.url,
  WHATSAPP_APP_SECRET: SECRET,
  WHATSAPP_VERIFY_TOKEN: 'thread-test-verify',
  WHATSAPP_ACCESS_TOKEN: 'thread-test-token',
  WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
  WHARF_REACTIONS: join(ROOT, 'packages/server/src/fixtures/trouble-reactions.ts'),
});

async function say(site: Site, from: string, text: string): Promise<void> {
  // Within the 24 hours in which an answer may go out.
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const message = { id: `wamid.${from}.${text}`, from, timestamp, type: 'text', text: { body: text } };
  const metadata = { display_phone_number: '15550001111', phone_number_id: '106540352242922' };
  const value = { messaging_product: 'whatsapp', metadata, messages: [message], contacts: [{ wa_id: from }] };
  const entry = [{ id: '102290129340398', changes: [{ field: 'messages', value }] }];
  const body = JSON.stringify({ object: 'whatsapp_business_account', entry });
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`;
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': signature };
  const answer = await fetch(`${site.url}/webhooks/whatsapp`, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
}

const readMetric = async (wharf: Wharf, name: string): Promise<number> => {
  const text = await (await fetch(`${wharf.internalUrl}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
};

const readReadiness = async (wharf: Wharf): Promise<{ status: number; worker: string }> => {
  const answer = await fetch(`${wharf.internalUrl}/ready`);
  const { checks } = (await answer.json()) as { checks: { worker: string } };
  return { status: answer.status, worker: checks.worker };
};

test('a handler that blocks delays no acknowledgement, no metrics and no readiness', async () => {
  await using graph = await startFakeGraph();
  await using site = await makeSite(toEnv(graph));
  const wharf = await site.start();
  const probe = makeProbe(site, SECRET, 10_000);
  await say(site, '491', 'warm');
  await until('it is warm', () => graph.texts.includes('re: warm'));

  await say(site, '491', 'pause 2500');
  await until('it is blocked', async () => (await readMetric(wharf, 'wharf_metrics_read_failures_total')) > 0);
  for (let n = 0; n < 20; n++) expect(await probe.once()).toMatchObject({ status: 200 });
  expect(Math.max(...probe.all.map((probed) => probed.tookMs))).toBeLessThan(ACKNOWLEDGED_WITHIN_MS);
  expect(await readReadiness(wharf)).toEqual({ status: 200, worker: 'up' });
  expect(graph.texts, 'it was blocked all the time').toEqual(['re: warm']);

  await until('it goes on', () => graph.texts.includes('re: pause 2500'));
  expect(await wharf.stop()).toBe(0);
});

test('a handler that kills its thread: webhooks are taken meanwhile, another thread answers everyone once', async () => {
  await using graph = await startFakeGraph();
  await using site = await makeSite(toEnv(graph));
  const wharf = await site.start({ WHARF_TEST_DIR: site.dataDir });
  await say(site, '491', 'once reject');
  const dead = await until('its thread is dead', async () => {
    const seen = await readReadiness(wharf);
    return seen.worker === 'up' ? null : seen;
  });
  expect(dead).toEqual({ status: 200, worker: expect.stringMatching(/^TypeError at /) });
  await say(site, '492', 'meanwhile');
  await until('both are answered', () => graph.texts.length >= 2);
  expect(await readMetric(wharf, 'wharf_worker_deaths_total')).toBe(1);
  expect(await readMetric(wharf, 'wharf_journal_shards_held')).toBe(256);
  expect(await wharf.stop()).toBe(0);
  expect(graph.texts.toSorted()).toEqual(['re: meanwhile', 're: once reject']);
  expect(wharf.output()).toContain('worker.died');
  expect(wharf.output()).not.toMatch(/secret words|stop\.failed/);
});

test('a handler that never gives its thread back does not keep the program from stopping', async () => {
  await using graph = await startFakeGraph();
  await using site = await makeSite(toEnv(graph));
  const wharf = await site.start();
  await say(site, '491', 'pause 3600000');
  await until('it is blocked', async () => (await readMetric(wharf, 'wharf_metrics_read_failures_total')) > 0);
  expect(await wharf.stop()).toBe(0);
  expect(wharf.output()).toMatch(/"reason":"it stood still for \d+ s".*"worker\.ended"/);
  expect(wharf.output()).not.toContain('stop.failed');
  expect(site.postmaster()).toBeNull();
});
