import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transaction } from '#kit';
import { makeTestClock, openStore, type Store } from '../kit/fixtures/rig.ts';
import { makeAppender } from './append.ts';
import { type Entry, expand, toDelivery, toEntry } from './fixtures/deliveries.ts';
import type { Delivery, Segment } from './segment.ts';
import {
  claimNew,
  type JournalRow,
  keepPartitions,
  type Place,
  readDeliveries,
  readHorizon,
  readNext,
  releaseOldMarks,
  replayEvent,
  toDeliveryId,
  toPosition,
  toSegment,
} from './store.ts';

let store: Store;
beforeAll(async () => void (store = await openStore()));
afterAll(() => store.close());

const DAY_MS = 86_400_000;

/** The segments that came after one. */
const readAfter = async (after: number): Promise<Segment[]> =>
  readNext(store.db, { after, upTo: await readHorizon(store.db), limit: 10_000, maxBytes: 1 << 30 });

/** Stores deliveries of these events together, and reads their rows back. */
async function appendAll(deliveries: readonly (readonly Entry[])[], nowMs = Date.now()): Promise<JournalRow[]> {
  const after = await readHorizon(store.db);
  const appender = makeAppender({ db: store.db, clock: makeTestClock(nowMs), onAppended: () => undefined });
  await Promise.all(deliveries.map(async (entries) => appender.add(toDelivery(entries, { receivedAt: nowMs }))));
  return (await readAfter(after)).flatMap(expand);
}
const append = (entries: readonly Entry[], nowMs?: number) => appendAll([entries], nowMs);

const claim = (rows: readonly JournalRow[]) => store.db.transaction((tx) => claimNew(tx, rows));
const idsOf = (rows: readonly JournalRow[]) => rows.map((row) => row.eventId);
const named = (...ids: string[]) => ids.map((eventId) => toEntry({ eventId }));
const recorded = (like: string) =>
  store.rows(
    `select position, workspace_id as "workspaceId", received_at as "receivedAt", delivery, provider, channel, lane, event_id as "eventId", kind, pointer
     from events where event_id like $1 order by position`,
    [like],
  );
const toRecord = (row: JournalRow) => {
  const { position, workspaceId, receivedAt, delivery, provider, channel, lane, eventId, kind, pointer } = row;
  return { position, workspaceId, receivedAt, delivery, provider, channel, lane, eventId, kind, pointer };
};

