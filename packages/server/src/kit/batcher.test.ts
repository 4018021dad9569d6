import { describe, expect, test } from 'vitest';
import { type BatcherOptions, makeBatcher } from './batcher.ts';
import { makeGate, makeTestClock, turns } from './fixtures/rig.ts';

interface Flush {
  readonly items: readonly number[];
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
}

/** Items are their own weight; every flush is held until the test lets it go. */
function open(
  limits: {
    maxItems?: number;
    maxWeight?: number;
    maxWaiting?: number;
    inFlight?: number;
    gather?: BatcherOptions<number>['gather'];
    patience?: BatcherOptions<number>['patience'];
  } = {},
) {
  const flushes: Flush[] = [];
  const batcher = makeBatcher<number>({
    maxItems: 100,
    maxWeight: 1_000,
    maxWaiting: 10_000,
    inFlight: 1,
    ...limits,
    weight: (item) => item,
    flush(items) {
      const gate = makeGate();
      flushes.push({ items, end: gate.open, fail: gate.fail });
      return gate.promise;
    },
  });
  const add = (item: number): Promise<void> => batcher.add(item) ?? Promise.reject(new Error('refused'));
  const taken = () => flushes.map((flush) => flush.items);
  return { batcher, add, flushes, taken };
}

describe('makeBatcher', () => {
  test('flushes at once when idle, and what arrived in the same turn goes together', async () => {
    const { add, flushes, taken } = open();
    const first = [add(1), add(2)];
    await turns(1);
    expect(taken()).toEqual([[1, 2]]);
    flushes[0]?.end();
    await Promise.all(first);
  });

  test('collects while a flush is in flight and resolves nobody before its own flush is done', async () => {
    const { add, flushes, taken, batcher } = open();
    const done: number[] = [];
    const note = (item: number) => add(item).then(() => done.push(item));
    const all = [note(1)];
    await turns();
    all.push(note(2), note(3));
    await turns();
    expect(taken()).toEqual([[1]]);
    expect(done).toEqual([]);
    flushes[0]?.end();
    await turns();
    expect([taken(), done]).toEqual([[[1], [2, 3]], [1]]);
    flushes[1]?.end();
    await Promise.all(all);
    await batcher.idle();
    expect(batcher.waiting).toBe(0);
  });

  test.each([
    ['items', { maxItems: 2 }, [[1, 1], [1, 1], [1]]],
    [
      'weight',
      { maxWeight: 3 },
      [
        [1, 1, 1],
        [1, 1],
      ],
    ],
  ])('a batch holds at most the bound of %s', async (_name, limits, expected) => {
    const { add, flushes, taken } = open(limits);
    const all = [1, 1, 1, 1, 1].map(add);
    for (let n = 0; n < expected.length; n++) {
      await turns();
      flushes[n]?.end();
    }
    await Promise.all(all);
    expect(taken()).toEqual(expected);
  });

  test('an item heavier than a batch may be goes alone', async () => {
    const { add, flushes, taken } = open({ maxWeight: 3 });
    const all = [5, 1].map(add);
    await turns();
    flushes[0]?.end();
    await turns();
    flushes[1]?.end();
    await Promise.all(all);
    expect(taken()).toEqual([[5], [1]]);
  });

  test('keeps as many flushes in flight as allowed, not one more', async () => {
    const { add, flushes, taken } = open({ inFlight: 2, maxItems: 1 });
    const all = [1, 2, 3].map(add);
    await turns();
    expect(taken()).toEqual([[1], [2]]);
    flushes[1]?.end();
    await turns();
    expect(taken()).toEqual([[1], [2], [3]]);
    for (const flush of flushes) flush.end();
    await Promise.all(all);
  });

  test('refuses past the bound, counting what is in flight, and takes again once there is room', async () => {
    const { add, batcher, flushes } = open({ maxWaiting: 10 });
    const first = add(6);
    await turns();
    expect(batcher.add(5)).toBeNull();
    const second = add(4);
    expect(batcher.waiting).toBe(10);
    flushes[0]?.end();
    await first;
    await turns();
    flushes[1]?.end();
    await second;
    await batcher.idle();
    expect(batcher.add(10)).not.toBeNull();
  });

  test('takes an item above the bound when nothing else waits: it could never be stored otherwise', async () => {
    const { add, batcher, flushes } = open({ maxWaiting: 10 });
    const heavy = add(50);
    expect(batcher.add(1)).toBeNull();
    await turns();
    flushes[0]?.end();
    await heavy;
  });

  test('an error reaches the whole batch it belongs to, and no other', async () => {
    const { add, flushes } = open();
    const failing = Promise.allSettled([add(1), add(2)]);
    await turns();
    const next = add(3);
    flushes[0]?.fail(new Error('disk'));
    expect((await failing).map((result) => result.status)).toEqual(['rejected', 'rejected']);
    await turns();
    flushes[1]?.end();
    await expect(next).resolves.toBeUndefined();
  });

  test('a flush that throws before it returns a promise is an error of its batch', async () => {
    const batcher = makeBatcher<number>({
      maxItems: 1,
      maxWeight: 1,
      maxWaiting: 9,
      inFlight: 1,
      weight: () => 1,
      flush: () => {
        throw new TypeError('at once');
      },
    });
    await expect(batcher.add(1)).rejects.toThrow('at once');
    await batcher.idle();
  });

  test('is idle only when nothing waits and nothing flies', async () => {
    const { add, batcher, flushes } = open();
    await batcher.idle();
    const one = add(1);
    let idle = false;
    const waited = batcher.idle().then(() => (idle = true));
    await turns();
    expect(idle).toBe(false);
    flushes[0]?.end();
    await Promise.all([one, waited]);
    expect(idle).toBe(true);
  });
});

