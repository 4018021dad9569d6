import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePool, statement, toDatabaseFault } from './database.ts';
import { openStore, type Store } from './fixtures/rig.ts';
import { openWay } from './fixtures/way.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore();
  await store.rows('create table things (id int primary key, word text)');
});
afterAll(() => store.close());

const PID = statement('test_pid', 'select pg_backend_pid() as pid');
const INSERT = statement('test_insert', 'insert into things (id) values ($1)');
const LATER = statement('test_later', 'select id from things where id >= 90');
const count = async () => (await store.rows<{ n: number }>('select count(*)::int as n from things'))[0]?.n;
const kill = (pid: number | undefined) => store.rows('select pg_terminate_backend($1)', [pid ?? 0]);

describe('a transaction', () => {
  test('commits what its work did and hands back its answer', async () => {
    expect(await store.db.transaction(async (tx) => tx.run(INSERT, [1]))).toBe(1);
    expect(await count()).toBe(1);
  });

  test('undoes everything when its work throws, with that error', async () => {
    const working = store.db.transaction(async (tx) => {
      await tx.run(INSERT, [2]);
      throw new RangeError('mine');
    });
    await expect(working).rejects.toThrow(new RangeError('mine'));
    expect(await count()).toBe(1);
  });

  test('undoes everything when a statement fails, and the connection serves the next one', async () => {
    const db = store.pool(1);
    const working = db.transaction(async (tx) => {
      await tx.run(INSERT, [3]);
      await tx.run(INSERT, [3]);
    });
    await expect(working).rejects.toMatchObject({ code: '23505' });
    expect(await db.transaction((tx) => tx.run(INSERT, [4]))).toBe(1);
    expect(await count()).toBe(2);
  });

  test('fails with its cause, also when whoever waits hears of a statement behind it first', async () => {
    const working = store.db.transaction(async (tx) => {
      const failing = tx.run(INSERT, [1]);
      failing.catch(() => undefined);
      await tx.run(INSERT, [70]);
    });
    await expect(working).rejects.toMatchObject({ code: '23505' });
  });

  test('whose server goes away between two statements fails as down, and the process lives on', async () => {
    const db = store.pool(1);
    const working = db.transaction(async (tx) => {
      const [{ pid } = { pid: 0 }] = await tx.rows<{ pid: number }>(PID);
      await tx.run(INSERT, [5]);
      await kill(pid);
      await tx.run(INSERT, [6]);
    });
    expect(toDatabaseFault(await working.catch((error: unknown) => error))).toBe('down');
    expect(await count()).toBe(2);
    await expect(db.ping()).resolves.toBeUndefined();
  });

  test('whose server goes away while it waits for something else does not end the process', async () => {
    const db = store.pool(1);
    const working = db.transaction(async (tx) => {
      const [{ pid } = { pid: 0 }] = await tx.rows<{ pid: number }>(PID);
      await kill(pid);
      for (let alive = 1; alive > 0; ) {
        alive = (await store.rows('select 1 from pg_stat_activity where pid = $1', [pid])).length;
      }
    });
    expect(toDatabaseFault(await working.catch((error: unknown) => error))).toBe('down');
  });
});

test('what a transaction still asks for when it has failed is not done outside of it', async () => {
  let late: Promise<unknown> = Promise.resolve();
  const failing = store.db.transaction(async (tx) => {
    const first = tx.rows(LATER);
    late = first.then(() => tx.run(INSERT, [70]));
    await Promise.all([late, Promise.reject(new RangeError('not to be written'))]);
  });
  await expect(failing).rejects.toThrow('not to be written');
  await expect(late).rejects.toThrow('over');
  expect(await store.rows('select id from things where id = 70')).toEqual([]);
});

test('a server that is gone without a word is not waited for, and the next statement takes another connection', async () => {
  await using way = await openWay(store.url);
  const db = makePool({ url: way.url, max: 1, name: 'test', statementTimeoutMs: 100, onIdleError: () => undefined });
  await db.ping();
  way.silence();
  const failure: unknown = await db.transaction((tx) => tx.run(INSERT, [80])).catch((error: unknown) => error);
  expect(toDatabaseFault(failure)).toBe('down');
  await expect(db.ping()).resolves.toBeUndefined();
  await db.close();
});

