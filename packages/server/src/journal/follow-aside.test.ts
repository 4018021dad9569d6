import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeGate, openStore, type Store, turns } from '../kit/fixtures/rig.ts';
import { drive } from './fixtures/deliveries.ts';
import { idsOf, openJournal } from './fixtures/following.ts';
import type { JournalRow } from './store.ts';

let store: Store;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => void (store = await openStore()));
afterEach(() => close());
afterAll(() => store.close());

const SECOND = 1_000;

/** A journal with events of which every other one needs no order. */
async function open(count: number) {
  const journal = await openJournal(store);
  close = journal.close;
  const all = journal.events(count);
  const free = new Set(idsOf(all).filter((_, n) => n % 2 === 1));
  const isFree = (row: JournalRow) => free.has(row.eventId);
  const ordered = idsOf(all).filter((id) => !free.has(id));
  return { ...journal, all, free: [...free], isFree, ordered };
}

const readCursors = async (): Promise<number[]> =>
  (await store.rows<{ cursor: string }>('select distinct cursor from leases'))
    .map((row) => Number(row.cursor))
    .sort((a, b) => a - b);

describe('Rows that need no order', () => {
  test('hold up nobody: all others are handed over while they are still under way', async () => {
    const { clock, follow, append, all, free, isFree, ordered } = await open(20);
    const gate = makeGate();
    const handed: string[] = [];
    await append(all.slice(0, 10));
    const { follower } = follow({
      isFree,
      handle: async (rows) => {
        if (rows.some(isFree)) await gate.promise;
        handed.push(...idsOf(rows));
      },
    });
    await drive(clock, () => handed.length === 5, 0);
    await append(all.slice(10));
    follower.wake();
    await drive(clock, () => handed.length === 10, 0);
    expect(handed).toEqual(ordered);
    gate.open();
    await drive(clock, () => handed.length === 20);
    expect(handed.slice(10)).toEqual(free);
  });

  test('gather: what comes within a tenth of a second after a batch goes with the next', async () => {
    const { clock, follow, append, all, free, isFree } = await open(12);
    const batches: string[][] = [];
    const { follower } = follow({
      isFree,
      handle: async (rows) => void (rows.some(isFree) && batches.push(idsOf(rows))),
    });
    for (const [n, pair] of [all.slice(0, 2), all.slice(2, 6), all.slice(6, 12)].entries()) {
      await append(pair);
      follower.wake();
      const scan = n + 1;
      await drive(clock, () => follower.state().scan === scan, 0);
    }
    await drive(clock, () => batches.length === 2);
    expect(batches).toEqual([free.slice(0, 1), free.slice(1)]);
  });

  test('that fail are read again, with all that came after them; no cursor has passed them', async () => {
    const { clock, follow, append, all, free, isFree } = await open(6);
    const tries: string[][] = [];
    await append(all.slice(0, 2));
    const { follower, log, told } = follow({
      isFree,
      handle: async (rows) => {
        if (!rows.some(isFree)) return;
        tries.push(idsOf(rows));
        if (tries.length === 1) throw new Error('no');
      },
    });
    await drive(clock, () => tries.length === 1, 0);
    expect(await readCursors()).toEqual([0]);
    await append(all.slice(2));
    follower.wake();
    await drive(clock, () => new Set(tries.slice(1).flat()).size === 3);
    expect(tries.slice(1).flat().toSorted()).toEqual(free.toSorted());
    expect(log.said('journal.batch_failed')).toBe(1);
    expect(told).toContain('doubt');
  });

  test('count as done only once they are: no cursor passes them, and a stop waits for them', async () => {
    const { clock, follow, append, all, isFree } = await open(2);
    const gate = makeGate();
    let isUnderWay = false;
    await append(all);
    const { follower, end } = follow({
      isFree,
      handle: async (rows) => {
        if (!rows.some(isFree)) return;
        isUnderWay = true;
        await gate.promise;
      },
    });
    await drive(clock, () => isUnderWay && follower.state().scan === 1, 0);
    clock.advance(20 * SECOND);
    follower.stop();
    await turns();
    expect(await readCursors()).toEqual([0]);
    gate.open();
    await end();
    expect(await readCursors()).toEqual([1]);
  });

  test('of a shard that was taken away are left to its new owner; those beside them are read again', async () => {
    const { clock, follow, append, steal, all, free, isFree } = await open(8);
    const gate = makeGate();
    const done: JournalRow[] = [];
    let underWay: readonly JournalRow[] = [];
    await append(all);
    const { log } = follow({
      isFree,
      onHandling: async (rows) => {
        if (!rows.some(isFree)) return;
        underWay = rows;
        await gate.promise;
      },
      onHandled: async (rows) => void done.push(...rows.filter(isFree)),
    });
    await drive(clock, () => underWay.length === free.length, 0);
    const stolen = underWay[0]?.shard ?? 0;
    await steal(stolen);
    gate.open();
    const kept = idsOf(underWay.filter(({ shard }) => shard !== stolen));
    await drive(clock, () => done.length >= kept.length);
    expect(idsOf(done)).toEqual(kept);
    expect(log.said('journal.batch_failed')).toBe(1);
  });
});