describe('claimNew', () => {
  test('records the new events, each with all it was read with', async () => {
    const rows = await appendAll([
      [toEntry({ eventId: 'zero:a', channel: '', pointer: '/é/"q"~1 \\ 😀' })],
      [toEntry({ eventId: 'zero:b', kind: 'unknown', lane: '4917@s.whatsapp.net' })],
    ]);
    expect(await claim(rows)).toEqual(rows);
    expect(await recorded('zero:%')).toEqual(rows.map(toRecord));
    expect(rows.map((row) => row.delivery)).toEqual([0, 1]);
  });

  test('the same id twice in one batch: the first wins, and the order stays', async () => {
    const rows = await append(named('one:a', 'one:b', 'one:a', 'one:c', 'one:b'));
    const fresh = await claim(rows);
    expect(fresh.map((row) => row.position)).toEqual([0, 1, 3].map((n) => rows[n]?.position));
    expect((await recorded('one:%')).map((row) => row['position'])).toEqual(fresh.map((row) => row.position));
  });

  test('an event delivered again is known, in this batch and every later one, and recorded once', async () => {
    const ids = named('two:x', 'two:y');
    expect(await claim(await append(ids))).toHaveLength(2);
    const again = await append([...ids, toEntry({ eventId: 'two:z' })]);
    expect(idsOf(await claim(again))).toEqual(['two:z']);
    expect(await claim(again)).toEqual([]);
    expect((await recorded('two:%')).map((row) => row['eventId'])).toEqual(['two:x', 'two:y', 'two:z']);
  });

  test('what was undone was never seen', async () => {
    const rows = await append(named('three'));
    const undone = store.db.transaction(async (tx) => {
      await claimNew(tx, rows);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await recorded('three')).toEqual([]);
    expect(await claim(rows)).toHaveLength(1);
  });

  test('two transactions with the same event: the second waits for the first and takes what it left', async () => {
    const rows = await append(named('four'));
    let second: Promise<JournalRow[]> = Promise.resolve([]);
    await store.db.transaction(async (tx) => {
      expect(await claimNew(tx, rows)).toHaveLength(1);
      second = claim(rows);
    });
    expect(await second).toEqual([]);
    expect(await recorded('four')).toHaveLength(1);
  });

  test('ids of one workspace say nothing about another', async () => {
    const [row] = await append(named('five'));
    if (!row) throw new Error('nothing was appended');
    expect(await claim([row])).toHaveLength(1);
    expect(await claim([{ ...row, workspaceId: 'other', position: row.position + 1 }])).toHaveLength(1);
  });

  test('a row that is read again after its mark is gone is new again, though its place is recorded already', async () => {
    const rows = await append(named('six:a', 'six:b'));
    await claim(rows);
    const [first] = rows;
    await store.db.transaction((tx) => replayEvent(tx, first?.position ?? 0, Date.now()));
    // A worker that died in the middle of the segment: the next one reads it from its start.
    expect(idsOf(await claim(rows))).toEqual(['six:a']);
    expect(await recorded('six:%')).toEqual(rows.map(toRecord));
  });

  test('nothing in, nothing out', async () => {
    expect(await claim([])).toEqual([]);
  });
});

describe('readNext', () => {
  test('gives whole segments in order, up to the limit and no further than asked', async () => {
    const after = await readHorizon(store.db);
    for (let n = 0; n < 5; n++) await append([toEntry(), toEntry()]);
    const read = async (upTo: number, limit: number) =>
      (await readNext(store.db, { after, upTo, limit, maxBytes: 1 << 30 })).map((segment) => segment.position - after);
    expect(await read(after + 5, 100)).toEqual([1, 2, 3, 4, 5]);
    expect(await read(after + 3, 100)).toEqual([1, 2, 3]);
    expect(await read(after + 5, 2)).toEqual([1, 2]);
    expect(await read(after, 100)).toEqual([]);
  });

  test('gives as many as begin below the bytes, at least one', async () => {
    const after = await readHorizon(store.db);
    for (let n = 0; n < 4; n++) await append([toEntry({ pointer: 'x'.repeat(1_000) })]);
    const count = async (maxBytes: number) =>
      (await readNext(store.db, { after, upTo: after + 4, limit: 100, maxBytes })).length;
    expect([await count(1), await count(1_500), await count(4_000), await count(1 << 30)]).toEqual([1, 2, 4, 4]);
  });

  test('a damaged segment is one delivery of its bytes as they lie there, and does not stop the others', async () => {
    const after = await readHorizon(store.db);
    for (let n = 0; n < 3; n++) await append(named(`damaged:${n}`));
    await store.rows("update segments set content = '\\x28b52ffd00' where position = $1", [after + 2]);
    const [before, damaged, behind] = await readAfter(after);
    expect([before, behind].map((segment) => segment && idsOf(expand(segment)))).toEqual([
      ['damaged:0'],
      ['damaged:2'],
    ]);
    expect(damaged?.deliveries).toEqual([
      {
        provider: 'meta',
        source: '',
        receivedAt: damaged?.receivedAt.getTime(),
        body: Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]),
      },
    ]);
  });
});

