import type { Expected } from './load/expected.ts';
import { type Latency, type Quantiles, toP99BySecond, toQuantiles, toQuantilesBy } from './load/quantiles.ts';

/** A message that arrived at the fake Graph side. `at` is on the machine's monotonic clock, in ms. */
export interface Arrival {
  readonly to: string;
  readonly mark: string;
  readonly at: number;
}

/** An expected reply with the moment its message was to be sent. */
export interface Awaited extends Expected {
  readonly intendedAt: number;
}

/** What must be 0, and how long the replies took. */
export interface Judgement {
  readonly expected: number;
  readonly missing: number;
  /** More of a kind than were asked for, or to people who wrote nothing. */
  readonly doubled: number;
  /** Replies that overtook an earlier one of the same person. */
  readonly disordered: number;
  /** Each answered message: when it was to be sent, and how long its reply took. */
  readonly replies: readonly Latency[];
  readonly reply: Quantiles;
  readonly replyP99BySecond: readonly number[];
  readonly replyByMinute: readonly Quantiles[];
}

const toMarks = (all: readonly { readonly mark: string }[]): Map<string, number> => {
  const marks = new Map<string, number>();
  for (const { mark } of all) marks.set(mark, (marks.get(mark) ?? 0) + 1);
  return marks;
};

function countMore(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let more = 0;
  for (const [mark, count] of a) more += Math.max(0, count - (b.get(mark) ?? 0));
  return more;
}

/** Arrivals matched with what they answer, the first with the first of the same mark. */
function match(
  awaited: readonly Awaited[],
  arrived: readonly Arrival[],
): { readonly place: number; readonly reply: Latency | null }[] {
  const free = new Map<string, number[]>();
  awaited.forEach(({ mark }, place) => void free.set(mark, [...(free.get(mark) ?? []), place]));
  return arrived.flatMap(({ mark, at }) => {
    const place = free.get(mark)?.shift();
    const one = place === undefined ? undefined : awaited[place];
    if (place === undefined || !one) return [];
    const { isReply, intendedAt } = one;
    return [{ place, reply: isReply ? { atMs: intendedAt, latencyMs: at - intendedAt } : null }];
  });
}

/** Compares what arrived with what had to, person by person. `awaited` is in journal order for each person. */
export function judge(awaited: readonly Awaited[], arrivals: readonly Arrival[]): Judgement {
  const wanted = Map.groupBy(awaited, (one) => one.to);
  const came = Map.groupBy(arrivals, (one) => one.to);
  const replies: Latency[] = [];
  let [missing, doubled, disordered] = [0, 0, 0];
  for (const to of new Set([...wanted.keys(), ...came.keys()])) {
    const want = wanted.get(to) ?? [];
    const got = (came.get(to) ?? []).toSorted((a, b) => a.at - b.at);
    missing += countMore(toMarks(want), toMarks(got));
    doubled += countMore(toMarks(got), toMarks(want));
    const matched = match(want, got);
    matched.forEach(({ place }, n) => void (disordered += place < (matched[n - 1]?.place ?? -1) ? 1 : 0));
    replies.push(...matched.map(({ reply }) => reply).filter((reply) => reply !== null));
  }
  const reply = toQuantiles(replies.map(({ latencyMs }) => latencyMs));
  return {
    expected: awaited.length,
    missing,
    doubled,
    disordered,
    replies,
    reply,
    replyP99BySecond: toP99BySecond(replies),
    replyByMinute: toQuantilesBy(replies, 60_000),
  };
}
