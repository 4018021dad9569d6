import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeGate, makeTestClock, turns } from '../kit/fixtures/rig.ts';
import type { Context } from './context.ts';
import { reacting, task, textOf } from './fixtures/tasks.ts';
import { makeLanes } from './lanes.ts';

function rig(handle: (context: Context) => unknown, concurrency = 64) {
  const clock = makeTestClock();
  let told = 0;
  const lanes = makeLanes({
    reactions: new Map([['handlers', reacting(handle)]]),
    clock,
    concurrency,
    onResult: () => told++,
  });
  return { clock, lanes, told: () => told };
}
const words = (
  results: readonly { task: Parameters<typeof textOf>[0] extends infer E ? { event: E } : never; outcome: string }[],
) => results.map((result) => `${textOf(result.task.event)} ${result.outcome}`);

describe('lanes', () => {
  test('run one after the other inside a lane, side by side otherwise', async () => {
    const gates = new Map([
      ['a1', makeGate()],
      ['b1', makeGate()],
    ]);
    const begun: string[] = [];
    const { lanes, told } = rig((c) => {
      begun.push(textOf(c.event));
      return gates.get(textOf(c.event))?.promise;
    });
    lanes.add([task({ lane: 'a', text: 'a1' }), task({ lane: 'a', text: 'a2' }), task({ lane: 'b', text: 'b1' })]);
    await turns();
    expect(begun).toEqual(['a1', 'b1']);
    gates.get('a1')?.open();
    await turns();
    expect(begun).toEqual(['a1', 'b1', 'a2']);
    expect([words(lanes.take()), lanes.pending, told()]).toEqual([['a1 done', 'a2 done'], 1, 2]);
    gates.get('b1')?.open();
    await turns();
    expect([lanes.hasResults, lanes.pending]).toEqual([true, 0]);
  });

  test('the same person on two channels is two lanes', async () => {
    const gate = makeGate();
    const begun: string[] = [];
    const { lanes } = rig((c) => (begun.push(textOf(c.event)), gate.promise));
    lanes.add([task({ channelId: 'chn_1', text: 'one' }), task({ channelId: 'chn_2', text: 'two' })]);
    await turns();
    expect(begun).toEqual(['one', 'two']);
    gate.open();
  });

  test("keep their order over retries: those behind wait for the head's next try", async () => {
    let failures = 2;
    const { lanes, clock } = rig((c) => {
      if (textOf(c.event) === '1' && failures-- > 0) throw new Error('not yet');
    });
    lanes.add([task({ text: '1' }), task({ text: '2' })]);
    await turns();
    expect(words(lanes.take())).toEqual(['1 retry']);
    clock.advance(199);
    await turns();
    expect(lanes.hasResults).toBe(false);
    clock.advance(1);
    await turns();
    expect(words(lanes.take())).toEqual(['1 retry']);
    clock.advance(1_000);
    await turns();
    expect(words(lanes.take())).toEqual(['1 done', '2 done']);
  });

  test('a head that is quarantined lets the next one go (I7)', async () => {
    const { lanes, clock } = rig((c) => {
      if (textOf(c.event) === 'poison') throw new Error('always');
    });
    lanes.add([task({ text: 'poison' }), task({ text: 'fine' })]);
    for (const ms of [0, 200, 1_000, 5_000]) {
      clock.advance(ms);
      await turns();
    }
    const results = lanes.take();
    expect(words(results)).toEqual(['poison retry', 'poison retry', 'poison retry', 'poison quarantine', 'fine done']);
    expect(results.map((result) => result.task.attempts)).toEqual([1, 2, 3, 4, 1]);
    expect(lanes.pending).toBe(0);
  });

  test('never run more at once than they may', async () => {
    const gate = makeGate();
    let running = 0;
    let most = 0;
    const { lanes } = rig(async () => {
      most = Math.max(most, ++running);
      await gate.promise;
      running--;
    }, 3);
    lanes.add(Array.from({ length: 20 }, (_, n) => task({ lane: `l${n}` })));
    await turns();
    expect(running).toBe(3);
    gate.open();
    await turns(40);
    expect([most, lanes.pending, lanes.take().length]).toEqual([3, 0, 20]);
  });

  test('a reaction that is no longer there finishes its tasks without doing anything', async () => {
    const { lanes } = rig(() => {});
    lanes.add([task({ reaction: 'gone' })]);
    await turns();
    expect(lanes.take()).toMatchObject([{ outcome: 'done', intents: [] }]);
  });

  test("results taken are the caller's; restored, they come first again", async () => {
    const { lanes } = rig(() => {});
    lanes.add([task({ text: '1', lane: 'a' }), task({ text: '2', lane: 'a' })]);
    await turns();
    const taken = lanes.take();
    expect(lanes.take()).toEqual([]);
    lanes.add([task({ text: '3', lane: 'a' })]);
    await turns();
    lanes.restore(taken);
    expect(words(lanes.take())).toEqual(['1 done', '2 done', '3 done']);
  });

  test('drop forgets what belongs to another worker now: what waits, what runs, and what is done', async () => {
    const gate = makeGate();
    const { lanes, clock, told } = rig((c) => {
      if (textOf(c.event) === 'slow') return gate.promise;
      if (textOf(c.event) === 'failing') throw new Error('x');
      return undefined;
    });
    const lost = { shard: 7 };
    lanes.add([
      task({ ...lost, lane: 's', text: 'slow' }),
      task({ ...lost, lane: 's' }),
      task({ ...lost, lane: 'f', text: 'failing' }),
      task({ ...lost, lane: 'd', text: 'done' }),
      task({ shard: 8, lane: 'k', text: 'kept' }),
    ]);
    await turns();
    lanes.drop([7, 9]);
    expect([words(lanes.take()), lanes.pending]).toEqual([['kept done'], 0]);
    const before = told();
    gate.open();
    clock.advance(10_000);
    await turns();
    expect([lanes.hasResults, told()]).toEqual([false, before]);
  });

  test('a shard that comes back starts anew', async () => {
    const begun: string[] = [];
    const { lanes } = rig((c) => void begun.push(textOf(c.event)));
    lanes.add([task({ text: 'first' })]);
    lanes.drop([1]);
    lanes.add([task({ text: 'again' })]);
    await turns();
    expect(words(lanes.take())).toEqual(['again done']);
    expect(begun).toEqual(['first', 'again']);
  });

  test('close waits for what runs, keeps its results, and begins nothing more', async () => {
    const gate = makeGate();
    const { lanes } = rig((c) => (textOf(c.event) === '1' ? gate.promise : undefined));
    lanes.add([task({ text: '1' }), task({ text: '2' })]);
    await turns();
    let closed = false;
    const closing = lanes.close().then(() => (closed = true));
    await turns();
    expect(closed).toBe(false);
    gate.open();
    await closing;
    expect([words(lanes.take()), lanes.pending]).toEqual([['1 done'], 1]);
    await lanes.close();
  });

  test("whatever fails and however long it takes, each lane's results come in journal order, each task ended once", async () => {
    const plan = fc.array(fc.record({ lane: fc.constantFrom('a', 'b', 'c'), failures: fc.nat({ max: 4 }) }), {
      minLength: 1,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(plan, fc.integer({ min: 1, max: 3 }), async (list, concurrency) => {
        const left = new Map(list.map((one, n) => [`t${n}`, one.failures]));
        const { lanes, clock } = rig((c) => {
          const name = textOf(c.event);
          const failures = left.get(name) ?? 0;
          left.set(name, failures - 1);
          if (failures > 0) throw new Error('again');
        }, concurrency);
        const tasks = list.map((one, n) => task({ lane: one.lane, text: `t${n}` }));
        lanes.add(tasks);
        const ended: { lane: string; position: number }[] = [];
        for (let n = 0; n < 200 && lanes.pending > 0; n++) {
          await turns(2);
          clock.advance(400);
          ended.push(
            ...lanes
              .take()
              .filter((result) => result.outcome !== 'retry')
              .map((result) => result.task),
          );
        }
        expect(ended).toHaveLength(list.length);
        for (const lane of ['a', 'b', 'c']) {
          const positions = ended.filter((one) => one.lane === lane).map((one) => one.position);
          expect(positions).toEqual(tasks.filter((one) => one.lane === lane).map((one) => one.position));
        }
      }),
      { numRuns: 20 },
    );
  });
});
