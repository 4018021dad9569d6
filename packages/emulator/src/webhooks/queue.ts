import type { Clock, Faults } from '../contract.ts';
import { makePending, type Pending } from '../pending.ts';
import { makeRandom, streams } from '../seed.ts';
import type { RetryShape } from './backoff.ts';
import { type BatchShape, makeBatcher } from './batcher.ts';
import type { Destination } from './callbacks.ts';
import { composeBody } from './compose.ts';
import { toMetaJson } from './escape.ts';
import { drawFate, type Job } from './job.ts';
import { type Poster, type PostResult } from './post.ts';
import { makeSender, type SenderCounts } from './sender.ts';
import type { Update } from './update.ts';
import type { World } from '../world.ts';

/** Meta's bound of one POST is 3 MB. */
const maxBodyBytes = 3_000_000;
/** Updates kept while no webhook was ever connected; beyond it the oldest go. */
const maxParked = 10_000;

export interface QueueDeps {
  readonly clock: Clock;
  readonly world: World;
  readonly seed: number;
  readonly epoch: number;
  readonly faults: Faults;
  readonly batch: BatchShape;
  readonly retry: RetryShape;
  readonly poster: Poster;
  readonly concurrency: number;
  readonly appSecret: string;
  readonly pending: Pending;
  readonly destinationOf: (update: Update) => Destination;
  /** The webhook answered 200 to this update. */
  readonly onAnswered: (update: Update) => void;
  readonly onResult: (result: PostResult) => void;
}

/** Everything between "it happened" and "the webhook answered 200". */
export interface WebhookQueue {
  push(update: Update): void;
  /** Sends what waited for a destination. */
  release(): void;
  quiet(): Promise<void>;
  readonly counts: SenderCounts;
  close(): void;
}

export function makeWebhookQueue(deps: QueueDeps): WebhookQueue {
  const counts: SenderCounts = { posted: 0, accepted: 0, refused: 0, retried: 0, forgedAccepted: 0, lost: 0 };
  const sender = makeSender({ ...deps, counts, urlFor: urlForJob(deps), onAnswered: toEach(deps) }, makePending());
  const toJobs = makeJobMaker(deps);
  const random = makeRandom(deps.seed, streams.batch, deps.epoch);
  const batcher = makeBatcher({
    clock: deps.clock,
    random,
    shape: deps.batch,
    onBatch: (updates) => toJobs(updates).forEach(launch),
  });
  const holdMs = makeHold(deps);
  let parked: Update[] = [];

  /** Lets the drawn fate happen: now, later, or twice. */
  const launch = (job: Job): void => {
    const fate = drawFate(deps.faults, job.random);
    job.drop = fate.drop;
    job.forge = fate.forge;
    if (fate.copyAfterMs !== null) {
      deps.pending.add(1);
      const copy: Job = { ...job, units: 1, random: makeRandom(deps.seed, job.body.length), drop: false, forge: false };
      deps.clock.after(fate.copyAfterMs, () => sender.submit(copy));
    }
    if (fate.delayMs > 0) deps.clock.after(fate.delayMs, () => sender.submit(job));
    else sender.submit(job);
  };
  const drop = (): void => {
    counts.lost += 1;
    deps.pending.done(1);
  };
  const enter = (update: Update): void => {
    const destination = deps.destinationOf(update);
    if (destination === 'unsubscribed') return drop();
    if (destination !== 'unconnected') return batcher.add(destination.url, update);
    parked.push(update);
    if (parked.length > maxParked) {
      parked.shift();
      drop();
    }
  };
  return {
    push(update) {
      deps.pending.add(1);
      const waitMs = holdMs(update);
      if (waitMs === null) enter(update);
      else deps.clock.after(waitMs, () => enter(update));
    },
    release() {
      const waiting = parked;
      parked = [];
      for (const update of waiting) enter(update);
    },
    quiet: () => sender.quiet(),
    counts,
    close: () => deps.poster.close(),
  };
}

const toEach =
  (deps: QueueDeps) =>
  (job: Job): void => {
    for (const update of job.updates) deps.onAnswered(update);
  };

const urlForJob =
  (deps: QueueDeps) =>
  (job: Job): string | null => {
    const [first] = job.updates;
    const destination = first === undefined ? 'unsubscribed' : deps.destinationOf(first);
    return typeof destination === 'string' ? null : destination.url;
  };

/** How long a reordered update is held back, so that later ones overtake it; null when it goes at once. */
function makeHold(deps: QueueDeps): (update: Update) => number | null {
  const random = makeRandom(deps.seed, streams.reorder, deps.epoch);
  return (update) => {
    const { reorder, reorderStatuses, maxDelayMs } = deps.faults;
    const isHit = random() < (update.kind === 'status' ? Math.max(reorder, reorderStatuses) : reorder);
    const waitMs = Math.round(random() * maxDelayMs);
    return isHit ? waitMs : null;
  };
}

function makeJobMaker(deps: QueueDeps): (updates: readonly Update[]) => Job[] {
  const shape = makeRandom(deps.seed, streams.shape, deps.epoch);
  let made = 0;
  const toJobs = (updates: readonly Update[]): Job[] => {
    const { wabaId, numbers } = deps.world;
    // The escaped body is pure ASCII: one byte a character.
    const body = Buffer.from(toMetaJson(composeBody({ wabaId, numbers, updates, random: shape })), 'latin1');
    if (body.length > maxBodyBytes && updates.length > 1) {
      const middle = updates.length >>> 1;
      return [...toJobs(updates.slice(0, middle)), ...toJobs(updates.slice(middle))];
    }
    const random = makeRandom(deps.seed, streams.post, deps.epoch, made++);
    const firstAt = deps.clock.now();
    return [{ body, updates, units: updates.length, firstAt, random, attempts: 0, forge: false, drop: false }];
  };
  return toJobs;
}
