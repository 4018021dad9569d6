import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runBisected } from './bisect.ts';

class Poison extends Error {}

/** Runs a batch in which some items are poison; tells what was done, in order, and what was set aside. */
async function run(items: readonly number[], poison: ReadonlySet<number>) {
  const done: number[] = [];
  const aside: number[] = [];
  let runs = 0;
  await runBisected(items, {
    run: async (part) => {
      runs++;
      if (part.some((item) => poison.has(item))) throw new Poison();
      done.push(...part);
    },
    isPoison: (error) => error instanceof Poison,
    onPoison: async (item) => void aside.push(item),
  });
  return { done, aside, runs };
}

describe('runBisected', () => {
  test('a good batch runs once', async () => {
    expect(await run([1, 2, 3], new Set())).toEqual({ done: [1, 2, 3], aside: [], runs: 1 });
  });

  test('an empty batch runs once and finds nothing', async () => {
    expect(await run([], new Set())).toEqual({ done: [], aside: [], runs: 1 });
  });

  test('whatever is poison: exactly that is set aside, the rest is done once and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 60 }),
        fc.array(fc.integer({ min: 0, max: 59 })),
        async (count, bad) => {
          const items = Array.from({ length: count }, (_, n) => n);
          const poison = new Set(bad.filter((item) => item < count));
          const { done, aside } = await run(items, poison);
          expect(done).toEqual(items.filter((item) => !poison.has(item)));
          expect(aside).toEqual(items.filter((item) => poison.has(item)));
        },
      ),
    );
  });

  test('one poison in 512 costs 2 runs for each halving', async () => {
    const { runs } = await run(
      Array.from({ length: 512 }, (_, n) => n),
      new Set([300]),
    );
    expect(runs).toBe(1 + 2 * 9);
  });

  test('an error that is not of the data passes through at once, and nothing more is run', async () => {
    let runs = 0;
    const running = runBisected([1, 2], {
      run: () => {
        runs++;
        return Promise.reject(new Error('down'));
      },
      isPoison: () => false,
      onPoison: () => Promise.resolve(),
    });
    await expect(running).rejects.toThrow('down');
    expect(runs).toBe(1);
  });

  test('a failure to set the poison aside is the failure of the batch', async () => {
    const running = runBisected([1, 2], {
      run: () => Promise.reject(new Poison()),
      isPoison: () => true,
      onPoison: () => Promise.reject(new Error('no room in quarantine')),
    });
    await expect(running).rejects.toThrow('no room in quarantine');
  });
});
