import type { Judged } from './attempt.ts';
import type { Claim } from './claims.ts';
import { type Grace, type GraceOptions, makeGrace } from './grace.ts';
import { type Inflow, makeInflow } from './inflow.ts';
import type { NumberPace } from './number-pace.ts';
import { PAIR_MEMORY_MS, type PairPace, UNRECALLED } from './pair-pace.ts';
import { EARLY_MS, type Moment, type Picked, type Room } from './queue.ts';
import {
  adoptUnsettled,
  type Claimed,
  type Due,
  holdsLease,
  loadQueued,
  putBehind,
  queueDue,
  readRecentPairs,
  readRecentSends,
  unclaimItems,
} from './store.ts';

/** What policy says about claimed messages, by id. What it reserves for those it lets go (the day's limit) is spent. */
export type Judge = (items: readonly Claimed[], nowMs: number) => Promise<ReadonlyMap<string, Judged>>;

export interface IntakeOptions extends Omit<GraceOptions, 'putOff'> {
  readonly claim: Claim;
  readonly judge: Judge;
  readonly pairs: PairPace;
  readonly pace: NumberPace;
}

export interface Taken extends Pick<Picked, 'waitMs' | 'full'> {
  readonly items: readonly { readonly item: Claimed; readonly judged: Judged | null }[];
  /** Another process has the channel now. */
  readonly isLost: boolean;
}

/** From the table into the queue, and from the queue into our hands. Calls must not overlap. */
export interface Intake extends Pick<Inflow, 'expect' | 'offer'> {
  /** Takes over from the owner before us: what it left unsettled, and what it has sent of everybody's budget. */
  adopt(): Promise<void>;
  /** Reads what is new; every second also decides on sends whose grace is over. */
  refresh(): Promise<void>;
  /** Claims what may go now, as far as there is room, and asks the policy about it. */
  claim(room: Room): Promise<Taken>;
  /** It may not go for long: it leaves the queue with all behind it. */
  putOff(id: string): void;
  /** These were claimed and never begun. */
  giveBack(ids: readonly string[]): Promise<void>;
  /** Ends what goes on beside the calls. */
  end(): Promise<void>;
}

/** How often the table is read without being told that there is something new. */
export const POLL_MS = 1_000;
/** When told, it is looked for what is due at once, but not more often. */
const TOLD_MS = 100;

/** Out of touch with the database for so long, we could not have heard of a send: its grace begins anew. */
const DEAF_MS = 5_000;

// Nor do due times mean what they did once the wall clock was set ahead or back.
const isDeaf = (last: Moment, now: Moment): boolean =>
  now.elapsedMs - last.elapsedMs > DEAF_MS || Math.abs(now.nowMs - last.nowMs) > DEAF_MS;

const PAGE = 1_000;

/** What went out before we came counts: of the number in the last second, of each pair in the last minutes. */
async function recall({ db, clock, channel, pairs, pace }: IntakeOptions, nowMs: number): Promise<void> {
  const toElapsed = (atMs: number) => clock.elapsed() - Math.max(0, nowMs - atMs);
  for (const at of await readRecentSends(db, channel.id, nowMs - 1_000)) pace.recall(toElapsed(at));
  const since = { ms: nowMs - PAIR_MEMORY_MS, unless: UNRECALLED };
  for (const { lane, count, at } of await readRecentPairs(db, channel.id, since))
    pairs.recall(lane, count, toElapsed(at));
}

async function adopt(options: IntakeOptions, grace: Grace): Promise<void> {
  const { db, clock, channel, lease, rules } = options;
  const nowMs = clock.now();
  await grace.prolong(nowMs);
  await adoptUnsettled(db, channel.id, lease, { nowMs, graceMs: rules.graceMs });
  await recall(options, nowMs);
}

const openInflow = ({ db, channel, queue }: IntakeOptions): Inflow =>
  makeInflow({
    queue,
    load: (asked) => loadQueued(db, channel.id, asked),
    putBehind: (ids) => putBehind(db, ids),
  });

