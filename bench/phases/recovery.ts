import { setTimeout as pause } from 'node:timers/promises';
import { awaitCount, awaitReplies } from '../drain.ts';
import { type Awaited, type Judgement, judge } from '../judge.ts';
import { now } from '../load/now.ts';
import { type Quantiles, toQuantiles } from '../load/quantiles.ts';
import type { BurstResult } from '../load-process.ts';
import { makeProbe, type Probe } from '../probe.ts';
import { toRecoverySection } from '../report/recovery.ts';
import { onStage, startWharf, type Wharf } from '../wharf.ts';
import { awaitFolded } from './peak-round.ts';
import { countFaults, type Phase, type PhaseSetup, type Size } from './phase.ts';

/** What a Wharf does that finds a full journal after everything was killed. All times from the start of its process. */
export interface RecoveryPhase {
  readonly entries: number;
  readonly events: number;
  readonly writtenMs: number;
  readonly firstAckMs: number;
  readonly readyMs: number;
  readonly repliedMs: number;
  readonly drainedMs: number;
  /** Of one delivery after the other, while it worked off what waited. */
  readonly ackMeanwhile: Quantiles;
  readonly judgement: Judgement;
}

const ENTRIES: Readonly<Record<Size, number>> = { quick: 100_000, full: 300_000, long: 1_000_000 };
const CHUNK = 100_000;
const NUMBERS = 20;
/** Replies are paced; with so much waiting a second without one is no fault. */
const STALLED_MS = 60_000;

interface Written {
  readonly deliveries: number;
  readonly events: number;
  readonly awaited: readonly Awaited[];
}

/** Messages that were sent, then messages and statuses 1 : 10, over the webhook, while no worker runs. */
async function write({ stage, say }: PhaseSetup, gateway: Wharf, entries: number): Promise<Written> {
  const sent = Math.ceil((entries * 10) / 11 / 3);
  const call = { secret: stage.secret, numbers: NUMBERS };
  const first = await stage.load.call<Awaited[]>('seed', { ...call, port: gateway.port, run: 'seed', count: sent });
  const awaited = [...first];
  let deliveries = 0;
  while (deliveries < entries) {
    const count = Math.min(CHUNK, entries - deliveries);
    await stage.load.call('prepareBurst', { ...call, run: 'recovery', count });
    const run = { port: gateway.port, connections: 256, warmupMs: 0, measureMs: 600_000, repeats: false };
    const result = await Promise.race([stage.load.call<BurstResult>('runBurst', run), gateway.crashed]);
    if (result.acked < count) throw new Error(`of ${count} deliveries ${result.acked} were taken`);
    awaited.push(...result.awaited);
    deliveries += count;
    say(`recovery: ${deliveries} of ${entries} entries written`);
  }
  return { deliveries, events: sent + NUMBERS + deliveries, awaited };
}

/** One delivery every 100 ms, whose latency counts from when it was due, until it is told to stop. */
function watchAcks(probe: Probe, port: number): { stop(): Promise<Quantiles> } {
  const latencies: number[] = [];
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    for (let dueAt = now(); !stopping.signal.aborted; dueAt += 100) {
      await pause(Math.max(0, dueAt - now()));
      if (!(await probe(port))) throw new Error('a delivery was refused while the journal was worked off');
      latencies.push(now() - dueAt);
    }
  };
  const running = run();
  // `stop` tells of it.
  running.catch(() => {});
  return {
    async stop() {
      stopping.abort();
      await running;
      return toQuantiles(latencies);
    },
  };
}

async function awaitReady(wharf: Wharf): Promise<void> {
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${wharf.internalPort}/ready`).catch(() => null);
    await response?.arrayBuffer();
    if (response?.ok) return;
    await Promise.race([pause(5), wharf.crashed]);
  }
}

async function recover(setup: PhaseSetup, written: Written): Promise<Omit<RecoveryPhase, 'writtenMs'>> {
  const { stage, nodeArgs, say } = setup;
  const probe = makeProbe(stage.secret);
  const base = { ...onStage(stage, nodeArgs), name: 'recovery', roles: 'all' } as const;
  const wharf = await startWharf({ ...base, isUp: probe, pollMs: 5 });
  const startedAt = now() - wharf.startMs;
  await awaitReady(wharf);
  const readyMs = now() - startedAt;
  say(`recovery: first ack after ${wharf.startMs.toFixed(0)} ms; working off what waits`);
  const acks = watchAcks(probe, wharf.port);
  await awaitCount(stage, wharf, written.awaited.length, STALLED_MS);
  const foldedAt = await awaitFolded(wharf, 0, written.events);
  const drainedAt = foldedAt ?? now();
  const ackMeanwhile = await acks.stop();
  const arrivals = await awaitReplies(stage, wharf, written.awaited.length);
  const lastAt = arrivals.reduce((last, { at }) => Math.max(last, at), 0);
  await wharf.stop();
  return {
    entries: written.deliveries,
    events: written.events,
    firstAckMs: wharf.startMs,
    readyMs,
    repliedMs: lastAt - startedAt,
    drainedMs: drainedAt - startedAt,
    ackMeanwhile,
    judgement: judge(written.awaited, arrivals),
  };
}

export const recovery: Phase = {
  name: 'recovery',
  sizes: ['full', 'long'],
  async run(setup) {
    const { stage, size, nodeArgs, say } = setup;
    say('starting the gateway role alone, to fill a journal that nobody works off');
    const gateway = await startWharf({ ...onStage(stage, nodeArgs), name: 'recovery', roles: 'gateway' });
    const startedAt = now();
    const written = await write(setup, gateway, ENTRIES[size]);
    const writtenMs = now() - startedAt;
    await gateway.kill();
    const phase = { ...(await recover(setup, written)), writtenMs };
    return { sections: [toRecoverySection(phase)], faults: countFaults([phase.judgement]) };
  },
};
