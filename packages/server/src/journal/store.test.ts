import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTestClock, openStore, type Store } from '../kit/fixtures/rig.ts';
import { makeAppender } from './append.ts';
import { toDelivery, toEntry } from './fixtures/deliveries.ts';
import {
  claimNew,
  type JournalRow,
  keepPartitions,
  readBodies,
  readHorizon,
  readNext,
  releaseOldMarks,
  replayEntry,
} from './store.ts';

let store: Store;
beforeAll(async () => void (store = await openStore()));
afterAll(() => store.close());

const DAY_MS = 86_400_000;

async function append(entries: readonly ReturnType<typeof toEntry>[], nowMs?: number): Promise<JournalRow[]> {
  const after = await readHorizon(store.db);
  const appender = makeAppender({ db: store.db, clock: makeTestClock(nowMs), onAppended: () => undefined });
  await appender.add(toDelivery({ entries }));
  return readNext(store.db, { after, upTo: await readHorizon(store.db), shards: null, limit: 10_000 });
}

const claim = (rows: readonly JournalRow[]) => store.db.transaction((tx) => claimNew(tx, rows));
const idsOf = (rows: readonly JournalRow[]) => rows.map((row) => row.eventId);

describe('claimNew', () => {
  test('the same id twice in one batch: the first wins, and the order stays', async () => {
    const rows = await append(['a', 'b', 'a', 'c', 'b'].map((id) => toEntry({ eventId: `one:${id}` })));
    const fresh = await claim(rows);
    expect(fresh.map((row) => row.position)).toEqual([0, 1, 3].map((n) => rows[n]?.position));
  });

  test('an event delivered again is known, in this batch and every later one', async () => {
    const ids = ['x', 'y'].map((id) => toEntry({ eventId: `two:${id}` }));
    expect(await claim(await append(ids))).toHaveLength(2);
    const again = await append([...ids, toEntry({ eventId: 'two:z' })]);
    expect(idsOf(await claim(again))).toEqual(['two:z']);
    expect(await claim(again)).toEqual([]);
  });

  test('what was undone was never seen', async () => {
    const rows = await append([toEntry({ eventId: 'three' })]);
    const undone = store.db.transaction(async (tx) => {
      await claimNew(tx, rows);
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    expect(await claim(rows)).toHaveLength(1);
  });

  test('two transactions with the same event: the second waits for the first and takes what it left', async () => {
    const rows = await append([toEntry({ eventId: 'four' })]);
    let second: Promise<JournalRow[]> = Promise.resolve([]);
    await store.db.transaction(async (tx) => {
      expect(await claimNew(tx, rows)).toHaveLength(1);
      second = claim(rows);
    });
    expect(await second).toEqual([]);
  });

  test('ids of one workspace say nothing about another', async () => {
    const [row] = await append([toEntry({ eventId: 'five' })]);
    if (!row) throw new Error('nothing was appended');
    expect(await claim([row])).toHaveLength(1);
    expect(await claim([{ ...row, workspaceId: 'other' }])).toHaveLength(1);
  });

  test('nothing in, nothing out', async () => {
    expect(await claim([])).toEqual([]);
  });
});

describe('readNext', () => {
  test('gives only the shards asked for, in order, up to the limit', async () => {
    const rows = await append(Array.from({ length: 30 }, (_, n) => toEntry({ lane: `r${n}` })));
    const [first] = rows;
    const shards = [...new Set(rows.map((row) => row.shard))].slice(0, 3);
    const after = (first?.position ?? 1) - 1;
    const upTo = rows.at(-1)?.position ?? 0;
    const mine = rows.filter((row) => shards.includes(row.shard)).map((row) => row.position);
    const got = await readNext(store.db, { after, upTo, shards, limit: 100 });
    expect(got.map((row) => row.position)).toEqual(mine);
    expect(await readNext(store.db, { after, upTo, shards, limit: 2 })).toEqual(got.slice(0, 2));
    expect(await readNext(store.db, { after, upTo: after, shards: null, limit: 9 })).toEqual([]);
  });
});

describe('replayEntry', () => {
  test('puts the entry at the end once more, where it is new again, and finds its bytes', async () => {
    const rows = await append([toEntry({ eventId: 'again' }), toEntry()]);
    await claim(rows);
    const after = await readHorizon(store.db);
    await store.db.transaction((tx) => replayEntry(tx, rows[0]?.position ?? 0));
    const replayed = await readNext(store.db, { after, upTo: await readHorizon(store.db), shards: null, limit: 9 });
    expect(replayed).toEqual([{ ...rows[0], position: replayed[0]?.position }]);
    expect((await readBodies(store.db, replayed)).size).toBe(1);
    expect(idsOf(await claim(replayed))).toEqual(['again']);
  });

  test('an entry that is gone replays nothing', async () => {
    const after = await readHorizon(store.db);
    await store.db.transaction((tx) => replayEntry(tx, 999_999_999));
    expect(await readHorizon(store.db)).toBe(after);
  });
});

describe('releaseOldMarks', () => {
  test('forgets what is older than the days given, and nothing younger', async () => {
    await claim(await append([toEntry({ eventId: 'old' }), toEntry({ eventId: 'young' })]));
    await store.rows("update event_marks set seen_at = now() - interval '8 days 1 hour'");
    const kept = await append([toEntry({ eventId: 'new' })]);
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
    for (const table of ['journal', 'deliveries']) {
      const days = [0, 1, 2].map((day) => toName(table, Date.now() + day * DAY_MS));
      expect(await partitions(table)).toEqual([...days, `${table}_default`].sort());
    }
  });

  test('what came in while its day had no partition moves into it, and stays readable', async () => {
    const at = Date.now() + 40 * DAY_MS;
    const rows = await append([toEntry(), toEntry()], at);
    const day = new Date(at).toISOString().slice(0, 10);
    await store.rows(`select keep_partitions(date '${day}', 1)`);
    expect(await partitions('journal')).toContain(toName('journal', at));
    const counts = await store.rows(
      `select (select count(*)::int from journal_default where received_at >= '${day}Z') as left, (select count(*)::int from ${toName('journal', at)}) as moved`,
    );
    expect(counts).toEqual([{ left: 0, moved: 2 }]);
    expect((await readBodies(store.db, rows)).size).toBe(1);
    const [first] = rows;
    const again = await readNext(store.db, {
      after: (first?.position ?? 1) - 1,
      upTo: first?.position ?? 0,
      shards: null,
      limit: 9,
    });
    expect(again).toEqual([first]);
  });

  test('a body of 3 kB stays in its row, out of line storage is for the large', async () => {
    await keepPartitions(store.db);
    const [settings] = await store.rows<{ options: string[] }>(
      `select reloptions as options from pg_class where relname = '${toName('deliveries', Date.now())}'`,
    );
    expect(settings?.options).toContain('toast_tuple_target=8160');
  });
});
