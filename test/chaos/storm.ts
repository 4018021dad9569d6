import { setTimeout as pause } from 'node:timers/promises';
import { markOf } from './marks.ts';
import type { Planned } from './plan.ts';
import { type Scene, strike } from './strike.ts';

/** A fault that has happened. */
export interface Struck {
  readonly planned: Planned;
  readonly whom: string;
  readonly at: number;
  /** When it was over; a kill is over as it strikes. */
  readonly endedAt: number;
  /** Ms since it was over until the first 200 to a request that left after it; null: none came before the next fault. */
  readonly ackMs: number | null;
  /** The same until the answer to a message written after it was over. */
  readonly replyMs: number | null;
  /** The longest time without a 200 between its beginning and its recovery, ms. */
  readonly silenceMs: number;
  /** Requests answered 503, and not answered, meanwhile. */
  readonly refused: number;
  readonly unanswered: number;
  /** The next fault struck before it was over it. */
  readonly isOverlapped: boolean;
}

/** A fault after which nothing works for so long has not been recovered from. */
export const PATIENCE_MS = 90_000;
const POLL_MS = 20;

interface Seen {
  ackMs: number | null;
  replyMs: number | null;
}

/** Looks at what is new since it was called last. */
function watchRecovery({ crowd }: Scene, endedAt: number): () => Seen {
  const { posted } = crowd.postman;
  const { arrivals } = crowd.emulator.ledger();
  // What had left before it was over proves nothing.
  let [nextPost, nextArrival] = [posted.length, arrivals.length];
  const seen: Seen = { ackMs: null, replyMs: null };
  return () => {
    for (; nextPost < posted.length; nextPost++) {
      const post = posted[nextPost];
      if (post && seen.ackMs === null && post.status === 200 && post.at >= endedAt) seen.ackMs = post.endedAt - endedAt;
    }
    for (; nextArrival < arrivals.length; nextArrival++) {
      const arrival = arrivals[nextArrival];
      const written = arrival && crowd.written.get(markOf(arrival));
      if (arrival && written && seen.replyMs === null && written.at >= endedAt) seen.replyMs = arrival.at - endedAt;
    }
    return seen;
  };
}

/** What the requests between two moments met. */
function readToll({ crowd }: Scene, from: number, to: number): Pick<Struck, 'silenceMs' | 'refused' | 'unanswered'> {
  const all = crowd.postman.posted.filter((post) => post.endedAt >= from && post.at <= to && !post.isForged);
  const good = all.filter(({ status }) => status === 200).map(({ endedAt }) => endedAt);
  const times = [from, ...good.filter((at) => at < to).toSorted((a, b) => a - b), to];
  return {
    silenceMs: times.reduce((most, at, n) => Math.max(most, at - (times[n - 1] ?? at)), 0),
    refused: all.filter(({ status }) => status === 503).length,
    unanswered: all.filter(({ status }) => status === null).length,
  };
}

async function recover(look: () => Seen, signal: AbortSignal): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  const isDone = (): boolean => look().ackMs !== null && look().replyMs !== null;
  while (!isDone() && !signal.aborted && Date.now() < until) await pause(POLL_MS);
}

export interface StormOptions {
  readonly scene: Scene;
  readonly plan: readonly Planned[];
  readonly forMs: number;
  /** Aborted when somebody has enough. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** Lets the plan happen until the time is over, and gives the last fault the time to be recovered from. */
export async function rage({ scene, plan, forMs, signal, say }: StormOptions): Promise<Struck[]> {
  const until = Date.now() + forMs;
  const all: Struck[] = [];
  for (const [n, planned] of plan.entries()) {
    await pause(planned.gapMs);
    if (Date.now() > until || signal.aborted) break;
    const at = Date.now();
    const whom = await strike(scene, planned);
    const endedAt = planned.lastsMs === 0 ? at : Date.now();
    const look = watchRecovery(scene, endedAt);
    const next = plan[n + 1];
    const isOverlapped = next?.overlaps === true && Date.now() + next.gapMs < until;
    if (!isOverlapped) await recover(look, signal);
    const struck = { planned, whom, at, endedAt, ...look(), ...readToll(scene, at, Date.now()), isOverlapped };
    all.push(struck);
    say(toLine(struck));
  }
  return all;
}

const toMs = (ms: number | null): string => (ms === null ? '–' : `${ms} ms`);

export function toLine({ planned, whom, ackMs, replyMs, refused, unanswered, isOverlapped }: Struck): string {
  const lasted = planned.lastsMs > 0 ? ` for ${(planned.lastsMs / 1000).toFixed(1)} s` : '';
  const after = isOverlapped ? 'the next one at once' : `200 after ${toMs(ackMs)}, reply after ${toMs(replyMs)}`;
  return `${planned.kind}${lasted}${whom ? ` (${whom})` : ''}: ${after}; ${refused} × 503, ${unanswered} unanswered`;
}