describe('readDeliveries', () => {
  const bodiesOf = (found: ReadonlyMap<string, Delivery | null>) =>
    [...found].map(([id, delivery]) => [id, delivery && Buffer.from(delivery.body).toString()]);

  test('finds the delivery of each event, once, in whatever order they are asked for', async () => {
    const entries = [[toEntry(), toEntry()], [toEntry()], [toEntry()]];
    const rows = [...(await appendAll(entries)), ...(await append([toEntry()]))];
    const found = await readDeliveries(store.db, [rows[4], rows[2], rows[1], rows[0]] as JournalRow[]);
    expect(Object.fromEntries(bodiesOf(found))).toEqual({
      [toDeliveryId(rows[4] as Place)]: expect.stringContaining(rows[4]?.eventId ?? ''),
      [toDeliveryId(rows[2] as Place)]: JSON.stringify(entries[1]),
      [toDeliveryId(rows[0] as Place)]: JSON.stringify(entries[0]),
    });
  });

  test('what is gone, or was never there, is not among them', async () => {
    const [row] = await append([toEntry()]);
    if (!row) throw new Error('nothing was appended');
    const wrong: Place[] = [
      { ...row, position: toPosition(99_999_999, 0) },
      { ...row, delivery: 7 },
      { ...row, receivedAt: new Date(0) },
    ];
    expect(bodiesOf(await readDeliveries(store.db, wrong))).toEqual([]);
    await store.rows('delete from segments where position = $1', [toSegment(row.position)]);
    expect(bodiesOf(await readDeliveries(store.db, [row]))).toEqual([]);
    expect(bodiesOf(await readDeliveries(store.db, []))).toEqual([]);
  });

  test('leaves those in segments above a number of bytes, and says so', async () => {
    const [small] = await append([toEntry()]);
    const [large] = await append([toEntry({ pointer: 'x'.repeat(5_000) })]);
    const found = await readDeliveries(store.db, [small, large] as JournalRow[], 1_000);
    expect([found.size, found.get(toDeliveryId(large as Place))]).toEqual([2, null]);
    expect(found.get(toDeliveryId(small as Place))).not.toBeNull();
  });
});

