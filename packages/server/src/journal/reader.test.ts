import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '#kit';
import { openStore, type Store } from '../kit/fixtures/rig.ts';
import { emptyStore, expand, toDelivery, toEntry } from './fixtures/deliveries.ts';
import { makeReader } from './reader.ts';
import { encodeSegment, type Segment } from './segment.ts';
import { appendSegment, type JournalRow, readHorizon } from './store.ts';

let store: Store;
beforeAll(async () => void (store = await openStore()));
afterAll(() => store.close());
beforeEach(() => emptyStore(store));

/** One segment with a delivery of so many events; its own size or the one it claims. */
async function append(events: number, claimedBytes?: number): Promise<void> {
  const delivery = toDelivery(Array.from({ length: events }, () => toEntry()));
  const content = await encodeSegment([delivery]);
  const bytes = claimedBytes ?? delivery.body.length;
  await appendSegment(store.db, { receivedAt: Date.now(), workspaceId: 'main', bytes, content });
}

/** An append that is undone: its position is drawn and never used. */
async function appendUndone(): Promise<void> {
  const undone = store.db.transaction(async (tx) => {
    await appendSegment(tx, {
      receivedAt: Date.now(),
      workspaceId: 'main',
      bytes: 1,
      content: await encodeSegment([toDelivery()]),
    });
    throw new Error('undo');
  });
  await undone.catch(() => undefined);
}

function open(batchSize: number) {
  const expanded: number[] = [];
  const reads: number[] = [];
  const db: Database = {
    run: store.db.run,
    async rows(statement, values) {
      const rows = await store.db.rows<never>(statement, values);
      if (statement.name === 'journal_next') reads.push(rows.length);
      return rows;
    },
  };
  const reader = makeReader<JournalRow>({
    db,
    batchSize,
    expand: (segment: Segment) => {
      expanded.push(segment.position);
      return expand(segment);
    },
  });
  const peek = async () => reader.peek(await readHorizon(store.db));
  /** What comes next, as segment and place; taken at once unless told otherwise. */
  const next = async (taken?: number) => {
    const rows = await peek();
    reader.take(taken ?? rows.length);
    return rows.map((row) => row.position);
  };
  return { reader, next, peek, expanded, reads };
}

const places = (segment: number, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => segment * 100_000 + from + n);

