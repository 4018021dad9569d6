import { type Clock, type DatabasePool, ensureLeases, type LeaseKeeper, type Log, makeDelay, toReason } from '#kit';
import type { OutcomeRules } from './outcome.ts';
import { makeSender, type Sender, type SenderChannel, type SenderOptions } from './send.ts';

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
  readonly joinParked: SenderOptions['joinParked'];
  readonly onOutcome: (channelId: string, outcome: string) => void;
}

/** Runs one sender for each channel whose lease this process holds: never two for one channel. */
export interface Senders {
  run(): Promise<void>;
  stop(): Promise<void>;
  wake(channelIds: Iterable<string>): void;
  release(items: readonly { readonly id: string; readonly channelId: string }[]): void;
  /** Messages in memory by channel. */
  waiting(): Map<string, number>;
}

const POLL_MS = 1_000;

export function makeSenders(options: SendersOptions): Senders {
  const { keeper, clock } = options;
  const running = new Map<string, { sender: Sender; done: Promise<void> }>();
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  async function end(channelId: string): Promise<void> {
    const entry = running.get(channelId);
    running.delete(channelId);
    await entry?.sender.stop();
    await entry?.done;
  }

  function begin(channel: SenderChannel): void {
    const lease = keeper.held.get(PREFIX + channel.id);
    if (!lease || running.has(channel.id)) return;
    const sender = makeSender({
      ...options,
      channel,
      lease,
      onOutcome: (outcome) => options.onOutcome(channel.id, outcome),
    });
    const done = sender
      .run()
      .catch((error: unknown) =>
        options.log.error({ channel: channel.id, reason: toReason(error) }, 'outbox.sender_failed'),
      );
    running.set(channel.id, { sender, done });
    // A sender that ends by itself (its channel was paused) makes room for a new one.
    void done.then(() => running.get(channel.id)?.sender === sender && running.delete(channel.id));
  }

  async function turn(): Promise<void> {
    const channels = await options.listChannels();
    await ensureLeases(
      options.db,
      channels.map((channel) => PREFIX + channel.id),
    );
    if (keeper.isDue() || channels.some((channel) => !keeper.held.has(PREFIX + channel.id))) {
      const { lost } = await keeper.turn(0);
      for (const name of lost) await end(name.slice(PREFIX.length));
    }
    const active = new Set(channels.map((channel) => channel.id));
    for (const id of [...running.keys()]) if (!active.has(id)) await end(id);
    for (const channel of channels) begin(channel);
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
      await Promise.all([...running.keys()].map(end));
      await keeper.releaseAll();
    },
    wake(channelIds) {
      for (const id of channelIds) running.get(id)?.sender.wake();
    },
    release(items) {
      for (const item of items) running.get(item.channelId)?.sender.release([item.id]);
    },
    waiting: () => new Map([...running].map(([id, entry]) => [id, entry.sender.waiting])),
  };
}
