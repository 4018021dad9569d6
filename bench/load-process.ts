import { serveParent } from './child.ts';
import type { Awaited } from './judge.ts';
import { type Burst, makeBurst } from './load/burst.ts';
import { makeChance } from './load/chance.ts';
import { type ClosedResult, runClosedLoop } from './load/closed-loop.ts';
import { type OpenResult, runOpenLoop } from './load/open-loop.ts';
import { makeSeed, type Sent } from './load/seed.ts';
import { type Surge, withSurge } from './load/surge.ts';
import { makeSustained, type SustainedLoad } from './load/sustained.ts';

/** The load generator, in a process of its own: nothing that the bench does disturbs its clock. */

const chance = makeChance(20_261_121);
let sent: readonly Sent[] = [];
let burst: Burst | null = null;
let sustained: SustainedLoad | null = null;

interface SeedCall {
  readonly port: number;
  readonly secret: string;
  readonly run: string;
  readonly count: number;
  readonly numbers: number;
}

/** Sends the seed in order, over one connection. */
async function seed(call: SeedCall): Promise<readonly Awaited[]> {
  const made = makeSeed(call);
  sent = made.sent;
  const result = await runClosedLoop({
    port: call.port,
    connections: 1,
    requests: made.requests,
    warmupMs: 0,
    measureMs: 120_000,
  });
  if (result.acked.length < made.requests.count)
    throw new Error(`the seed was not taken: ${result.refused} of ${made.requests.count} refused`);
  return made.expected.map((one) => ({ ...one, intendedAt: result.startedAt }));
}

function prepareBurst(call: { secret: string; run: string; count: number; numbers: number }): {
  bodyBytes: number;
  count: number;
} {
  burst = makeBurst({ ...call, sent, chance });
  return { bodyBytes: burst.requests.bodyBytes, count: burst.requests.count };
}

interface BurstCall {
  readonly port: number;
  readonly connections: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  readonly repeats: boolean;
}

export interface BurstResult extends Omit<ClosedResult, 'acked'> {
  readonly acked: number;
  readonly awaited: readonly Awaited[];
}

async function runBurst(call: BurstCall): Promise<BurstResult> {
  if (!burst) throw new Error('prepare first');
  const { requests, expected } = burst;
  const { acked, ...result } = await runClosedLoop({ ...call, requests });
  const awaited = acked.flatMap((n) => (expected[n] ?? []).map((one) => ({ ...one, intendedAt: result.startedAt })));
  return { ...result, acked: acked.length, awaited };
}

interface SustainedCall {
  readonly secret: string;
  readonly run: string;
  readonly numbers: number;
  readonly seconds: number;
  readonly messagesPerSecond: number;
  readonly statusesPerSecond: number;
  /** A stretch of it is offered in less time. */
  readonly surge?: Surge;
}

export type SustainedFacts = SustainedLoad['counts'] & { readonly bodyBytes: number; readonly bodies: number };

function prepareSustained(call: SustainedCall): SustainedFacts {
  const made = makeSustained({ ...call, sent, chance });
  sustained = call.surge ? withSurge(made, call.surge) : made;
  return { ...sustained.counts, bodyBytes: sustained.requests.bodyBytes, bodies: sustained.requests.count };
}

export type SustainedResult = OpenResult & { readonly awaited: readonly Awaited[] };

async function runSustained({ port, connections }: { port: number; connections: number }): Promise<SustainedResult> {
  if (!sustained) throw new Error('prepare first');
  const { requests, offers, expected } = sustained;
  const result = await runOpenLoop({ port, connections, requests, offers });
  return { ...result, awaited: expected.map(({ atMs, ...one }) => ({ ...one, intendedAt: result.startedAt + atMs })) };
}

export interface FlatResult extends Omit<ClosedResult, 'acked'> {
  readonly acked: number;
  readonly awaited: readonly Awaited[];
  readonly offeredEvents: number;
}

/** The same requests in the same order, each as soon as a connection is free: how fast all of it can be taken. */
async function runFlat({ port, connections }: { port: number; connections: number }): Promise<FlatResult> {
  if (!sustained) throw new Error('prepare first');
  const { requests, offers, expected } = sustained;
  const inOrder = {
    ...requests,
    count: offers.length,
    at: (n: number): Buffer => requests.at(offers[n]?.request ?? 0),
  };
  const flat = { port, connections, requests: inOrder, warmupMs: 0, measureMs: 3_600_000 };
  const { acked, ...result } = await runClosedLoop(flat);
  return {
    ...result,
    acked: acked.length,
    awaited: expected.map((one) => ({ ...one, intendedAt: result.startedAt })),
    offeredEvents: offers.reduce((sum, { events }) => sum + events, 0),
  };
}

serveParent({}, { seed, prepareBurst, runBurst, prepareSustained, runSustained, runFlat });
