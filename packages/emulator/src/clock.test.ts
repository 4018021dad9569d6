import { describe, expect, test } from 'vitest';
import { makeStoppableClock, makeVirtualClock } from './clock.ts';

describe('the virtual clock', () => {
  test('runs due jobs in order of their time, then of their scheduling', () => {
    const clock = makeVirtualClock(1_000);
    const ran: string[] = [];
    clock.after(20, () => ran.push(`b at ${clock.now()}`));
    clock.after(10, () => ran.push(`a at ${clock.now()}`));
    clock.after(20, () => ran.push('c'));
    clock.advance(20);
    expect(ran).toEqual(['a at 1010', 'b at 1020', 'c']);
    expect(clock.now()).toBe(1_020);
  });

  test('runs a job that a job scheduled, when it is due within the same advance', () => {
    const clock = makeVirtualClock(0);
    const ran: number[] = [];
    clock.after(10, () => clock.after(10, () => ran.push(clock.now())));
    clock.advance(19);
    expect(ran).toEqual([]);
    clock.advance(1);
    expect(ran).toEqual([20]);
  });

  test('does not run a cancelled job', () => {
    const clock = makeVirtualClock(0);
    const ran: string[] = [];
    clock.after(5, () => ran.push('kept'));
    clock.after(5, () => ran.push('cancelled'))();
    clock.advance(5);
    expect(ran).toEqual(['kept']);
    expect(clock.waiting()).toBe(0);
  });
});

test('a stopped clock gives up its jobs and takes no new ones', () => {
  const clock = makeVirtualClock(0);
  const stoppable = makeStoppableClock(clock);
  const ran: string[] = [];
  stoppable.after(5, () => ran.push('before'));
  stoppable.stop();
  stoppable.after(5, () => ran.push('after'));
  clock.advance(10);
  expect(ran).toEqual([]);
  expect(clock.waiting()).toBe(0);
});
