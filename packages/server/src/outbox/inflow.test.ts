import { describe, expect, test } from 'vitest';
import { makeGate } from '../kit/fixtures/rig.ts';
import { openClear, row, rows } from './fixtures/inflow.ts';

describe('Thousands to one person', () => {
  const many = (count: number, from = 1) => rows(count, { lane: 'busy', class: 1 }, from);
  const isBusy = (id: string) => Number(id.slice(1)) <= 6_000;

  test('do not keep the messages to others out of memory', async () => {
    const { queue, inflow } = await openClear([...many(6_000), row(6_001, { class: 1 }), row(6_002, { class: 1 })]);
    for (let n = 0; n < 3; n++) await inflow.read(false);
    expect(queue.ids().filter((id) => !isBusy(id))).toEqual(['m6001', 'm6002']);
    expect(queue.ids().filter(isBusy)).toEqual(Array.from({ length: 20 }, (_, n) => `m${n + 1}`));
  });

  test('follow in order as earlier ones go; new ones never pass those that wait in the table', async () => {
    const table = many(30);
    const { queue, inflow, put } = await openClear(table);
    const gone: string[] = [];
    const send = (count: number) =>
      queue
        .ids()
        .slice(0, count)
        .forEach((id) => {
          gone.push(id);
          queue.settle(id);
          table.splice(
            table.findIndex((one) => one.id === id),
            1,
          );
        });
    await inflow.read(true);
    for (let seq = 31; seq <= 60; seq++) {
      const next = row(seq, { lane: 'busy', class: 1 });
      put(next);
      inflow.offer([{ ...next, after: seq - 1 }]);
      send(seq % 3);
      await inflow.read(seq % 2 === 0);
    }
    for (let n = 0; n < 10; n++) {
      await inflow.read(true);
      send(9);
    }
    expect(gone).toEqual(Array.from({ length: 60 }, (_, n) => `m${n + 1}`));
  });

  test('that another process stored are read before ours, though enough of the lane is held', async () => {
    const table = many(15);
    const { queue, inflow, put } = await openClear(table);
    await inflow.read(true);
    put(row(16, { lane: 'busy', class: 1 }), row(17, { lane: 'busy', class: 1 }));
    inflow.offer([row(17, { lane: 'busy', class: 1 })].map((one) => ({ ...one, after: 16 })));
    await inflow.read(false);
    put(row(18, { class: 1 }));
    inflow.offer([{ ...row(18, { class: 1 }), after: 17 }]);
    await inflow.read(false);
    const late = row(19, { lane: 'busy', class: 1 });
    put(late);
    inflow.offer([{ ...late, after: 18 }]);
    expect(queue.ids()).not.toContain('m19');
    for (const id of queue.ids().slice(0, 8)) {
      queue.settle(id);
      table.splice(
        table.findIndex((one) => one.id === id),
        1,
      );
    }
    await inflow.read(true);
    const own = queue.ids().filter((id) => id !== 'm18');
    expect(own).toEqual(own.toSorted((a, b) => Number(a.slice(1)) - Number(b.slice(1))));
    expect(own.at(-1)).toBe('m19');
  });

  test('leave read marks alone', async () => {
    const { queue, inflow } = await openClear([...many(25), row(26, { lane: 'busy', class: 1, kind: 'read' })]);
    await inflow.read(true);
    expect(queue.ids()).toContain('m26');
  });
});

