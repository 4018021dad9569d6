import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What a registry of its own can do. */
interface Page {
  /** Runs before each scrape: gauges that are read rather than told. A failing reader leaves the last value. */
  onScrape(read: () => void | Promise<void>): void;
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** The only file that knows the Prometheus client, which is frozen upstream: its successor goes in here. */
export interface Metrics extends Page {
  /** One webhook request: what became of it, and how long until it was answered. */
  webhookRequest(verdict: string, tookMs: number): void;
  /** Deliveries accepted but not yet stored. */
  appendQueue(bytes: number): void;
  /** The shard that is furthest behind, in segments. */
  worstShard(lag: number): void;
  /** Entries of the quarantine that nobody has looked after yet. */
  quarantined(open: number): void;
  /** The worker's thread ended although nobody stopped it. */
  workerDied(): void;
  /** Another registry's text, put on the same page; no metric may be in both. A failing reader leaves the last text. */
  join(read: () => Promise<string>): void;
}

/** The worker role's, from its own thread. */
export interface WorkerMetrics extends Page {
  /** `horizon` − `scan`: segments safe to read but not processed here; `shards`: how many this process holds. */
  journal(state: { readonly horizon: number; readonly scan: number; readonly shards: number }): void;
  /** New events, by kind; duplicates are not among them. */
  events(kinds: readonly string[]): void;
  reactionsPending(count: number): void;
  outboxWaiting(channelId: string, count: number): void;
  sendOutcome(channelId: string, outcome: string): void;
  /** One try to fetch a file, and how much was stored. */
  mediaFetched(outcome: string, bytes: number): void;
  /** Files that are still to be fetched; counts to 100,000. */
  mediaWaiting(count: number): void;
}

const ACK_BUCKETS_MS = [1, 2, 5, 10, 20, 50, 100, 250, 1_000];

const gauge = (registry: Registry, name: string, help: string): Gauge =>
  new Gauge({ name, help, registers: [registry] });

function makeGateway(registry: Registry): Pick<Metrics, 'webhookRequest' | 'appendQueue'> {
  const requests = new Counter({
    name: 'wharf_webhook_requests_total',
    help: 'Webhook requests by verdict: stored, verified, unsigned, forbidden, too_large, unavailable, bad_request',
    labelNames: ['verdict'],
    registers: [registry],
  });
  const ack = new Histogram({
    name: 'wharf_webhook_ack_milliseconds',
    help: 'Time from a webhook request to its answer, for those that were stored',
    buckets: ACK_BUCKETS_MS,
    registers: [registry],
  });
  const queue = gauge(registry, 'wharf_append_queue_bytes', 'Deliveries accepted and not yet on durable storage');
  return {
    webhookRequest(verdict, tookMs) {
      requests.inc({ verdict });
      if (verdict === 'stored') ack.observe(tookMs);
    },
    appendQueue: (bytes) => queue.set(bytes),
  };
}

function makeStock(registry: Registry): Pick<Metrics, 'worstShard' | 'quarantined'> {
  const worst = gauge(
    registry,
    'wharf_journal_shard_lag_segments',
    'Lag of the shard that is furthest behind, in segments',
  );
  const open = gauge(registry, 'wharf_quarantine_open', 'Quarantined entries nobody has replayed or discarded');
  return { worstShard: (lag) => worst.set(lag), quarantined: (count) => open.set(count) };
}

function makeJournal(registry: Registry): Pick<WorkerMetrics, 'journal' | 'events'> {
  const behind = gauge(
    registry,
    'wharf_journal_unread_segments',
    'Segments (commits of webhooks) that are safe to read and not yet processed by this process',
  );
  const shards = gauge(registry, 'wharf_journal_shards_held', 'Shards this process holds the lease of');
  const events = new Counter({
    name: 'wharf_events_total',
    help: 'New events processed, by kind; duplicates are not counted',
    labelNames: ['kind'],
    registers: [registry],
  });
  return {
    journal(state) {
      behind.set(Math.max(0, state.horizon - state.scan));
      shards.set(state.shards);
    },
    events(kinds) {
      const counts = new Map<string, number>();
      for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
      for (const [kind, count] of counts) events.inc({ kind }, count);
    },
  };
}

function makeOutgoing(registry: Registry): Pick<WorkerMetrics, 'reactionsPending' | 'outboxWaiting' | 'sendOutcome'> {
  const pending = gauge(registry, 'wharf_reactions_pending', 'Reactions that wait for their turn or run');
  const waiting = new Gauge({
    name: 'wharf_outbox_waiting',
    help: 'Messages and read marks waiting to be sent, by channel',
    labelNames: ['channel'],
    registers: [registry],
  });
  const sends = new Counter({
    name: 'wharf_sends_total',
    help: 'Attempts to send, by channel and outcome',
    labelNames: ['channel', 'outcome'],
    registers: [registry],
  });
  return {
    reactionsPending: (count) => pending.set(count),
    outboxWaiting: (channel, count) => waiting.set({ channel }, count),
    sendOutcome: (channel, outcome) => sends.inc({ channel, outcome }),
  };
}

function makeMedia(registry: Registry): Pick<WorkerMetrics, 'mediaFetched' | 'mediaWaiting'> {
  const fetches = new Counter({
    name: 'wharf_media_fetches_total',
    help: 'Tries to fetch a file, by outcome: stored, retry, corrupt, lost',
    labelNames: ['outcome'],
    registers: [registry],
  });
  const bytes = counter(registry, 'wharf_media_stored_bytes_total', 'Bytes of files fetched and stored');
  const waiting = gauge(
    registry,
    'wharf_media_waiting',
    'Files that are still to be fetched, by all processes together',
  );
  return {
    mediaFetched(outcome, size) {
      fetches.inc({ outcome });
      bytes.inc(size);
    },
    mediaWaiting: (count) => waiting.set(count),
  };
}

/** Of the thread itself: its lag is a customer's handlers, and its heap is not the main thread's. */
function measureThread(registry: Registry, onScrape: Page['onScrape']): void {
  const p99 = gauge(
    registry,
    'wharf_worker_eventloop_lag_p99_seconds',
    "Lag of the worker thread's event loop since the scrape before",
  );
  const max = gauge(registry, 'wharf_worker_eventloop_lag_max_seconds', 'The longest of it');
  const heap = gauge(registry, 'wharf_worker_heap_used_bytes', 'Memory that the worker thread holds in JavaScript');
  const delays = monitorEventLoopDelay({ resolution: 10 });
  delays.enable();
  onScrape(() => {
    p99.set(delays.percentile(99) / 1e9);
    max.set(delays.max / 1e9);
    delays.reset();
    heap.set(process.memoryUsage().heapUsed);
  });
}

function makePage(registry: Registry, onFailures: (count: number) => void): Page {
  const readers: (() => void | Promise<void>)[] = [];
  return {
    onScrape: (read) => void readers.push(read),
    async scrape() {
      const results = await Promise.allSettled(readers.map(async (read) => read()));
      onFailures(results.filter((result) => result.status === 'rejected').length);
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

const counter = (registry: Registry, name: string, help: string): Counter =>
  new Counter({ name, help, registers: [registry] });

/** Makes the metrics of one process, in a registry of their own: all but the worker role's. */
export function makeMetrics(): Metrics {
  const registry = new Registry();
  const failures = counter(
    registry,
    'wharf_metrics_read_failures_total',
    'Gauges that could not be read before a scrape and show their last value',
  );
  const deaths = counter(registry, 'wharf_worker_deaths_total', "Times the worker's thread ended by itself");
  const joined: string[] = [];
  const page = makePage(registry, (count) => failures.inc(count));
  collectDefaultMetrics({ register: registry });
  return {
    ...makeGateway(registry),
    ...makeStock(registry),
    workerDied: () => deaths.inc(),
    onScrape: page.onScrape,
    join(read) {
      const place = joined.push('') - 1;
      page.onScrape(async () => void (joined[place] = await read()));
    },
    async scrape() {
      const { contentType, text } = await page.scrape();
      return { contentType, text: [text, ...joined].join('\n') };
    },
  };
}

/** Makes the metrics of the worker's thread: of its work and of itself, none that {@link makeMetrics} has. */
export function makeWorkerMetrics(): WorkerMetrics {
  const registry = new Registry();
  const failures = counter(
    registry,
    'wharf_worker_metrics_read_failures_total',
    'Gauges of the worker that could not be read before a scrape and show their last value',
  );
  const page = makePage(registry, (count) => failures.inc(count));
  measureThread(registry, page.onScrape);
  return { ...makeJournal(registry), ...makeOutgoing(registry), ...makeMedia(registry), ...page };
}