describe('gathering', () => {
  const openGathering = (enough?: number) => {
    const clock = makeTestClock();
    const gather = enough === undefined ? { clock, ms: 5 } : { clock, ms: 5, enough };
    return { clock, ...open({ maxItems: 10, gather }) };
  };

  test('what comes after a pause leaves at once; what follows closely waits for company', async () => {
    const { clock, add, flushes, taken } = openGathering();
    const all = [add(1)];
    await turns();
    flushes[0]?.end();
    await turns();
    all.push(add(2));
    await turns();
    clock.advance(2);
    all.push(add(3));
    await turns();
    expect(taken()).toEqual([[1]]);
    clock.advance(3);
    await turns();
    expect(taken()).toEqual([[1], [2, 3]]);
    flushes[1]?.end();
    await Promise.all(all);
  });

  test('takes no longer when the wall clock is set back', async () => {
    const { clock, add, flushes, taken } = openGathering();
    const all = [add(1)];
    await turns();
    flushes[0]?.end();
    clock.jump(-3_600_000);
    all.push(add(2));
    await turns();
    clock.advance(5);
    await turns();
    expect(taken()).toEqual([[1], [2]]);
    flushes[1]?.end();
    await Promise.all(all);
  });

  test.each([
    ['half a batch', undefined, [1, 1, 1, 1, 1]],
    ['what is said to be enough', 3, [1, 1, 1]],
  ])('%s waits for nobody', async (_name, enough, company) => {
    const { add, flushes, taken } = openGathering(enough);
    const all = [add(1)];
    await turns();
    flushes[0]?.end();
    await turns();
    all.push(...company.map(add));
    await turns();
    expect(taken()).toEqual([[1], company]);
    flushes[1]?.end();
    await Promise.all(all);
  });
});

describe('A batcher with patience', () => {
  const begin = async () => {
    const clock = makeTestClock();
    const made = open({ maxItems: 2, patience: { clock, ms: 2_000 } });
    const outcomes: string[] = [];
    const put = (item: number) =>
      void made.add(item).then(
        () => outcomes.push(`${item} done`),
        (error: Error) => outcomes.push(`${item} ${error.name}`),
      );
    for (const item of [1, 2, 3]) put(item);
    await turns();
    return { ...made, clock, outcomes, put };
  };

  test('gives up on a flush that takes longer, and on all behind it; until it ends it refuses', async () => {
    const { clock, outcomes, batcher, flushes, taken } = await begin();
    clock.advance(1_999);
    await turns();
    expect(outcomes).toEqual([]);
    clock.advance(1);
    await turns();
    expect(outcomes).toEqual(['1 Stalled', '2 Stalled', '3 Stalled']);
    expect(batcher.add(4)).toBeNull();
    flushes[0]?.end();
    await turns();
    expect([taken(), batcher.waiting]).toEqual([[[1, 2]], 0]);
  });

  test('takes again when it has ended, however that was', async () => {
    const { clock, outcomes, flushes, put, taken } = await begin();
    clock.advance(2_000);
    flushes[0]?.fail(new Error('the server went away'));
    await turns();
    put(5);
    await turns();
    flushes[1]?.end();
    await turns();
    expect(taken()).toEqual([[1, 2], [5]]);
    expect(outcomes.at(-1)).toBe('5 done');
  });

  test('says nothing about a flush that ended in time', async () => {
    const { clock, outcomes, flushes } = await begin();
    flushes[0]?.end();
    await turns();
    flushes[1]?.end();
    await turns();
    clock.advance(10_000);
    expect(outcomes).toEqual(['1 done', '2 done', '3 done']);
  });
});
