import { describe, expect, test } from 'vitest';
import { makeTestClock, turns } from '../kit/fixtures/rig.ts';
import { makeGate } from './gate.ts';
import { makeNumberPace } from './number-pace.ts';

/** A gate and the names of those it let through, with their times. */
function open(perSecond = 80) {
  const clock = makeTestClock();
  const gate = makeGate(clock, makeNumberPace(perSecond));
  const passed: { name: string; at: number; mayGo: boolean }[] = [];
  const come = (name: string, cls: number) =>
    void gate.pass(cls).then((mayGo) => passed.push({ name, at: clock.elapsed(), mayGo }));
  const pass = async (ms: number, stepMs = 1) => {
    for (let n = 0; n < ms; n += stepMs) {
      clock.advance(stepMs);
      await turns(1);
    }
  };
  return { clock, gate, passed, come, pass };
}

describe('the gate', () => {
  test('two salvoes that come together leave at the pace of one', async () => {
    const { gate, passed, come, pass } = open();
    for (let n = 0; n < 40; n++) come(`m${n}`, 2);
    await turns(1);
    await pass(30);
    for (let n = 40; n < 200; n++) come(`m${n}`, 2);
    await pass(3_000);
    expect(passed.map((one) => one.name)).toEqual(Array.from({ length: 200 }, (_, n) => `m${n}`));
    const times = passed.map((one) => one.at);
    for (const from of times)
      expect(times.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(80);
    expect(gate.waiting).toBe(0);
  });

  test('a reply passes the campaign that is already waiting there', async () => {
    const { passed, come, pass } = open(10);
    for (const name of ['c1', 'c2', 'c3']) come(name, 2);
    come('transaction', 1);
    come('reply', 0);
    await pass(1_000);
    expect(passed.map((one) => one.name)).toEqual(['c1', 'reply', 'transaction', 'c2', 'c3']);
  });

  test('a reply does not wait for the schedule that spreads all else, only for the number', async () => {
    const { clock, passed, come, pass } = open(80);
    for (let n = 0; n < 6; n++) come(`c${n}`, 2);
    await turns(1);
    for (let n = 0; n < 5; n++) come(`r${n}`, 0);
    await turns(1);
    expect(passed.map((one) => one.name)).toEqual(['c0', 'c1', 'c2', 'r0', 'r1', 'r2', 'r3', 'r4']);
    for (const name of ['r5', 'r6']) come(name, 0);
    await pass(99);
    expect(passed).toHaveLength(9);
    await pass(1);
    expect([passed[9]?.name, clock.timers]).toEqual(['r6', 1]);
  });

  test('has room for what will leave soon, less what already waits', async () => {
    const { gate, come } = open(80);
    expect(gate.room()).toEqual({ messages: 12, replies: 12 });
    for (let n = 0; n < 8; n++) come(`m${n}`, 2);
    await turns(1);
    // Three have left at once, five wait.
    expect([gate.waiting, gate.room()]).toEqual([5, { messages: 7, replies: 12 }]);
  });

  test('asks for several at once: for none before half of what it holds has left, but for replies at any time', async () => {
    const { gate, come, pass } = open(80);
    for (let n = 0; n < 15; n++) come(`m${n}`, 2);
    await turns(1);
    expect([gate.waiting, gate.room(), gate.wait()]).toEqual([12, { messages: 0, replies: 12 }, 75]);
    await pass(50);
    expect(gate.room()).toEqual({ messages: 0, replies: 12 });
    await pass(50);
    expect([gate.waiting, gate.room()]).toEqual([4, { messages: 8, replies: 12 }]);
  });

  test('closed, sends away who waits and who comes', async () => {
    const { clock, gate, passed, come } = open(1);
    come('gone', 0);
    come('waiting', 0);
    await turns(1);
    gate.close();
    come('late', 0);
    await turns(1);
    expect(passed.map(({ name, mayGo }) => [name, mayGo])).toEqual([
      ['gone', true],
      ['waiting', false],
      ['late', false],
    ]);
    expect(clock.timers).toBe(0);
  });
});
