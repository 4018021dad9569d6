import type { Claim } from './claims.ts';
import { type Grace, type GraceOptions, makeGrace } from './grace.ts';
import { type Inflow, makeInflow } from './inflow.ts';
import { PAIR_BUDGET } from './pacing.ts';
import { adoptUnsettled, type Claimed, holdsLease, loadQueued, loadRecent, unclaimItems } from './store.ts';

export interface IntakeOptions extends GraceOptions {
  readonly claim: Claim;
}

export interface Taken {
  readonly items: readonly Claimed[];
  /** Ms until something else may go; null when nothing is waiting for its time. */
  readonly waitMs: number | null;
  /** Another process has the channel now. */
  readonly isLost: boolean;
}

/** From the table into the queue, and from the queue into our hands. Calls must not overlap. */
export interface Intake extends Pick<Inflow, 'expect' | 'offer'> {
  /** Takes over from the owner before us: what it left unsettled, and what it has sent of everybody's budget. */
  adopt(): Promise<void>;
  /** Reads what is new; every second also decides on sends whose grace is over. */
  refresh(): Promise<void>;
  /** Claims up to `limit` items that may go now. */
  claim(limit: number): Promise<Taken>;
}

/** How often the table is read without being told that there is something new. */
export const POLL_MS = 1_000;

/** Out of touch with the database for so long, we could not have heard of a send: its grace begins anew. */
const DEAF_MS = 5_000;
/** A pair's bucket is full again after this long, whatever went out before. */
const PAIR_MEMORY_MS = PAIR_BUDGET.burst * PAIR_BUDGET.refillMs;

async function adopt({ db, clock, channel, lease, queue, rules }: IntakeOptions, grace: Grace): Promise<void> {
  const nowMs = clock.now();
  await grace.prolong(nowMs);
  const left = await adoptUnsettled(db, channel.id, lease, nowMs + rules.graceMs);
  for (const sent of await loadRecent(db, channel.id, nowMs - PAIR_MEMORY_MS)) queue.recall(sent.lane, sent.at);
  for (const { lane, kind } of left) if (kind === 'message') queue.recall(lane, nowMs);
}

export function makeIntake(options: IntakeOptions): Intake {
  const { db, clock, channel, lease, queue } = options;
  const grace = makeGrace(options);
  const inflow = makeInflow({ queue, load: (asked) => loadQueued(db, channel.id, asked) });
  let polledAt = -Infinity;
  /** Claims whose answer was lost: they may be ours in the table, and were never begun. */
  let unsure: string[] = [];

  async function refresh(): Promise<void> {
    const nowMs = clock.now();
    const isDue = nowMs - polledAt >= POLL_MS;
    if (nowMs - polledAt > DEAF_MS && polledAt > 0) await grace.prolong(nowMs);
    if (isDue) await grace.listen(nowMs);
    await inflow.read(isDue);
    if (isDue) polledAt = nowMs;
  }

  async function putBack(): Promise<void> {
    if (unsure.length === 0) return;
    await unclaimItems(db, lease, unsure);
    for (const id of unsure) queue.retry(id, clock.now());
    unsure = [];
  }

  async function claim(limit: number): Promise<Taken> {
    await putBack();
    const { items: picked, waitMs } = queue.pick(clock.now(), limit);
    if (picked.length === 0) return { items: [], waitMs, isLost: false };
    unsure = picked.map((item) => item.id);
    const items = await options.claim(lease, unsure);
    const isLost = items.length === 0 && !(await holdsLease(db, lease));
    const got = new Set(items.map((item) => item.id));
    for (const id of unsure) if (!got.has(id)) queue.settle(id);
    unsure = [];
    return { items, waitMs, isLost };
  }

  return {
    adopt: () => adopt(options, grace),
    refresh,
    claim,
    expect: inflow.expect,
    offer: inflow.offer,
  };
}
