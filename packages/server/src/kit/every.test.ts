import { describe, expect, test } from 'vitest';
import { every } from './every.ts';
import { makeGate, makeTestClock, makeTestLog, turns } from './fixtures/rig.ts';

describe('every', () => {
  test('does its chore once per period, and never two at once', async () => {
    const clock = makeTestClock();
    const gate = makeGate();
    let begun = 0;
    const stop = every({ clock, log: makeTestLog(), name: 'x', ms: 100, chore: () => (begun++, gate.promise) });
    expect(begun).toBe(0);
    clock.advance(100);
    clock.advance(1_000);
    expect(begun).toBe(1);
    gate.open();
    await turns();
    clock.advance(100);
    expect(begun).toBe(2);
    await stop();
  });

  test.each([
    ['rejects', () => Promise.reject(new Error('lost the server'))],
    [
      'throws',
      () => {
        throw new Error('lost the server');
      },
    ],
  ])('a chore that %s is told once a round, and the next round comes anyway', async (_name, chore) => {
    const clock = makeTestClock();
    const log = makeTestLog();
    const stop = every({ clock, log, name: 'marks', ms: 100, chore });
    for (let n = 0; n < 3; n++) {
      clock.advance(100);
      await turns();
    }
    expect(log.lines).toEqual(
      Array.from({ length: 3 }, () => ({
        level: 'warn',
        message: 'chore.failed',
        chore: 'marks',
        reason: 'Error: lost the server',
      })),
    );
    await stop();
  });

  test('stops when the chore under way has ended, and begins no other', async () => {
    const clock = makeTestClock();
    const gate = makeGate();
    let begun = 0;
    let stopped = false;
    const stop = every({ clock, log: makeTestLog(), name: 'x', ms: 100, chore: () => (begun++, gate.promise) });
    clock.advance(100);
    const stopping = stop().then(() => (stopped = true));
    await turns();
    expect(stopped).toBe(false);
    gate.open();
    await stopping;
    clock.advance(1_000);
    expect([begun, clock.timers]).toEqual([1, 0]);
  });
});
