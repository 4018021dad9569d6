import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAIR_BUDGET } from './pacing.ts';
import { makePairPace, type PairPace } from './pair-pace.ts';
import { makeSendQueue, type Picked, type Queued, type SendQueue } from './queue.ts';

const item = (seq: number, more: Partial<Queued> = {}): Queued => ({
  id: `m${seq}`,
  seq,
  lane: 'a',
  class: 0,
  kind: 'message',
  dueAt: 0,
  attempt: 0,
  state: 'queued',
  ...more,
});
const pairsOf = (): PairPace => makePairPace(-1e9);
/** Slots that are not kept for replies. */
const FREE = 16;

/** A queue whose two clocks go alike, asked with room for so many. */
function open(pairs = pairsOf()): Omit<SendQueue, 'pick'> & { pick(nowMs: number, count: number): Picked } {
  const queue = makeSendQueue(pairs);
  return Object.assign(Object.create(queue) as SendQueue, {
    pick: (nowMs: number, count: number) =>
      queue.pick({ nowMs, elapsedMs: nowMs }, { slots: count + FREE, messages: count, replies: count }),
  });
}
const full = () => open();
const nothing = { items: [], waitMs: null, full: null };
const ids = (picked: { items: readonly Queued[] }) => picked.items.map((one) => one.id);

