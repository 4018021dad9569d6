import { type Connection, openConnections } from './connection.ts';
import { now } from './now.ts';
import { type Quantiles, toP99BySecond, toQuantiles, toQuantilesBy } from './quantiles.ts';
import type { Requests } from './requests.ts';

/**
 * Open loop: requests leave at times fixed beforehand, whatever the server does. Latency counts from the intended
 * time, so a stall of the server, of the connections or of this program shows in every request it delays.
 */
export interface OpenLoop {
  readonly port: number;
  readonly connections: number;
  readonly requests: Requests;
  /** In order of time; `request` may occur twice (a duplicate). `events`: what it carries. */
  readonly offers: readonly Offer[];
}

export interface Offer {
  readonly atMs: number;
  readonly request: number;
  readonly events: number;
}

export interface OpenResult {
  readonly startedAt: number;
  readonly ack: Quantiles;
  readonly ackP99BySecond: readonly number[];
  readonly ackByMinute: readonly Quantiles[];
  readonly offeredEvents: number;
  readonly offeredMs: number;
  /** From the first intended send to the last 200. */
  readonly ackedMs: number;
  /** Sent more than 10 ms after their time: no connection was free, or this program was held up. They count in full. */
  readonly late: number;
  readonly maxLateMs: number;
  /** Answers other than 200 and broken connections; each was offered again after a second, as Meta does. */
  readonly refused: number;
}

const LATE_MS = 10;
const AGAIN_MS = 1_000;

export async function runOpenLoop({ port, connections: count, requests, offers }: OpenLoop): Promise<OpenResult> {
  const latencies = new Float64Array(offers.length);
  const idle: Connection[] = [];
  const waiting: number[] = [];
  let next = 0;
  let open = offers.length;
  let late = 0;
  let maxLateMs = 0;
  let refused = 0;
  let lastAckAt = 0;
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();

  const intendedAt = (n: number): number => startedAt + (offers[n]?.atMs ?? 0);

  function send(connection: Connection, n: number): void {
    const lateMs = now() - intendedAt(n);
    if (lateMs > LATE_MS) late++;
    maxLateMs = Math.max(maxLateMs, lateMs);
    connection.send(requests.at(offers[n]?.request ?? 0), n);
  }

  function offer(n: number): void {
    const connection = idle.pop();
    if (connection) send(connection, n);
    else waiting.push(n);
  }

  function onAnswer(connection: Connection, n: number, status: number): void {
    if (status === 200) {
      lastAckAt = now();
      latencies[n] = lastAckAt - intendedAt(n);
      open--;
    } else {
      refused++;
      setTimeout(offer, AGAIN_MS, n);
    }
    const following = waiting.shift();
    if (following === undefined) idle.push(connection);
    else send(connection, following);
    if (open === 0) finish();
  }

  function tick(): void {
    const elapsed = now() - startedAt;
    while ((offers[next]?.atMs ?? Infinity) <= elapsed) offer(next++);
    if (next < offers.length) setTimeout(tick, 1);
  }

  const opened = await openConnections(count, { port, onAnswer });
  idle.push(...opened);
  const startedAt = now() + 50;
  setTimeout(tick, 50);
  await done;
  for (const connection of opened) connection.close();

  const offeredMs = (offers.at(-1)?.atMs ?? 0) || 1;
  const points = offers.map(({ atMs }, n) => ({ atMs, latencyMs: latencies[n] ?? 0 }));
  return {
    startedAt,
    ack: toQuantiles(latencies),
    ackP99BySecond: toP99BySecond(points),
    ackByMinute: toQuantilesBy(points, 60_000),
    offeredEvents: offers.reduce((sum, one) => sum + one.events, 0),
    offeredMs,
    ackedMs: lastAckAt - startedAt,
    late,
    maxLateMs,
    refused,
  };
}
