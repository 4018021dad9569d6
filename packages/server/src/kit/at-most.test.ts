import { describe, expect, test } from 'vitest';
import { mapAtMost } from './at-most.ts';

/** Work that ends when it is told to, in any order. */
function makeWork() {
  const open = new Map<number, { done: (answer: string) => void; fail: (error: Error) => void }>();
  let most = 0;
  const work = (n: number) =>
    new Promise<string>((done, fail) => {
      open.set(n, { done, fail });
      most = Math.max(most, open.size);
    });
  const end = async (n: number) => {
    open.get(n)?.done(`answer ${n}`);
    open.delete(n);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return { work, end, open, most: () => most };
}

describe('work for many, so many at a time', () => {
  test('never has more in hand, begins the next when one is done, and answers in order', async () => {
    const { work, end, open, most } = makeWork();
    const all = mapAtMost(3, [0, 1, 2, 3, 4], work);
    expect([...open.keys()]).toEqual([0, 1, 2]);
    await end(1);
    expect([...open.keys()]).toEqual([0, 2, 3]);
    for (const n of [3, 2, 4, 0]) await end(n);
    expect(await all).toEqual([0, 1, 2, 3, 4].map((n) => `answer ${n}`));
    expect(most()).toBe(3);
  });

  test('is nothing for nobody', async () => {
    expect(await mapAtMost(3, [], () => Promise.reject(new Error('asked')))).toEqual([]);
  });

  test('ends with the first failure, and begins nothing more', async () => {
    const { work, end, open } = makeWork();
    const all = mapAtMost(2, [0, 1, 2, 3], work);
    open.get(0)?.fail(new Error('broken'));
    await expect(all).rejects.toThrow('broken');
    await end(1);
    expect([...open.keys()]).toEqual([0]);
  });
});
