import { describe, expect, test } from 'vitest';
import { makeGate, makeTestClock, turns } from '../kit/fixtures/rig.ts';
import type { Context } from './context.ts';
import { reacting, task } from './fixtures/tasks.ts';
import { RETRY_MS, runTask } from './run.ts';

const fails = (error: unknown) =>
  reacting(() => {
    throw error;
  });

describe('runTask', () => {
  test('brings back what the handler asked for, and how long it took', async () => {
    const clock = makeTestClock();
    const result = await runTask(
      task(),
      reacting((c) => {
        clock.advance(42);
        c.reply('one');
        c.note('seen');
      }),
      clock,
    );
    expect(result).toMatchObject({
      outcome: 'done',
      intents: [{ type: 'send' }],
      notes: [{ name: 'seen' }],
      tookMs: 42,
      error: null,
      notBefore: null,
    });
    expect(clock.timers).toBe(0);
  });

  test('a handler that throws leaves no intents, not even those from before', async () => {
    const result = await runTask(
      task(),
      reacting((c) => {
        c.reply('half of it');
        throw new TypeError('no price for 7');
      }),
      makeTestClock(),
    );
    expect(result).toMatchObject({
      outcome: 'retry',
      intents: [],
      notes: [],
      error: { reason: 'TypeError: no price for 7' },
    });
    expect(result.error?.stack).toContain('run.test.ts');
  });

  test('fails three times with growing pauses, and is quarantined after the fourth', async () => {
    const clock = makeTestClock();
    const results = await Promise.all(
      [1, 2, 3, 4, 5].map((attempts) => runTask(task({ attempts }), fails(new Error('x')), clock)),
    );
    expect(results.map((result) => result.outcome)).toEqual(['retry', 'retry', 'retry', 'quarantine', 'quarantine']);
    expect(results.map((result) => result.notBefore && result.notBefore - clock.now())).toEqual([
      200,
      1_000,
      5_000,
      null,
      null,
    ]);
    expect(RETRY_MS).toEqual([200, 1_000, 5_000]);
  });

  test.each<[string, unknown, string]>([
    ['a string', 'out of stock', 'thrown: out of stock'],
    ['nothing', undefined, 'thrown: undefined'],
    ['an object', { a: 1 }, 'thrown: [object Object]'],
  ])('a handler that throws %s is told as what it threw', async (_name, thrown, reason) => {
    expect((await runTask(task(), fails(thrown), makeTestClock())).error).toEqual({ reason, stack: null });
  });

  test('a handler that does not come back is given up after 30 s, told to stop, and retried', async () => {
    const clock = makeTestClock();
    let given: Context | undefined;
    const running = runTask(
      task(),
      reacting((c) => {
        given = c;
        c.reply('too soon to say');
        return new Promise(() => {});
      }),
      clock,
    );
    await turns();
    clock.advance(29_999);
    expect(given?.signal.aborted).toBe(false);
    clock.advance(1);
    const result = await running;
    expect(given?.signal.aborted).toBe(true);
    expect(result).toMatchObject({
      outcome: 'retry',
      intents: [],
      tookMs: 30_000,
      error: { reason: expect.stringContaining('did not finish within 30 s. Pass context.signal') },
    });
  });

  test('what a handler does after it has returned, or after its time, changes nothing', async () => {
    const clock = makeTestClock();
    const gate = makeGate();
    let late: Promise<void> = Promise.resolve();
    const forgotten = reacting((c) => {
      c.reply('in time');
      late = gate.promise.then(() => c.reply('too late'));
    });
    const result = await runTask(task(), forgotten, clock);
    gate.open();
    await late;
    expect(result.intents).toHaveLength(1);
  });
});