describe('the send queue', () => {
  test('gives one of a lane at a time, in order', () => {
    const queue = full();
    queue.add([item(1), item(2), item(3, { lane: 'b' })]);
    expect(ids(queue.pick(0, 9))).toEqual(['m1', 'm3']);
    expect(queue.pick(0, 9)).toEqual(nothing);
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
    expect(queue.pick(0, 9)).toEqual({ ...nothing, waitMs: 5_000 });
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

  test('read marks go beside the messages and need no room in the pace', () => {
    const queue = full();
    queue.add([item(1), item(2, { kind: 'read' }), item(3, { kind: 'read' })]);
    expect(queue.pick(0, 0)).toEqual({
      items: [item(2, { kind: 'read' }), item(3, { kind: 'read' })],
      waitMs: null,
      full: 'pace',
    });
    expect(queue.count(0)).toBe(3);
  });

  test('a slow pair waits alone', () => {
    const pairs = pairsOf();
    const queue = open(pairs);
    queue.add([item(1), item(2, { lane: 'b' })]);
    pairs.slow('a', 6_000);
    expect(queue.pick(0, 9)).toEqual({ items: [item(2, { lane: 'b' })], waitMs: 6_000, full: null });
    expect(ids(queue.pick(6_000, 9))).toEqual(['m1']);
  });

  test.each([
    ['settled', (queue: ReturnType<typeof open>) => queue.settle('m1')],
    ['put back', (queue: ReturnType<typeof open>) => queue.retry('m1', 0)],
    ['in doubt', (queue: ReturnType<typeof open>) => queue.doubt('m1')],
    ['let go', (queue: ReturnType<typeof open>) => void queue.letGo('m1')],
  ])('the pair is told that a message is not on its way any more: %s', (_how, end) => {
    const landed: string[] = [];
    const queue = open({ ...pairsOf(), land: (lane) => void landed.push(lane) });
    queue.add([item(1), item(2, { kind: 'read' })]);
    queue.pick(0, 9);
    queue.settle('m2');
    expect(landed).toEqual([]);
    end(queue);
    queue.settle('m1');
    expect(landed).toEqual(['a']);
  });

  test('a pair used up before we started waits', () => {
    const pairs = pairsOf();
    pairs.recall('a', PAIR_BUDGET.burst, 0);
    const queue = open(pairs);
    queue.add([item(1)]);
    expect(queue.pick(0, 9)).toEqual({ ...nothing, waitMs: 6_000 });
  });

  test('says what there was no room for: slots, or pace', () => {
    const queue = makeSendQueue(pairsOf());
    queue.add([item(1, { lane: 'x' }), item(2, { lane: 'y' })]);
    const moment = { nowMs: 0, elapsedMs: 0 };
    expect(queue.pick(moment, { slots: 0, messages: 9, replies: 9 })).toEqual({ ...nothing, full: 'slots' });
    expect(queue.pick(moment, { slots: 9, messages: 1, replies: 1 })).toMatchObject({
      items: [{ id: 'm1' }],
      full: 'pace',
    });
    expect(queue.pick(moment, { slots: 9, messages: 1, replies: 1 })).toMatchObject({
      items: [{ id: 'm2' }],
      full: null,
    });
  });

  test('a reply is picked while others wait for the pace: at the gate it passes them', () => {
    const queue = makeSendQueue(pairsOf());
    queue.add([item(1, { class: 2, lane: 'x' }), item(2, { lane: 'y' }), item(3, { lane: 'z' })]);
    const moment = { nowMs: 0, elapsedMs: 0 };
    const picked = queue.pick(moment, { slots: 99, messages: 0, replies: 1 });
    expect([ids(picked), picked.full]).toEqual([['m2'], 'pace']);
  });

  test('keeps the last slots for replies: a campaign that fills all others never holds them up', () => {
    const queue = makeSendQueue(pairsOf());
    const many = Array.from({ length: 100 }, (_, n) => item(n + 10, { class: 2, lane: `c${n}` }));
    queue.add(many);
    const moment = { nowMs: 0, elapsedMs: 0 };
    expect(queue.pick(moment, { slots: 20, messages: 99, replies: 99 })).toMatchObject({
      items: { length: 4 },
      full: 'slots',
    });
    expect(queue.pick(moment, { slots: 16, messages: 99, replies: 99 }).items).toHaveLength(0);
    queue.add([item(1)]);
    expect(ids(queue.pick(moment, { slots: 16, messages: 99, replies: 99 }))).toEqual(['m1']);
  });

  test('what failed before goes again only as far as the retry budget reaches; first tries are not held up', () => {
    const queue = full();
    queue.add(Array.from({ length: 40 }, (_, n) => item(n, { lane: `l${n}`, state: 'retry', attempt: 1 })));
    expect(queue.pick(0, 99)).toMatchObject({ items: { length: 30 }, waitMs: 2_000 });
    queue.add([item(99, { lane: 'fresh' })]);
    expect(ids(queue.pick(0, 99))).toEqual(['m99']);
    expect(queue.pick(2_000, 99).items).toHaveLength(1);
  });

  test('a bad hour is over as soon as it is over: what is accepted again costs nothing of the budget', () => {
    const queue = full();
    queue.add(Array.from({ length: 1_000 }, (_, n) => item(n, { lane: `l${n}`, state: 'retry', attempt: 1 })));
    let sent = 0;
    for (let nowMs = 0; nowMs < 60_000; nowMs += 1_000) {
      const { items } = queue.pick(nowMs, 999);
      sent += items.length;
      for (const { id } of items) queue.settle(id, true);
    }
    expect(sent).toBe(1_000);
  });

  test('a head that is put off goes with all behind it, and nothing is left of them', () => {
    const queue = full();
    queue.add([item(1), item(2), item(3, { lane: 'b' })]);
    expect(queue.letGo('m2')).toBeNull();
    queue.pick(0, 9);
    expect(queue.letGo('m1')).toEqual({ class: 0, lane: 'a' });
    expect([queue.ids(), queue.count(0), queue.size, queue.has('m2')]).toEqual([['m3'], 1, 1, false]);
    queue.add([item(2), item(1)]);
    expect(ids(queue.pick(0, 9))).toEqual(['m1']);
  });

  test('counts what it put back: a try that was spent is a retry, one that was not is none', () => {
    const queue = full();
    queue.add(Array.from({ length: 40 }, (_, n) => item(n, { lane: `l${n}` })));
    const first = queue.pick(0, 99).items;
    first.forEach(({ id }, n) => queue.retry(id, 0, n < 35 ? 1 : 0));
    expect(queue.pick(0, 99).items).toHaveLength(30 + 5);
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
