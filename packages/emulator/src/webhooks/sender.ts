import type { Clock } from '../contract.ts';
import type { Pending } from '../pending.ts';
import { toBackoffMs, type RetryShape } from './backoff.ts';
import { makeFifo } from './fifo.ts';
import type { Job } from './job.ts';
import type { Poster, PostResult } from './post.ts';
import { signBody } from './sign.ts';

export interface SenderCounts {
  posted: number;
  accepted: number;
  refused: number;
  retried: number;
  forgedAccepted: number;
  lost: number;
}

export interface SenderDeps {
  readonly clock: Clock;
  readonly poster: Poster;
  readonly appSecret: string;
  readonly retry: RetryShape;
  readonly concurrency: number;
  readonly pending: Pending;
  readonly counts: SenderCounts;
  /** Null: nobody listens any more; the job ends unposted. */
  readonly urlFor: (job: Job) => string | null;
  readonly onAnswered: (job: Job) => void;
  readonly onResult: (result: PostResult) => void;
}

/** Posts jobs, a few at a time, until each is answered 200 or given up. */
export interface Sender {
  submit(job: Job): void;
  /** Resolves when no POST is under way and none could begin now. */
  quiet(): Promise<void>;
}

export function makeSender(deps: SenderDeps, busy: Pending): Sender {
  const ready = makeFifo<Job>();
  let active = 0;

  const pump = (): void => {
    while (active < deps.concurrency) {
      const job = ready.shift();
      if (job === undefined) return;
      active += 1;
      busy.add(1);
      void run(job).finally(() => {
        active -= 1;
        pump();
        busy.done(1);
      });
    }
  };
  const submit = (job: Job): void => {
    ready.push(job);
    pump();
  };
  const run = async (job: Job): Promise<void> => {
    const url = deps.urlFor(job);
    if (url === null) return giveUp(deps, job);
    if (job.drop) {
      job.drop = false;
      return later(job);
    }
    if (job.forge) await postForged(deps, job, url);
    const result = await postSigned(deps, job, url);
    if (result.status !== 200) return later(job);
    deps.onAnswered(job);
    deps.pending.done(job.units);
  };
  const later = (job: Job): void => {
    job.attempts += 1;
    const waitMs = toBackoffMs(deps.retry, job.attempts, job.random);
    if (deps.clock.now() + waitMs - job.firstAt > deps.retry.giveUpMs) return giveUp(deps, job);
    deps.clock.after(waitMs, () => submit(job));
  };
  return { submit, quiet: () => busy.none() };
}

function giveUp(deps: SenderDeps, job: Job): void {
  deps.counts.lost += job.updates.length;
  deps.pending.done(job.units);
}

async function postSigned(deps: SenderDeps, job: Job, url: string): Promise<PostResult> {
  if (job.attempts > 0) deps.counts.retried += 1;
  const result = await deps.poster.post(url, job.body, signBody(job.body, deps.appSecret));
  deps.counts.posted += 1;
  if (result.status === 200) deps.counts.accepted += 1;
  else deps.counts.refused += 1;
  deps.onResult(result);
  return result;
}

/** The body with a signature of another secret first: a receiver that answers 200 to it does not verify. */
async function postForged(deps: SenderDeps, job: Job, url: string): Promise<void> {
  job.forge = false;
  const result = await deps.poster.post(url, job.body, signBody(job.body, `not ${deps.appSecret}`));
  deps.counts.posted += 1;
  if (result.status === 200) deps.counts.forgedAccepted += 1;
  else deps.counts.refused += 1;
}
