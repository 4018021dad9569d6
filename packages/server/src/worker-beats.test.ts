import { describe, expect, test } from 'vitest';
import { makeTestClock } from './kit/fixtures/rig.ts';
import { watchBeats } from './worker-beats.ts';
import { BEATS, SIGNALS_BYTES } from './worker-protocol.ts';

function watch(limit = 3) {
  const clock = makeTestClock();
  const signals = new Int32Array(new SharedArrayBuffer(SIGNALS_BYTES));
  const told: string[] = [];
  const stop = watchBeats({ clock, signals, limit: () => limit, onBlocked: (reason) => void told.push(reason) });
  return { clock, told, stop, beat: () => Atomics.add(signals, BEATS, 1) };
}

describe('watchBeats', () => {
  test('says nothing while the loop turns', () => {
    const { clock, told, beat } = watch();
    for (let n = 0; n < 20; n++) {
      beat();
      clock.advance(2_000);
    }
    expect(told).toEqual([]);
  });

  test('tells once of a loop that stands still', () => {
    const { clock, told } = watch();
    clock.advance(2_999);
    expect(told).toEqual([]);
    for (let n = 0; n < 10; n++) clock.advance(1_000);
    expect(told).toEqual(['it stood still for 3 s']);
    expect(clock.timers).toBe(0);
  });

  test('looks no more once it is stopped', () => {
    const { clock, told, stop } = watch();
    stop();
    clock.advance(10_000);
    expect(told).toEqual([]);
  });
});
