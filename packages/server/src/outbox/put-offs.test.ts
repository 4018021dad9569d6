import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeGate } from '../kit/fixtures/rig.ts';
import { isOff, open, openClear, type Row, row, rows } from './fixtures/inflow.ts';
import type { Queued } from './queue.ts';

/** A sender without a database: what it does to the table and to its memory, at moments of their own. */
function makeWorld() {
  const table: Row[] = [];
  const { queue, inflow, put, hold } = open(table);
  const gone: Queued[] = [];
  const flying: Queued[] = [];
  let [seq, nowMs, reading, release] = [0, 0, null as Promise<void> | null, () => {}];
  const store = (lane: string) => {
    const next = row(++seq, { lane });
    put(next);
    return next;
  };
  const find = (id: string) => table.find((one) => one.id === id);
  async function end() {
    release();
    await reading;
    reading = null;
  }
  return {
    gone,
    isEmpty: () => table.length === 0 && flying.length === 0,
    store: (lane: string) => void store(lane),
    offer(lane: string) {
      const after = table.at(-1)?.seq ?? null;
      inflow.offer([{ ...store(lane), after }]);
    },
    async begin() {
      await end();
      const gate = makeGate();
      hold(gate.promise);
      release = () => gate.open();
      reading = inflow.read(true);
      hold(Promise.resolve());
    },
    end,
    async read() {
      await end();
      await inflow.read(true);
    },
    pick() {
      const free = { slots: 99, messages: 99, replies: 99 };
      flying.push(...queue.pick({ nowMs, elapsedMs: nowMs }, free).items.filter(({ id }) => find(id)));
    },
    /** One outcome: below 40 it is put off, below 50 tried again, else accepted. */
    async land(_lane: string, roll: number) {
      const [one] = flying.splice(roll % Math.max(1, flying.length), 1);
      const stored = one && find(one.id);
      if (!one || !stored) return;
      if (roll < 40) {
        stored.wakesAt = nowMs + 10 + roll;
        await Promise.resolve();
        const lane = queue.letGo(one.id);
        if (lane) inflow.putOff(lane);
      } else if (roll < 50) queue.retry(one.id, nowMs);
      else {
        gone.push(one);
        table.splice(table.indexOf(stored), 1);
        queue.settle(one.id);
      }
    },
    async look() {
      await end();
      nowMs += 7_000;
      await inflow.look(async () => {
        const found = table.some(isOff) ? [0] : [];
        const due = table.filter(({ wakesAt }) => typeof wakesAt === 'number' && wakesAt <= nowMs);
        for (const one of due) one.wakesAt = null;
        if (due.length > 0) inflow.expect();
        return found;
      });
    },
  };
}

describe('A class in which somebody is put off', () => {
  test('takes nothing that is handed over but by the table, until nobody is', async () => {
    const { queue, inflow, put, reads } = open();
    await inflow.look(async () => [0]);
    await inflow.read(true);
    put(row(1), row(2, { class: 1 }));
    inflow.offer([row(1), row(2, { class: 1 })]);
    expect(queue.ids()).toEqual(['m2']);
    await inflow.read(false);
    expect([queue.ids().toSorted(), reads()]).toEqual([['m1', 'm2'], 2]);
    await inflow.look(async () => []);
    inflow.offer([row(3)]);
    expect(queue.ids()).toContain('m3');
  });

  test('is known as such when it became one during the look', async () => {
    const { queue, inflow } = await openClear();
    await inflow.look(async () => (inflow.putOff({ class: 0, lane: 'a' }), []));
    await inflow.read(true);
    inflow.offer([row(2, { lane: 'a' })]);
    expect(queue.ids()).toEqual([]);
  });

  test('is known as such as soon as a read meets whoever waits behind somebody, though no look has told of it', async () => {
    // A change of its time has put m1 off since the last look.
    const { queue, inflow } = await openClear([{ ...row(1, { lane: 'a' }), wakesAt: 9 }, row(2, { lane: 'a' })]);
    await inflow.read(true);
    inflow.offer([{ ...row(3, { lane: 'a' }), after: null }]);
    expect(queue.ids()).toEqual([]);
  });

  test('is read over thousands who wait behind them', async () => {
    const table: Row[] = [
      ...rows(3_000).map((one) => ({ ...one, wakesAt: 9 })),
      ...rows(3_000, {}, 3_001).map((one) => ({ ...one, lane: `lane ${one.seq - 3_000}` })),
      row(6_001),
    ];
    const { queue, inflow, reads } = await openClear(table);
    await inflow.read(true);
    expect([queue.ids(), reads(), table.filter(({ wakesAt }) => wakesAt === 9).length]).toEqual([['m6001'], 4, 6_000]);
  });

  test('keeps the order of every person, however reads, sends, puttings off and returns mix', async () => {
    const steps = fc.array(
      fc.record({
        do: fc.constantFrom(
          'offer',
          'offer',
          'store',
          'begin',
          'end',
          'read',
          'pick',
          'pick',
          'land',
          'land',
          'land',
          'look',
        ),
        lane: fc.constantFrom('a', 'b'),
        roll: fc.nat({ max: 99 }),
      }),
      { minLength: 40, maxLength: 120 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const world = makeWorld();
        for (const step of list) await world[step.do](step.lane, step.roll);
        await world.end();
        for (let n = 0; n < 400 && !world.isEmpty(); n++) {
          await world.look();
          await world.read();
          world.pick();
          await world.land('a', 99);
        }
        expect(world.isEmpty()).toBe(true);
        for (const lane of ['a', 'b']) {
          const seqs = world.gone.filter((one) => one.lane === lane).map(({ seq }) => seq);
          expect(seqs).toEqual(seqs.toSorted((one, other) => one - other));
        }
      }),
      { numRuns: 150 },
    );
  });
});