describe('replayEvent', () => {
  const replay = async (position: number, tx?: Transaction): Promise<Segment[]> => {
    const after = await readHorizon(store.db);
    if (tx) await replayEvent(tx, position, Date.now());
    else await store.db.transaction((own) => replayEvent(own, position, Date.now()));
    return readAfter(after);
  };

  test('puts the delivery at the end once more, where only the meant event comes again, with the id it had', async () => {
    const entries = named('again:a', 'again:b', 'again:c');
    const [, row] = await append(entries);
    await claim((await append(entries)).slice(0, 3));
    const [original] = await recorded('again:b');
    const segments = await replay(Number(original?.['position']));
    expect(segments.map((segment) => segment.deliveries)).toEqual([
      [expect.objectContaining({ only: [row?.pointer], body: Buffer.from(JSON.stringify(entries)) })],
    ]);
    const again = segments.flatMap(expand);
    expect(idsOf(again)).toEqual(['again:b']);
    expect(idsOf(await claim(again))).toEqual(['again:b']);
    expect(await claim(again)).toEqual([]);
  });

  test('its siblings do not come again, also when all marks were released after nine days', async () => {
    const rows = await append(named('late:a', 'late:b', 'late:c'));
    await claim(rows);
    await store.rows("update event_marks set seen_at = now() - interval '9 days'");
    await releaseOldMarks(store.db, 8);
    const again = (await replay(rows[1]?.position ?? 0)).flatMap(expand);
    expect(idsOf(await claim(again))).toEqual(['late:b']);
    expect((await recorded('late:%')).map((row) => row['eventId'])).toEqual(['late:a', 'late:b', 'late:c', 'late:b']);
  });

  test('what was replayed can be replayed again, from its new place', async () => {
    const rows = await append(named('twice:a', 'twice:b'));
    await claim(rows);
    const first = (await replay(rows[0]?.position ?? 0)).flatMap(expand);
    await claim(first);
    const second = (await replay(first[0]?.position ?? 0)).flatMap(expand);
    expect(second.map((row) => [row.eventId, row.pointer])).toEqual([['twice:a', rows[0]?.pointer]]);
    expect(idsOf(await claim(second))).toEqual(['twice:a']);
  });

  test('keeps whose it is and when it reached us: what it means does not change by being late', async () => {
    const rows = await append(named('whose'), Date.UTC(2026, 0, 5));
    await claim(rows);
    const [segment] = await replay(rows[0]?.position ?? 0);
    expect(segment?.workspaceId).toBe('main');
    expect(segment?.deliveries[0]?.receivedAt).toBe(Date.UTC(2026, 0, 5));
    expect(segment?.receivedAt.getTime()).toBeGreaterThan(Date.UTC(2026, 0, 6));
  });

  test('when it is undone nothing happened: it is as known as before', async () => {
    const rows = await append(named('undone'));
    await claim(rows);
    const after = await readHorizon(store.db);
    const undone = store.db.transaction(async (tx) => {
      await replayEvent(tx, rows[0]?.position ?? 0, Date.now());
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect([await readAfter(after), await claim(rows)]).toEqual([[], []]);
  });

  test('an event that is no longer recorded, or whose delivery is gone, replays nothing', async () => {
    const rows = await append(named('gone'));
    await claim(rows);
    await store.rows('delete from segments where position = $1', [toSegment(rows[0]?.position ?? 0)]);
    expect([await replay(rows[0]?.position ?? 0), await replay(999_999_999)]).toEqual([[], []]);
    expect(await claim(rows)).toEqual([]);
  });
});

describe('releaseOldMarks', () => {
  test('forgets what is older than the days given, and nothing younger', async () => {
    await claim(await append(named('old', 'young')));
    await store.rows("update event_marks set seen_at = now() - interval '8 days 1 hour'");
    const kept = await append(named('new'));
    await claim(kept);
    const before = (await store.rows('select 1 from event_marks')).length;
    expect(await releaseOldMarks(store.db, 9)).toBe(0);
    expect(await releaseOldMarks(store.db, 8)).toBe(before - 1);
    expect(await claim(kept)).toEqual([]);
  });
});

describe('Partitions', () => {
  const partitions = async (table: string) =>
    (
      await store.rows<{ name: string }>(
        `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = '${table}'::regclass order by 1`,
      )
    ).map((row) => row.name);
  const toName = (table: string, at: number) =>
    `${table}_${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}`;

  test('today and the next two days are there for both tables; asking again, also side by side, changes nothing', async () => {
    await Promise.all([keepPartitions(store.db), keepPartitions(store.db), keepPartitions(store.db)]);
    for (const table of ['segments', 'events']) {
      const days = [0, 1, 2].map((day) => toName(table, Date.now() + day * DAY_MS));
      expect(await partitions(table)).toEqual([...days, `${table}_default`].sort());
    }
  });

  test('what came in while its day had no partition moves into it, and stays readable', async () => {
    const at = Date.now() + 40 * DAY_MS;
    const rows = await append([toEntry(), toEntry()], at);
    await claim(rows);
    const day = new Date(at).toISOString().slice(0, 10);
    await store.rows(`select keep_partitions(date '${day}', 1)`);
    for (const [table, moved] of [
      ['segments', 1],
      ['events', 2],
    ] as const) {
      expect(await partitions(table)).toContain(toName(table, at));
      const counts = await store.rows(
        `select (select count(*)::int from ${table}_default where received_at >= '${day}Z') as left, (select count(*)::int from ${toName(table, at)}) as moved`,
      );
      expect(counts).toEqual([{ left: 0, moved }]);
    }
    expect((await readDeliveries(store.db, rows)).size).toBe(1);
    const again = await readAfter(toSegment(rows[0]?.position ?? 0) - 1);
    expect(again.flatMap(expand)).toEqual(rows);
    expect(await claim(rows)).toEqual([]);
  });

  test('a segment of 3 kB stays in its row as it is; what is larger lies outside it, and is not compressed again', async () => {
    await keepPartitions(store.db);
    const name = toName('segments', Date.now());
    const [settings] = await store.rows<{ options: string[]; storage: string }>(
      `select c.reloptions as options, a.attstorage as storage from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'content' where c.relname = '${name}'`,
    );
    expect(settings?.options).toContain('toast_tuple_target=8160');
    expect(settings?.storage).toBe('e');
  });
});
