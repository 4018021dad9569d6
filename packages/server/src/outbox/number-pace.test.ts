import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeNumberPace, type NumberPace } from './number-pace.ts';
import { makeSentLog } from './sent-log.ts';

const SECOND_MS = 1_000;

/** Sends as soon as it may, after each pause; the times of all sends. */
function sendEagerly(pace: NumberPace, pauses: readonly number[]): number[] {
  let nowMs = 0;
  return pauses.map((pause) => {
    nowMs += pause;
    nowMs += pace.wait(nowMs);
    expect(pace.wait(nowMs)).toBe(0);
    pace.take(nowMs);
    return nowMs;
  });
}

/** The most sends that lie in any window [t, t + lengthMs). */
function mostIn(sent: readonly number[], lengthMs: number): number {
  return Math.max(0, ...sent.map((from) => sent.filter((at) => at >= from && at < from + lengthMs).length));
}

const eager = (count: number) => Array.from({ length: count }, () => 0);

describe('the pace of a number', () => {
  test('lets no second, wherever it begins, have more than the limit, nor a longer time more than its seconds (I6)', () => {
    const limit = fc.integer({ min: 1, max: 90 });
    const pauses = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_500 })), {
      minLength: 1,
      maxLength: 250,
    });
    fc.assert(
      fc.property(limit, pauses, fc.integer({ min: 1, max: 5 }), (perSecond, waits, seconds) => {
        const sent = sendEagerly(makeNumberPace(perSecond), waits);
        expect(mostIn(sent, SECOND_MS)).toBeLessThanOrEqual(perSecond);
        expect(mostIn(sent, seconds * SECOND_MS)).toBeLessThanOrEqual(perSecond * seconds);
        expect(mostIn(sent, 100)).toBeLessThanOrEqual(Math.ceil(perSecond / 10) + Math.ceil(perSecond / 100));
      }),
      { numRuns: 60 },
    );
  });

  test.each([1, 20, 80, 1_000])('reaches its limit of %d a second, neither more nor less', (perSecond) => {
    const sent = sendEagerly(makeNumberPace(perSecond), eager(perSecond * 10 + 1));
    expect(sent.at(-1)).toBe(10 * SECOND_MS);
  });

  test.each([
    [1_000, 1, 19_990],
    [80, 5, 1_590],
    [20, 5, 396],
  ])('%d a second make up, within their second, for timers that are %d ms late', (perSecond, lateMs, least) => {
    const pace = makeNumberPace(perSecond);
    let sent = 0;
    for (let at = 0; at < 20_000; ) {
      const waitMs = pace.wait(at);
      if (waitMs > 0) at += waitMs + lateMs;
      else {
        pace.take(at);
        sent++;
      }
    }
    expect(sent).toBeGreaterThanOrEqual(least);
  });

  test.each([80, 1_000])('sends %d a second evenly: nothing is much ahead of its turn', (perSecond) => {
    const sent = sendEagerly(makeNumberPace(perSecond), eager(perSecond * 5));
    const early = sent.map((at, n) => (n * SECOND_MS) / perSecond - at);
    expect(Math.max(...early)).toBeLessThanOrEqual(26);
    expect(Math.min(...early)).toBeGreaterThanOrEqual(-1);
  });

  test('is on time again within the second after a stall, and loses none of its rate by it', () => {
    const pace = makeNumberPace(1_000);
    const sent = sendEagerly(pace, [...eager(2_000), 60, ...eager(7_999)]);
    const behind = sent.map((at, n) => at - n);
    expect([behind[2_000], Math.max(...behind)]).toEqual([34, 34]);
    expect(behind[2_900]).toBeLessThanOrEqual(1);
    expect(sent.at(-1)).toBeLessThanOrEqual(10_000);
  });

  test('a rest is no stall: afterwards it begins evenly, with nothing to make up for', () => {
    const pace = makeNumberPace(100);
    sendEagerly(pace, eager(50));
    const sent = sendEagerly(pace, [5_000, ...eager(9)]);
    expect(sent.map((at) => at - (sent[0] ?? 0))).toEqual([0, 0, 0, 5, 15, 25, 35, 45, 55, 65]);
  });

  test('has room for what will be free a moment later, and claims no more', () => {
    const pace = makeNumberPace(80);
    expect(pace.room(50, 0)).toBe(12);
    sendEagerly(pace, eager(80));
    expect([pace.room(50, 900), pace.room(50, 950), pace.room(50, 2_000)]).toEqual([0, 3, 12]);
  });

  test('what went out before it began counts', () => {
    const pace = makeNumberPace(80);
    for (let n = 0; n < 80; n++) pace.recall(-100);
    expect([pace.wait(0), pace.wait(900)]).toEqual([900, 0]);
  });

  test('a refusal stops it until the time given, slows it by a third, once, and it recovers by 2 % a second', () => {
    const pace = makeNumberPace(100);
    pace.slow(3_000, 0);
    pace.slow(2_000, 10);
    expect([pace.wait(0), pace.room(50, 0), pace.current(0), pace.current(5_000), pace.current(60_000)]).toEqual([
      3_000, 0, 70, 80, 100,
    ]);
    for (let n = 1; n < 20; n++) pace.slow(0, 3_000 + n * SECOND_MS);
    expect(pace.current(22_000)).toBe(10);
  });

  test('another limit holds at once, with the sends so far', () => {
    const pace = makeNumberPace(1_000);
    sendEagerly(pace, eager(50));
    pace.setLimit(20);
    expect(pace.wait(25)).toBe(980);
    pace.setLimit(1_000);
    expect([pace.wait(25), pace.current(25)]).toEqual([0, 1_000]);
    pace.setLimit(9_999);
    expect(pace.current(0)).toBe(1_000);
  });
});

describe('the log of sends', () => {
  test('counts those of a window, whatever else it has forgotten', () => {
    const log = makeSentLog(10);
    for (let at = 0; at < 100; at += 5) log.add(at);
    expect([log.count(99, 11, 95), log.count(2, 50, 95), log.count(99, 1_000, 95)]).toEqual([3, 2, 10]);
  });

  test('takes a time that steps back for the last one', () => {
    const log = makeSentLog(3);
    log.add(50);
    log.add(10);
    expect([log.wait(2, 100, 60), log.wait(1, 100, 60)]).toEqual([90, 90]);
  });
});
