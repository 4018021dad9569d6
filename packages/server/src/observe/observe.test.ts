import { afterEach, describe, expect, test } from 'vitest';
import { type InternalServer, makeInternalServer, type Readiness } from './internal-server.ts';
import { makeMetrics, makeWorkerMetrics, type Metrics, type WorkerMetrics } from './metrics.ts';

const valueOf = async (metrics: Pick<Metrics, 'scrape'>, series: string): Promise<number | undefined> => {
  const line = (await metrics.scrape()).text.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
};

describe('metrics', () => {
  test.each<[string, (metrics: Metrics) => void, number]>([
    ['wharf_webhook_requests_total{verdict="unsigned"}', (m) => m.webhookRequest('unsigned', 1), 1],
    ['wharf_webhook_ack_milliseconds_count', (m) => m.webhookRequest('stored', 3), 1],
    ['wharf_webhook_ack_milliseconds_count', (m) => m.webhookRequest('unsigned', 3), 0],
    ['wharf_webhook_ack_milliseconds_bucket{le="2"}', (m) => m.webhookRequest('stored', 3), 0],
    ['wharf_webhook_ack_milliseconds_bucket{le="5"}', (m) => m.webhookRequest('stored', 3), 1],
    ['wharf_append_queue_bytes', (m) => m.appendQueue(4_096), 4_096],
    ['wharf_journal_shard_lag_segments', (m) => m.worstShard(7), 7],
    ['wharf_quarantine_open', (m) => m.quarantined(2), 2],
    ['wharf_worker_deaths_total', (m) => m.workerDied(), 1],
  ])('%s', async (series, tell, expected) => {
    const metrics = makeMetrics();
    tell(metrics);
    expect(await valueOf(metrics, series)).toBe(expected);
  });

  test.each<[string, (metrics: WorkerMetrics) => void, number]>([
    ['wharf_journal_unread_segments', (m) => m.journal({ horizon: 120, scan: 100, shards: 256 }), 20],
    ['wharf_journal_unread_segments', (m) => m.journal({ horizon: 90, scan: 100, shards: 256 }), 0],
    ['wharf_journal_shards_held', (m) => m.journal({ horizon: 90, scan: 100, shards: 128 }), 128],
    ['wharf_events_total{kind="message.status"}', (m) => m.events(['message.status', 'unknown', 'message.status']), 2],
    ['wharf_reactions_pending', (m) => m.reactionsPending(3), 3],
    ['wharf_outbox_waiting{channel="chn_1"}', (m) => m.outboxWaiting('chn_1', 5), 5],
    ['wharf_sends_total{channel="chn_1",outcome="accepted"}', (m) => m.sendOutcome('chn_1', 'accepted'), 1],
  ])('of the worker: %s', async (series, tell, expected) => {
    const metrics = makeWorkerMetrics();
    tell(metrics);
    expect(await valueOf(metrics, series)).toBe(expected);
  });

  test('of both threads make one page, in which every metric stands once', async () => {
    const metrics = makeMetrics();
    const worker = makeWorkerMetrics();
    metrics.join(async () => (await worker.scrape()).text);
    const { text } = await metrics.scrape();
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map((match) => match[1]);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain('wharf_worker_eventloop_lag_p99_seconds');
    expect(text.split('\n').filter((line) => !/^(# (HELP|TYPE) |\w+({.*})? \S+$|$)/.test(line))).toEqual([]);
    expect(await valueOf(worker, 'wharf_worker_heap_used_bytes')).toBeGreaterThan(1_000_000);
  });

  test('of a worker that does not answer stay as they were, and are counted as not read', async () => {
    const metrics = makeMetrics();
    let blocked = false;
    metrics.join(() => (blocked ? Promise.reject(new Error('blocked')) : Promise.resolve('wharf_events 7\n')));
    expect(await valueOf(metrics, 'wharf_events')).toBe(7);
    blocked = true;
    expect(await valueOf(metrics, 'wharf_events')).toBe(7);
    expect(await valueOf(metrics, 'wharf_metrics_read_failures_total')).toBe(2);
  });

  test('of the process itself are there: memory and the lag of the event loop', async () => {
    const metrics = makeMetrics();
    expect(await valueOf(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
    expect(await valueOf(metrics, 'nodejs_eventloop_lag_p99_seconds')).toBeTypeOf('number');
  });

  test('that are read before a scrape keep their last value when the reader fails', async () => {
    const metrics = makeMetrics();
    let fails = false;
    metrics.onScrape(async () => {
      if (fails) throw new Error('the database is away');
      metrics.quarantined(4);
    });
    expect(await valueOf(metrics, 'wharf_quarantine_open')).toBe(4);
    fails = true;
    expect(await valueOf(metrics, 'wharf_quarantine_open')).toBe(4);
    expect(await valueOf(metrics, 'wharf_metrics_read_failures_total')).toBe(2);
  });
});

describe('the internal listener', () => {
  let server: InternalServer | null = null;
  afterEach(async () => {
    await server?.stop();
    server = null;
  });

  async function open(
    isReady: () => Promise<Readiness>,
    metrics: Pick<Metrics, 'scrape'> = makeMetrics(),
  ): Promise<string> {
    server = makeInternalServer({ host: '127.0.0.1', port: 0, metrics, isReady });
    return server.start();
  }

  test('says that the process lives, also when it is not ready', async () => {
    const url = await open(async () => ({ ok: false, checks: { database: 'away' } }));
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test.each<[string, () => Promise<Readiness>, number, object]>([
    [
      'all is well',
      async () => ({ ok: true, checks: { database: 'ok' } }),
      200,
      { ok: true, checks: { database: 'ok' } },
    ],
    [
      'something is missing',
      async () => ({ ok: false, checks: { database: 'away' } }),
      503,
      { ok: false, checks: { database: 'away' } },
    ],
    [
      'nobody knows',
      () => Promise.reject(new Error('x')),
      503,
      { ok: false, checks: { readiness: 'could not be found out' } },
    ],
  ])('tells whether it is ready: %s', async (_name, isReady, status, body) => {
    const response = await fetch(`${await open(isReady)}/ready`);
    expect([response.status, await response.json()]).toEqual([status, body]);
  });

  test('gives the metrics as Prometheus reads them', async () => {
    const response = await fetch(`${await open(async () => ({ ok: true, checks: {} }))}/metrics`);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await response.text()).toContain('# TYPE wharf_webhook_requests_total counter');
  });

  test('answers 500 when the metrics cannot be read, and lives on', async () => {
    const url = await open(async () => ({ ok: true, checks: {} }), { scrape: () => Promise.reject(new Error('x')) });
    expect((await fetch(`${url}/metrics`)).status).toBe(500);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  test.each([
    ['GET', '/', 404],
    ['POST', '/health', 405],
    ['HEAD', '/health', 200],
  ])('%s %s is %i', async (method, path, status) => {
    const url = await open(async () => ({ ok: true, checks: {} }));
    expect((await fetch(`${url}${path}`, { method })).status).toBe(status);
  });

  test('does not start on a port that is taken', async () => {
    const url = await open(async () => ({ ok: true, checks: {} }));
    const second = makeInternalServer({
      host: '127.0.0.1',
      port: Number(new URL(url).port),
      metrics: makeMetrics(),
      isReady: async () => ({ ok: true, checks: {} }),
    });
    await expect(second.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