/** What waits for its time beside the queue, and comes in when it is there. */
function makeDueLook({ db, clock, channel, queue }: IntakeOptions, inflow: Inflow) {
  /** Somebody said that there is news in the table, and it was not looked for what is due since then. */
  let isTold = false;
  let lookedAt = -Infinity;

  /** What is in memory already was given another time: by that, or, with a new place, as if it were new. */
  function takeUp(moved: Due['moved']): void {
    if (moved.length > 0) inflow.expect();
    for (const { id, dueAt, keepsPlace } of moved) {
      if (keepsPlace) queue.retime(id, clock.elapsed() + dueAt - clock.now());
      else queue.settle(id);
    }
  }

  return {
    tell: () => void (isTold = true),
    /** Ms until it is looked; infinity when nobody said anything. */
    toWait: (elapsedMs: number): number => (isTold ? Math.max(0, lookedAt + TOLD_MS - elapsedMs) : Infinity),
    /** Puts what is due into the queue, as the table has it. */
    async look({ nowMs, elapsedMs }: Moment): Promise<void> {
      isTold = false;
      lookedAt = elapsedMs;
      await inflow.look(async () => {
        const due = await queueDue(db, channel.id, { untilMs: nowMs + EARLY_MS, limit: PAGE });
        takeUp(due.moved);
        return due.putOff;
      });
    },
  };
}

type Taking = Pick<Intake, 'claim' | 'giveBack'>;

function makeTaking(options: IntakeOptions): Taking {
  const { db, clock, lease, queue } = options;
  /** They may be ours in the table, and were never begun: claims whose answer was lost, and what is to be put back. */
  let unsure: string[] = [];

  async function putBack(): Promise<void> {
    if (unsure.length === 0) return;
    await unclaimItems(db, lease, unsure);
    for (const id of unsure) queue.retry(id, clock.elapsed());
    unsure = [];
  }

  /** Remembered until it is done: nobody else would put them back while this owner lives. */
  function giveBack(ids: readonly string[]): Promise<void> {
    unsure.push(...ids);
    return putBack();
  }

  /** Claimed and judged, or neither: when the policy cannot be asked, what was claimed is put back. */
  async function take(ids: readonly string[]): Promise<Taken['items']> {
    const items = await options.claim(lease, ids);
    const messages = items.filter((item) => item.kind === 'message');
    const judged = messages.length === 0 ? new Map() : await options.judge(messages, clock.now());
    return items.map((item) => ({ item, judged: judged.get(item.id) ?? null }));
  }

  async function claim(room: Room): Promise<Taken> {
    await putBack();
    const picked = queue.pick({ nowMs: clock.now(), elapsedMs: clock.elapsed() }, room);
    const { waitMs, full } = picked;
    if (picked.items.length === 0) return { items: [], waitMs, full, isLost: false };
    unsure = picked.items.map((item) => item.id);
    const items = await take(unsure);
    const isLost = items.length === 0 && !(await holdsLease(db, lease));
    const got = new Set(items.map(({ item }) => item.id));
    for (const id of unsure) if (!got.has(id)) queue.settle(id);
    unsure = [];
    return { items, waitMs, full, isLost };
  }

  return { claim, giveBack };
}

export function makeIntake(options: IntakeOptions): Intake {
  const { clock, queue } = options;
  const inflow = openInflow(options);
  const due = makeDueLook(options, inflow);
  const grace = makeGrace({ ...options, putOff });
  const taking = makeTaking(options);
  let polled: Moment | null = null;

  function putOff(id: string): void {
    const lane = queue.letGo(id);
    if (lane) inflow.putOff(lane);
  }

  async function refresh(): Promise<void> {
    const now = { nowMs: clock.now(), elapsedMs: clock.elapsed() };
    const { nowMs } = now;
    const isDue = polled === null || now.elapsedMs - polled.elapsedMs >= POLL_MS;
    if (polled && isDeaf(polled, now)) await grace.prolong(nowMs);
    if (isDue) await grace.listen(nowMs);
    if (isDue || due.toWait(now.elapsedMs) === 0) await due.look(now);
    await inflow.read(isDue);
    // Somebody may be to go now of whom only the look will tell: nobody who is handed over until then passes.
    if (due.toWait(now.elapsedMs) < Infinity) inflow.expect();
    if (isDue) polled = now;
  }

  async function claim(room: Room): Promise<Taken> {
    const taken = await taking.claim(room);
    const waitMs = Math.min(taken.waitMs ?? Infinity, due.toWait(clock.elapsed()));
    return { ...taken, waitMs: waitMs === Infinity ? null : waitMs };
  }

  return {
    adopt: () => adopt(options, grace),
    refresh,
    claim,
    giveBack: taking.giveBack,
    putOff,
    end: grace.end,
    expect() {
      due.tell();
      inflow.expect();
    },
    offer: inflow.offer,
  };
}
