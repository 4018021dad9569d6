import { type Clock, type DatabasePool, ensureLeases, type LeaseKeeper, type Log, makeDelay, toReason } from '#kit';
import type { SenderChannel } from './attempt.ts';
import { expireMessages } from './changes.ts';
import type { OutcomeRules } from './outcome.ts';
import { makeClaim } from './claims.ts';
import type { Enqueued } from './enqueue.ts';
import { makeSender, type Sender, type SenderOptions } from './send.ts';
import { makeSettler, type SettlerOptions } from './settle.ts';

const PREFIX = 'sender/';

export interface SendersOptions {
  readonly db: DatabasePool;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
  readonly rules: OutcomeRules;
  readonly keeper: LeaseKeeper;
  /** The channels that may send now. Asked every second. */
  readonly listChannels: () => Promise<readonly SenderChannel[]>;
  readonly joinParked: SettlerOptions['joinParked'];
  readonly optOut: SettlerOptions['optOut'];
  readonly readProgress: SenderOptions['readProgress'];
  readonly judge: SenderOptions['judge'];
  /** Of this workspace. */
  readonly readResend: (workspaceId: string) => Promise<readonly string[]>;
  readonly prepare: SenderOptions['prepare'];
  readonly onOutcome: (channelId: string, outcome: string) => void;
}

/** Runs one sender for each channel whose lease this process holds: never two for one channel. */
export interface Senders {
  run(): Promise<void>;
  stop(): Promise<void>;
  /** New rows that this process has stored and committed, by the worker that holds their lanes' shards. */
  offer(rows: readonly Enqueued[]): void;
  /** Something new is in the table for these channels. Without it, it is found within a second. */
  wake(channelIds: Iterable<string>): void;
  /**
   * The table may hold what nobody was told of: stored by the process that had these shards before, or by a commit whose
   * answer was lost. It goes before all that is offered from now on, so every sender reads the table first.
   */
  recheck(): void;
  release(items: readonly { readonly id: string; readonly channelId: string }[]): void;
  /** Messages and read marks in memory, by channel. */
  waiting(): ReadonlyMap<string, number>;
}

interface Fleet {
  readonly running: ReadonlyMap<string, { readonly sender: Sender; readonly done: Promise<void> }>;
  begin(channel: SenderChannel): void;
  /** Stops claiming at once; the channel is free for a new sender when what is on its way is settled. */
  end(channelId: string): Promise<void>;
}

function makeFleet(options: SendersOptions, isStopping: () => boolean): Fleet {
  const { keeper, log } = options;
  const claim = makeClaim(options.db, options.clock);
  const settler = makeSettler({ ...options, isStopping });
  const running = new Map<string, { sender: Sender; done: Promise<void> }>();

  return {
    running,
    begin(channel) {
      const name = PREFIX + channel.id;
      const lease = keeper.held.get(name);
      const known = running.get(channel.id);
      if (known) return known.sender.setPace(channel.perSecond);
      if (!lease) return;
      const isHeld = () => keeper.isFresh() && keeper.held.get(name)?.epoch === lease.epoch;
      const onOutcome = (outcome: string) => options.onOutcome(channel.id, outcome);
      const readResend = () => options.readResend(channel.workspaceId);
      const sender = makeSender({ ...options, channel, lease, claim, settler, isHeld, readResend, onOutcome });
      const done = sender
        .run()
        .catch((error: unknown) => log.error({ channel: channel.id, reason: toReason(error) }, 'outbox.sender_failed'))
        .finally(() => running.delete(channel.id));
      running.set(channel.id, { sender, done });
    },
    async end(channelId) {
      const entry = running.get(channelId);
      await entry?.sender.stop();
      await entry?.done;
    },
  };
}

const POLL_MS = 1_000;
/** How late the end of a message's time may be noticed while it waits for something else. */
const SWEEP_MS = 10_000;

export function makeSenders(options: SendersOptions): Senders {
  const { keeper, clock } = options;
  const stopping = new AbortController();
  const fleet = makeFleet(options, () => stopping.signal.aborted);
  const { running } = fleet;
  let loop: Promise<void> = Promise.resolve();
  let sweptAt = -Infinity;

  /** Also for channels that nobody sends for. */
  async function sweep(): Promise<void> {
    if (clock.elapsed() - sweptAt < SWEEP_MS) return;
    await expireMessages(options.db, clock.now());
    sweptAt = clock.elapsed();
  }

  async function turn(): Promise<void> {
    const channels = await options.listChannels();
    const names = channels.map((channel) => PREFIX + channel.id);
    await ensureLeases(options.db, names);
    const active = new Set(channels.map((channel) => channel.id));
    if (keeper.isDue() || names.some((name) => !keeper.held.has(name))) {
      const { lost } = await keeper.turn();
      for (const name of lost) active.delete(name.slice(PREFIX.length));
    }
    // Not waited for: what is on its way may take a minute, and the other channels' leases must not run out over it.
    for (const id of running.keys()) if (!active.has(id)) void fleet.end(id);
    for (const channel of channels) fleet.begin(channel);
    await sweep();
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await turn().catch((error: unknown) => options.log.warn({ reason: toReason(error) }, 'outbox.turn_failed'));
      await makeDelay(clock, POLL_MS, stopping.signal);
    }
  }

  return {
    run: () => (loop = run()),
    async stop() {
      stopping.abort();
      await loop;
      await Promise.all([...running.keys()].map((id) => fleet.end(id)));
      await keeper.releaseAll();
    },
    offer(rows) {
      for (const [id, own] of Map.groupBy(rows, (row) => row.channelId)) running.get(id)?.sender.offer(own);
    },
    wake(channelIds) {
      for (const id of new Set(channelIds)) running.get(id)?.sender.wake();
    },
    recheck() {
      for (const { sender } of running.values()) sender.wake();
    },
    release(items) {
      for (const item of items) running.get(item.channelId)?.sender.release([item.id]);
    },
    waiting: () => new Map([...running].map(([id, { sender }]) => [id, sender.waiting])),
  };
}