describe('a connection that died without a word', () => {
  test('is found out by asking the server what it does, long before a statement’s time is over; so are those beside it', async () => {
    await using way = await openWay(store.url);
    const db = makePool({ url: way.url, max: 2, name: 'test', silenceMs: 20, onIdleError: () => undefined });
    await Promise.all([db.transaction((tx) => tx.run(LATER)), db.transaction((tx) => tx.run(LATER))]);
    way.silence();
    const failure: unknown = await db.run(INSERT, [81]).catch((error: unknown) => error);
    expect(toDatabaseFault(failure)).toBe('down');
    expect(await db.run(INSERT, [82])).toBe(1);
    expect(await db.transaction((tx) => tx.run(INSERT, [83]))).toBe(1);
    expect(await store.rows('select id from things where id between 80 and 89')).toEqual([{ id: 82 }, { id: 83 }]);
    await db.close();
  });

  test('does not keep its place at the server for hours: the server looks after it, too', async () => {
    await using way = await openWay(store.url);
    const db = makePool({ url: way.url, max: 1, name: 'test', onIdleError: () => undefined });
    const asked = statement(
      'test_keep_alive',
      `select array_agg(source order by name) as sources from pg_settings where name like 'tcp_keepalives_%' or name = 'tcp_user_timeout'`,
    );
    expect(await db.rows(asked)).toEqual([{ sources: ['client', 'client', 'client', 'client'] }]);
    await db.close();
  });

  test('is told from one whose statement takes its time', async () => {
    const db = makePool({ url: store.url, max: 1, name: 'test', silenceMs: 20, onIdleError: () => undefined });
    const sleep = statement('test_sleep', 'select pg_sleep(0.3)');
    await expect(db.rows(sleep)).resolves.toHaveLength(1);
    await expect(db.transaction((tx) => Promise.all([tx.rows(sleep), tx.rows(PID)]))).resolves.toHaveLength(2);
    await db.close();
  });

  test('is not seen in one whose server does not tell what it does (track_activities is off)', async () => {
    const url = `${store.url}${store.url.includes('?') ? '&' : '?'}options=${encodeURIComponent('-c track_activities=off')}`;
    const db = makePool({ url, max: 1, name: 'test', silenceMs: 20, onIdleError: () => undefined });
    await expect(db.rows(statement('test_sleep', 'select pg_sleep(0.3)'))).resolves.toHaveLength(1);
    await db.close();
  });
});

describe('a snapshot', () => {
  test('does not see what others commit meanwhile, and writes nothing', async () => {
    const seen = await store.db.snapshot(async (tx) => {
      const before = await tx.rows(LATER);
      await store.rows('insert into things (id) values (90)');
      return [before, await tx.rows(LATER)];
    });
    expect(seen).toEqual([[], []]);
    expect(await store.db.rows(LATER)).toEqual([{ id: 90 }]);
    await expect(store.db.snapshot((tx) => tx.run(INSERT, [91]))).rejects.toMatchObject({ code: '25006' });
  });
});

describe('toDatabaseFault', () => {
  const failure = (sql: string) => store.rows(sql).catch((error: unknown) => error);

  test.each<[string, string]>([
    ["select 'x'::int", 'data'],
    ['select jsonb \'{"a": "\\u0000"}\'', 'data'],
    ['select 1/0', 'data'],
    ['select * from nowhere', 'data'],
    ["do $$ begin raise exception using errcode = '40P01'; end $$", 'conflict'],
    ["do $$ begin raise exception using errcode = '40001'; end $$", 'conflict'],
    ["do $$ begin raise exception using errcode = '55P03'; end $$", 'conflict'],
    ["do $$ begin raise exception using errcode = '57014'; end $$", 'timeout'],
    ["do $$ begin raise exception using errcode = '53100'; end $$", 'down'],
    ["do $$ begin raise exception using errcode = '53300'; end $$", 'down'],
    ["do $$ begin raise exception using errcode = '25006'; end $$", 'down'],
    ["do $$ begin raise exception using errcode = '57P01'; end $$", 'down'],
    ["do $$ begin raise exception using errcode = '28P01'; end $$", 'down'],
    ["do $$ begin raise exception using errcode = '3D000'; end $$", 'down'],
    ["do $$ begin raise exception using errcode = '58030'; end $$", 'down'],
    ['select pg_terminate_backend(pg_backend_pid())', 'down'],
  ])('%s is %s', async (sql, fault) => {
    expect(toDatabaseFault(await failure(sql))).toBe(fault);
  });

  test('a statement that really ran into its limit is a timeout', async () => {
    const client = await store.connect();
    await client.query('set statement_timeout = 5');
    const error: unknown = await client.query('select pg_sleep(5)').catch((caught: unknown) => caught);
    expect(toDatabaseFault(error)).toBe('timeout');
  });

  const withCode = (code: string, message = 'x') => Object.assign(new Error(message), { code });
  test.each<[string, unknown, string]>([
    ['a refused connection', withCode('ECONNREFUSED'), 'down'],
    ['a reset connection', withCode('ECONNRESET'), 'down'],
    ['a broken pipe', withCode('EPIPE'), 'down'],
    ['a destroyed stream', withCode('ERR_STREAM_DESTROYED'), 'down'],
    ['the driver: terminated', new Error('Connection terminated unexpectedly'), 'down'],
    ['the driver: no connection in time', new Error('timeout exceeded when trying to connect'), 'down'],
    ['the driver: dead', new Error('Client has encountered a connection error and is not queryable'), 'down'],
    ['the driver: pool ended', new Error('Cannot use a pool after calling end on the pool'), 'down'],
    ["a bug with Node's code", withCode('ERR_INVALID_ARG_TYPE'), 'data'],
    ['a text too long for a string', withCode('ERR_STRING_TOO_LONG'), 'data'],
    [
      'a bug that speaks of connections',
      new TypeError("Cannot read properties of undefined (reading 'connection')"),
      'data',
    ],
    ['a bug', new RangeError('Invalid time value'), 'data'],
    ['something thrown', 'Connection terminated', 'data'],
    ['nothing thrown', undefined, 'data'],
  ])('%s', (_name, error, fault) => {
    expect(toDatabaseFault(error)).toBe(fault);
  });

  test('a server that is not there is down', async () => {
    const db = makePool({
      url: 'postgres://nobody@127.0.0.1:1/none',
      max: 1,
      name: 'test',
      onIdleError: () => undefined,
    });
    expect(toDatabaseFault(await db.ping().catch((error: unknown) => error))).toBe('down');
    await db.close();
  });
});
