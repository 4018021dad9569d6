import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyBucket, fullBucket, NUMBER_BUDGET, PAIR_BUDGET } from './pacing.ts';
import { makeSendQueue, type Queued } from './queue.ts';

const item = (seq: number, more: Partial<Queued> = {}): Queued => ({
  id: `m${seq}`,
  seq,
  lane: 'a',
  class: 0,
  kind: 'message',
  dueAt: 0,
  state: 'queued',
  ...more,
});
const full = () => makeSendQueue({ bucket: fullBucket(NUMBER_BUDGET, 0), budget: NUMBER_BUDGET });
const ids = (picked: { items: readonly Queued[] }) => picked.items.map((one) => one.id);

describe('the send queue', () => {
  test('gives one of a lane at a time, in order', () => {
    const queue = full();
    queue.add([item(1), item(2), item(3, { lane: 'b' })]);
    expect(ids(queue.pick(0, 9))).toEqual(['m1', 'm3']);
    expect(queue.pick(0, 9)).toEqual({ items: [], waitMs: null });
    queue.settle('m1');
    expect(ids(queue.pick(0, 9))).toEqual(['m2']);
    expect([queue.size, queue.ids(), queue.has('m1'), queue.has('m2')]).toEqual([2, ['m2', 'm3'], false, true]);
  });

  test("gives replies first, then the API's, then campaigns, and no more than was asked for", () => {
    const queue = full();
    queue.add([item(1, { class: 2, lane: 'x' }), item(2, { class: 1, lane: 'y' }), item(3, { class: 0, lane: 'z' })]);
    expect(ids(queue.pick(0, 2))).toEqual(['m3', 'm2']);
    expect(ids(queue.pick(0, 0))).toEqual([]);
    expect(ids(queue.pick(0, 2))).toEqual(['m1']);
  });

  test('an item put back keeps its place until its time: nobody behind it passes', () => {
    const queue = full();
    queue.add([item(1), item(2)]);
    queue.pick(0, 9);
    queue.retry('m1', 5_000);
    expect(queue.pick(0, 9)).toEqual({ items: [], waitMs: 5_000 });
    expect(ids(queue.pick(5_000, 9))).toEqual(['m1']);
    queue.settle('m1');
    expect(ids(queue.pick(5_000, 9))).toEqual(['m2']);
  });

  test('only the head can be put back', () => {
    const queue = full();
    queue.add([item(1), item(2)]);
    queue.retry('m2', 0);
    queue.retry('m9', 0);
    expect(ids(queue.pick(0, 9))).toEqual(['m1']);
  });

  test('one whose fate is unknown from an earlier owner holds its lane until it is decided', () => {
    const queue = full();
    queue.add([item(1, { state: 'ambiguous' }), item(2), item(3, { lane: 'b' })]);
    expect(ids(queue.pick(0, 9))).toEqual(['m3']);
    queue.retry('m1', 0);
    expect(ids(queue.pick(0, 9))).toEqual(['m1']);
    queue.settle('m1');
    expect(ids(queue.pick(0, 9))).toEqual(['m2']);
  });

  test('one that comes late is put where its number says, but not before a head on its way', () => {
    const queue = full();
    queue.add([item(5), item(7)]);
    queue.pick(0, 9);
    queue.add([item(6), item(4), item(5)]);
    const order: string[] = [];
    for (const id of ['m5', 'm4', 'm6', 'm7']) {
      queue.settle(id);
      order.push(...ids(queue.pick(0, 9)));
    }
    expect(order).toEqual(['m4', 'm6', 'm7']);
  });

  test('settling one in the middle leaves the head where it is', () => {
    const queue = full();
    queue.add([item(1), item(2), item(3)]);
    queue.pick(0, 9);
    queue.settle('m2');
    expect(ids(queue.pick(0, 9))).toEqual([]);
    queue.settle('m1');
    expect(ids(queue.pick(0, 9))).toEqual(['m3']);
  });

  test('read marks go beside the messages and cost nothing', () => {
    const queue = makeSendQueue({ bucket: emptyBucket(0), budget: NUMBER_BUDGET });
    queue.add([item(1), item(2, { kind: 'read' }), item(3, { kind: 'read' })]);
    expect(queue.pick(0, 9)).toEqual({ items: [item(2, { kind: 'read' }), item(3, { kind: 'read' })], waitMs: 13 });
  });

  test('a slow pair waits alone, a slow number waits whole', () => {
    const queue = full();
    queue.add([item(1), item(2, { lane: 'b' }), item(3, { lane: 'c', kind: 'read' })]);
    queue.slowPair('a', 6_000);
    expect(ids(queue.pick(0, 1))).toEqual(['m2']);
    expect(queue.pick(0, 0).items).toEqual([]);
    queue.slowNumber(9_000);
    expect(ids(queue.pick(6_000, 9))).toEqual(['m3']);
    expect(queue.pick(6_000, 9)).toEqual({ items: [], waitMs: 3_000 });
    expect(ids(queue.pick(9_000, 9))).toEqual(['m1']);
  });

  test('a pair used up before we started waits', () => {
    const queue = full();
    for (let n = 0; n < PAIR_BUDGET.burst; n++) queue.recall('a', 0);
    queue.add([item(1)]);
    expect(queue.pick(0, 9)).toEqual({ items: [], waitMs: 6_000 });
  });

  test('whatever is put back and in whatever order things land: a lane leaves in order, within its budgets', () => {
    const arrivals = fc.array(fc.record({ lane: fc.constantFrom('a', 'b', 'c'), class: fc.constantFrom(0, 1) }), {
      minLength: 1,
      maxLength: 60,
    });
    const chance = fc.infiniteStream(fc.nat({ max: 9 }));
    fc.assert(
      fc.property(arrivals, chance, (list, draws) => {
        const roll = () => draws.next().value ?? 0;
        const queue = full();
        queue.add(list.map((one, n) => item(n, one)));
        const done: Queued[] = [];
        const flying: Queued[] = [];
        for (let nowMs = 0; queue.size > 0 && nowMs < 2_000_000; nowMs += 50) {
          flying.push(...queue.pick(nowMs, 3).items);
          while (flying.length > 0 && roll() < 7) {
            const [one] = flying.splice(roll() % flying.length, 1);
            if (!one) continue;
            if (roll() < 3) queue.retry(one.id, nowMs + roll() * 100);
            else {
              queue.settle(one.id);
              done.push(one);
            }
          }
        }
        expect(done).toHaveLength(list.length);
        for (const key of new Set(done.map((one) => `${one.class} ${one.lane}`))) {
          const seqs = done.filter((one) => `${one.class} ${one.lane}` === key).map((one) => one.seq);
          expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
        }
      }),
      { numRuns: 60 },
    );
  });
});
