import { type Connection, openConnections } from './connection.ts';
import { now } from './now.ts';
import { type Quantiles, toQuantiles } from './quantiles.ts';
import type { Requests } from './requests.ts';

/**
 * Closed loop: every connection sends its next request when the last is answered. It finds out how much a server can
 * take; its latencies are those of a server at its limit.
 */
export interface ClosedLoop {
  readonly port: number;
  readonly connections: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly requests: Requests;
  /** For a server that keeps nothing: begin anew when they are used up. Otherwise each is sent once, and the run ends. */
  readonly repeats?: boolean;
}

export interface ClosedResult {
  readonly perSecond: number;
  readonly latency: Quantiles;
  readonly measuredMs: number;
  readonly startedAt: number;
  /** The requests answered 200, warm-up included. */
  readonly acked: readonly number[];
  /** Answers other than 200, and broken connections. */
  readonly refused: number;
}

export async function runClosedLoop(options: ClosedLoop): Promise<ClosedResult> {
  const { requests } = options;
  const sentAt = new Float64Array(requests.count);
  const latencies: number[] = [];
  const acked: number[] = [];
  let next = 0;
  let refused = 0;
  let flying = 0;
  let lastAt = 0;
  const { promise: done, resolve: finish } = Promise.withResolvers<void>();

  function onAnswer(connection: Connection, tag: number, status: number): void {
    const at = now();
    flying--;
    if (status === 200) acked.push(tag);
    else refused++;
    if (status === 200 && at >= measureFrom && at < measureTo) {
      latencies.push(at - (sentAt[tag] ?? at));
      lastAt = at;
    }
    if (at < measureTo && (options.repeats === true || next < requests.count)) send(connection, at);
    else if (flying === 0) finish();
  }

  function send(connection: Connection, at: number): void {
    const tag = next++ % requests.count;
    sentAt[tag] = at;
    flying++;
    connection.send(requests.at(tag), tag);
  }

  const connections = await openConnections(options.connections, { port: options.port, onAnswer });
  const startedAt = now();
  const measureFrom = startedAt + options.warmupMs;
  const measureTo = measureFrom + options.measureMs;
  for (const connection of connections) send(connection, now());
  await done;
  for (const connection of connections) connection.close();
  const measuredMs = lastAt - measureFrom;
  return {
    perSecond: (latencies.length / measuredMs) * 1000,
    latency: toQuantiles(latencies),
    measuredMs,
    startedAt,
    acked,
    refused,
  };
}
