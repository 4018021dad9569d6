import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { makeGate, makeTestClock, makeTestLog, turns } from './fixtures/rig.ts';
import { makeHealth } from './health.ts';

function open(check: () => Promise<void>) {
  const clock = makeTestClock();
  const log = makeTestLog();
  const health = makeHealth({ name: 'database', clock, log, check, everyMs: 1_000, boundMs: 3_000 });
  const states = () => log.lines.map((line) => line['state']);
  return { clock, health, states };
}

describe('makeHealth', () => {
  test('is down at the first failed answer, asks faster then, and up at the next good one; told once each', async () => {
    let well = true;
    const { clock, health, states } = open(async () => {
      if (!well) throw new Error('gone');
    });
    expect(health.isUp).toBe(true);
    well = false;
    for (let n = 0; n < 3; n++) {
      clock.advance(1_000);
      await turns();
    }
    expect([health.isUp, health.state]).toEqual([false, 'Error: gone']);
    well = true;
    clock.advance(200);
    await turns();
    expect([health.isUp, states()]).toEqual([true, ['Error: gone', 'up']]);
    health.stop();
  });

  test('an answer that does not come counts as none', async () => {
    const { clock, health } = open(() => new Promise(() => undefined));
    clock.advance(1_000);
    await turns();
    expect(health.isUp).toBe(true);
    clock.advance(3_000);
    await turns();
    expect(health.state).toBe('Error: no answer within 3000 ms');
    health.stop();
  });

  test('a suspicion is believed at once and checked soon', async () => {
    const { clock, health } = open(async () => undefined);
    health.suspect('connection reset');
    expect(health.isUp).toBe(false);
    clock.advance(100);
    await turns();
    expect(health.isUp).toBe(true);
    health.stop();
  });

  test('an answer that was asked for before the suspicion does not lift it', async () => {
    const gate = makeGate();
    let asked = 0;
    const { clock, health } = open(() => (asked++ === 0 ? gate.promise : Promise.resolve()));
    clock.advance(1_000);
    health.suspect('connection reset');
    gate.open();
    await turns();
    expect(health.isUp).toBe(false);
    clock.advance(200);
    await turns();
    expect(health.isUp).toBe(true);
    health.stop();
  });

  test('a suspicion during a question asks no second one beside it, and no second round begins', async () => {
    const gate = makeGate();
    let asked = 0;
    const { clock, health } = open(() => (asked++ === 0 ? gate.promise : Promise.resolve()));
    clock.advance(1_000);
    health.suspect('connection reset');
    clock.advance(500);
    expect(asked).toBe(1);
    gate.open();
    for (let n = 0; n < 4; n++) {
      await turns();
      clock.advance(1_000);
    }
    await turns();
    expect([asked, clock.timers]).toEqual([5, 1]);
    health.stop();
  });

  test('asks nothing and says nothing once it is stopped', async () => {
    const gate = makeGate();
    const { clock, health, states } = open(() => gate.promise);
    clock.advance(1_000);
    health.stop();
    gate.fail(new Error('pool ended'));
    await turns();
    health.suspect('pool ended');
    clock.advance(10_000);
    expect([states(), clock.timers]).toEqual([[], 0]);
  });

  test('tells its changes to a real log: a method taken off pino would throw, and end the process', async () => {
    const written: string[] = [];
    const log = pino({ base: null }, { write: (line: string) => void written.push(line) });
    const health = makeHealth({
      name: 'database',
      clock: makeTestClock(),
      log,
      check: async () => undefined,
      everyMs: 1,
      boundMs: 1,
    });
    health.suspect('gone');
    health.stop();
    expect(written.join('')).toContain('"state":"gone"');
  });
});