describe('The reader', () => {
  test('hands out a segment larger than a batch in pieces, each row once; it stays before it until its last row is taken', async () => {
    await append(7);
    const { reader, next, expanded } = open(3);
    expect([await next(), reader.scan]).toEqual([places(1, 0, 2), 0]);
    expect([await next(), reader.scan]).toEqual([places(1, 3, 5), 0]);
    expect([await next(), reader.scan]).toEqual([places(1, 6, 6), 1]);
    expect([await next(), reader.scan]).toEqual([[], 1]);
    expect(expanded).toEqual([1]);
  });

  test('fills a batch from several segments and stays before the first that is not done', async () => {
    for (const events of [2, 2, 3, 1]) await append(events);
    const { reader, next } = open(5);
    expect([await next(), reader.scan]).toEqual([[...places(1, 0, 1), ...places(2, 0, 1), ...places(3, 0, 0)], 2]);
    expect([await next(), reader.scan]).toEqual([[...places(3, 1, 2), ...places(4, 0, 0)], 4]);
  });

  test('what was not taken is handed out again, and nothing twice that was', async () => {
    await append(6);
    const { reader, next, expanded } = open(4);
    expect(await next(0)).toEqual(places(1, 0, 3));
    expect(await next(0)).toEqual(places(1, 0, 3));
    expect(await next(1)).toEqual(places(1, 0, 3));
    expect(await next(4)).toEqual(places(1, 1, 4));
    expect([await next(), reader.scan, expanded]).toEqual([places(1, 5, 5), 1, [1]]);
  });

  test('never looks past the horizon it is given', async () => {
    for (let n = 0; n < 3; n++) await append(1);
    const { reader } = open(10);
    expect((await reader.peek(2)).map((row) => row.position)).toEqual([...places(1, 0, 0), ...places(2, 0, 0)]);
    reader.take(2);
    expect([await reader.peek(2), reader.scan]).toEqual([[], 2]);
    expect((await reader.peek(3)).map((row) => row.position)).toEqual(places(3, 0, 0));
  });

  test('begins again after the segment it is sent back to, also in the middle of one', async () => {
    for (let n = 0; n < 3; n++) await append(4);
    const { reader, next } = open(6);
    await next();
    reader.reset(1);
    expect([reader.scan, await next()]).toEqual([1, [...places(2, 0, 3), ...places(3, 0, 1)]]);
    reader.reset(0);
    expect([reader.scan, await next(0)]).toEqual([0, [...places(1, 0, 3), ...places(2, 0, 1)]]);
    reader.reset(3);
    expect([reader.scan, await next()]).toEqual([3, []]);
  });

  test('moves over the gaps that undone appends leave, also at the end', async () => {
    await appendUndone();
    await append(1);
    await appendUndone();
    const { reader, next } = open(10);
    expect(await next()).toEqual(places(2, 0, 0));
    // The end is known to be empty only once it was looked at.
    expect([await next(), reader.scan]).toEqual([[], 3]);
    await appendUndone();
    await append(1);
    expect([await next(), reader.scan]).toEqual([places(5, 0, 0), 5]);
  });

  test('moves over segments without events', async () => {
    for (const events of [0, 2, 0, 0]) await append(events);
    const { reader, next } = open(10);
    expect([await next(), reader.scan]).toEqual([places(2, 0, 1), 4]);
  });

  test('asks the database for nothing while it has a batch, nor when it has read up to the horizon', async () => {
    await append(9);
    const { next, reads } = open(3);
    for (let n = 0; n < 3; n++) await next();
    expect(reads).toEqual([1]);
    await next();
    await next();
    expect(reads).toEqual([1]);
    await append(1);
    await next();
    expect(reads).toEqual([1, 1]);
  });

  test('brings the segments that begin within 1 MiB into memory at once, the last of them whole, and all come', async () => {
    const sizes = [400_000, 400_000, 400_000, 400_000, 5_000_000, 10, 10];
    for (const size of sizes) await append(1, size);
    const { next, reads } = open(100);
    const got: number[] = [];
    while (got.length < sizes.length) got.push(...(await next()));
    expect(got).toEqual(sizes.map((_, n) => (n + 1) * 100_000));
    // As many as begin below 1 MiB: the third does, the fourth not.
    expect(reads).toEqual([3, 2, 2]);
  });

  test('reads no more than 256 segments at once, however small', async () => {
    for (let n = 0; n < 300; n++) await append(0, 0);
    const { reader, next, reads } = open(10);
    expect([await next(), reader.scan, reads]).toEqual([[], 256, [256]]);
    expect([await next(), reader.scan, reads]).toEqual([[], 300, [256, 44]]);
  });

  test('a damaged segment is expanded as one delivery that nobody can read, between its neighbours', async () => {
    for (let n = 0; n < 3; n++) await append(1);
    await store.rows("update segments set content = 'damaged' where position = 2");
    const seen: string[] = [];
    const reader = makeReader<JournalRow>({
      db: store.db,
      batchSize: 10,
      expand: (segment) => {
        seen.push(...segment.deliveries.map(({ body }) => Buffer.from(body).toString().slice(0, 7)));
        return [];
      },
    });
    await reader.peek(3);
    expect(seen).toEqual(['[{"chan', 'damaged', '[{"chan']);
  });

  test('an error of the database leaves it where it is', async () => {
    await append(2);
    let isDown = true;
    const db: Database = {
      run: store.db.run,
      rows: (...args) => (isDown ? Promise.reject(new Error('down')) : store.db.rows(...args)),
    };
    const reader = makeReader<JournalRow>({ db, batchSize: 10, expand });
    await expect(reader.peek(1)).rejects.toThrow('down');
    isDown = false;
    expect([reader.scan, (await reader.peek(1)).length]).toEqual([0, 2]);
  });
});