describe('A row that is handed over', () => {
  test('goes in at once when the table was read to its end', async () => {
    const { queue, inflow, reads } = await openClear(rows(2));
    await inflow.read(true);
    inflow.offer([row(3)]);
    await inflow.read(false);
    expect([queue.ids(), reads()]).toEqual([['m1', 'm2', 'm3'], 1]);
  });

  // Stored by another process, which told nobody (found by the simulation): the later one went out first.
  test('waits for the next read when somebody stored one before it, unheard', async () => {
    const { queue, inflow, put } = await openClear(rows(2));
    await inflow.read(true);
    put(row(3), row(4));
    inflow.offer([{ ...row(4), after: 3 }]);
    expect(queue.ids()).toEqual(['m1', 'm2']);
    await inflow.read(false);
    inflow.offer([{ ...row(5), after: 4 }]);
    expect(queue.ids()).toEqual(['m1', 'm2', 'm3', 'm4', 'm5']);
  });

  test('does not wait for what was sent long ago', async () => {
    const { queue, inflow, reads } = await openClear();
    await inflow.read(true);
    inflow.offer([{ ...row(1), after: null }]);
    queue.settle('m1');
    inflow.offer([{ ...row(2), after: 1 }]);
    expect([queue.ids(), reads()]).toEqual([['m2'], 1]);
  });

  test('waits for the next read when it may not be the first of its class in the table', async () => {
    const { queue, inflow, put } = await openClear();
    await inflow.read(true);
    inflow.expect();
    put(row(1), row(2));
    inflow.offer([row(2)]);
    expect(queue.ids()).toEqual([]);
    await inflow.read(false);
    expect(queue.ids()).toEqual(['m1', 'm2']);
  });

  test.each([
    ['ends with the table', 5, ['m6']],
    ['does not come to the end', 1_500, []],
  ])('during a read that %s', async (_name, waiting, taken) => {
    const { queue, inflow, put, hold } = await openClear(rows(waiting));
    const gate = makeGate();
    hold(gate.promise);
    const reading = inflow.read(true);
    const late = row(waiting + 1);
    put(late);
    inflow.offer([late]);
    gate.open();
    await reading;
    expect(queue.ids().filter((id) => id === late.id)).toEqual(taken);
    await inflow.read(false);
    expect(queue.ids()).toEqual([...rows(waiting), late].map((one) => one.id));
  });

  test('during a read that fails is found by the next', async () => {
    const { queue, inflow, put, hold } = await openClear();
    const gate = makeGate();
    hold(gate.promise);
    const reading = inflow.read(true);
    put(row(1), row(2));
    inflow.offer([row(2)]);
    gate.fail(new Error('the database blinked'));
    await expect(reading).rejects.toThrow('blinked');
    expect(queue.ids()).toEqual([]);
    hold(Promise.resolve());
    await inflow.read(false);
    expect(queue.ids()).toEqual(['m1', 'm2']);
  });
});

test('what is said to be there during a read is looked for afterwards', async () => {
  const { queue, inflow, put, hold } = await openClear();
  const gate = makeGate();
  hold(gate.promise);
  const reading = inflow.read(true);
  put(row(1));
  inflow.expect();
  gate.open();
  await reading;
  await inflow.read(false);
  expect(queue.ids()).toEqual(['m1']);
});

describe('A backlog', () => {
  test('of one class stays in the table beyond 5,000, and no other class waits for it', async () => {
    const { queue, inflow, put } = await openClear(rows(12_000, { class: 1 }));
    for (let n = 0; n < 20; n++) await inflow.read(true);
    expect(queue.count(1)).toBe(5_000);
    put(row(20_001));
    inflow.offer([row(20_001)]);
    expect(queue.count(0)).toBe(1);
    put(row(20_002));
    await inflow.read(true);
    expect(queue.ids([0])).toEqual(['m20001', 'm20002']);
  });

  test('comes in whole and in order as the queue empties', async () => {
    const table = rows(7_000);
    const { queue, inflow } = await openClear(table);
    const order: string[] = [];
    for (let at = 0; at < 70; at++) {
      await inflow.read(at % 5 === 0);
      const next = queue.ids().slice(0, 100);
      order.push(...next);
      for (const id of next) queue.settle(id);
      table.splice(0, next.length);
    }
    expect(order).toEqual(rows(7_000).map((one) => one.id));
  });
});
