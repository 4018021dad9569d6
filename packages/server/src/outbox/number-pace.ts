import { makeSentLog } from './sent-log.ts';

/** How fast one number may send, exactly. Times are in ms that never jump. */
export interface NumberPace {
  /** Ms until one more may go; a reply goes as soon as the number may, all else by an even schedule. */
  wait(nowMs: number, isReply?: boolean): number;
  /** How many may go within the next `aheadMs`. An estimate: `wait` decides. */
  room(aheadMs: number, nowMs: number): number;
  take(nowMs: number): void;
  /** One went out before we started. */
  recall(atMs: number): void;
  /** The provider refused one for its rate: nothing before `untilMs`, and slower from then on. */
  slow(untilMs: number, nowMs: number): void;
  /** What the provider allows, messages a second; takes effect at once. */
  setLimit(perSecond: number): void;
  /** Messages a second at present: the limit, or less after a refusal. */
  current(nowMs: number): number;
}

/** The most Meta gives: what the log must remember. */
export const MAX_MPS = 1_000;

const SECOND_MS = 1_000;
/**
 * A tenth of a second's budget in a tenth of a second, and a tenth of that more: what is behind is made up for, but does not
 * leave as one salvo.
 */
const SLICE_MS = 100;
const SLACK = 0.01;
/** So much ahead of an even schedule at most: some leave together, which spares timers and claims. */
const EARLY_MS = 25;
/** So much behind it is the lateness of timers and claims, and is made up for. Who is further behind had nothing to send. */
const LATE_MS = 250;
/** A refusal cuts the rate to this share … */
const CUT = 0.7;
/** … but not below this share of the limit, and it comes back by that much a second. */
const FLOOR = 0.1;
const RECOVERY = 0.02;

const toSlice = (limit: number): number => Math.ceil((limit * SLICE_MS) / SECOND_MS) + Math.ceil(limit * SLACK);

export function makeNumberPace(perSecond: number): NumberPace {
  const log = makeSentLog(MAX_MPS);
  let limit = Math.min(perSecond, MAX_MPS);
  /** The rate after the last refusal, and since when it recovers. */
  let cut = { rate: limit, at: -Infinity };
  let pausedUntil = -Infinity;
  /** By an even schedule, when the last one should have gone. */
  let last = -Infinity;

  function current(nowMs: number): number {
    const regained = Math.floor((nowMs - cut.at) / SECOND_MS) * Math.max(1, limit * RECOVERY);
    return Math.max(1, Math.floor(Math.min(limit, cut.rate + regained)));
  }

  /** By an even schedule, when the next one should go. */
  function toNext(nowMs: number): number {
    const next = last + SECOND_MS / current(nowMs);
    return next < nowMs - LATE_MS ? nowMs : next;
  }

  return {
    current,
    wait(nowMs, isReply = false) {
      const rate = current(nowMs);
      const early = isReply ? 0 : toNext(nowMs) - EARLY_MS - nowMs;
      const paused = Math.max(0, early, pausedUntil - nowMs);
      return Math.max(paused, log.wait(rate, SECOND_MS, nowMs), log.wait(toSlice(rate), SLICE_MS, nowMs));
    },
    room(aheadMs, nowMs) {
      if (pausedUntil > nowMs + aheadMs) return 0;
      const rate = current(nowMs);
      const left = rate - log.count(rate, SECOND_MS - aheadMs, nowMs);
      return Math.max(0, Math.min(left, Math.ceil((rate * (aheadMs + SLICE_MS)) / SECOND_MS)));
    },
    take(nowMs) {
      last = toNext(nowMs);
      log.add(nowMs);
    },
    recall: log.add,
    slow(untilMs, nowMs) {
      pausedUntil = Math.max(pausedUntil, untilMs);
      // One salvo is refused many times; it is one piece of news.
      if (nowMs - cut.at < SECOND_MS) return;
      cut = { rate: Math.max(limit * FLOOR, current(nowMs) * CUT), at: nowMs };
    },
    setLimit(value) {
      const next = Math.min(value, MAX_MPS);
      if (next === limit) return;
      limit = next;
      cut = { rate: limit, at: -Infinity };
    },
  };
}
