import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type TestDatabase, withEmptyDatabase } from '../../../../test/support/database.ts';
import { MIGRATIONS, WAITING } from './fixtures/rig.ts';
import { migrate } from './migrate.ts';

let folder: string;
let database: TestDatabase;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'wharf-migrations-'))));
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await database?.drop();
  database = await withEmptyDatabase();
  await rm(folder, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), 'wharf-migrations-'));
});
afterAll(() => database.drop());

const put = (name: string, sql: string) => writeFile(join(folder, name), sql);

async function rows<T extends object>(sql: string): Promise<T[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

describe('migrate', () => {
  test('applies the files in the order of their numbers, once', async () => {
    await put('0002_more.sql', 'alter table a add column b int');
    await put('0001_first.sql', 'create table a (id int); insert into a values (1)');
    await put('README.md', 'not sql');
    await put('draft.sql', 'not numbered');
    expect(await migrate(database.url, folder)).toEqual(['0001_first.sql', '0002_more.sql']);
    expect(await migrate(database.url, folder)).toEqual([]);
    expect(await rows('select id, b from a')).toEqual([{ id: 1, b: null }]);
    expect(await rows('select version, name from migrations order by version')).toEqual([
      { version: 1, name: '0001_first.sql' },
      { version: 2, name: '0002_more.sql' },
    ]);
  });

  test('processes that start together apply each file once, and all wait until it is done', async () => {
    await put('0001_slow.sql', 'create table a (id int); select pg_advisory_xact_lock(1); insert into a values (1)');
    const gate = new Client({ connectionString: database.url });
    await gate.connect();
    await gate.query('select pg_advisory_lock(1)');
    const migrating = Promise.all(Array.from({ length: 4 }, () => migrate(database.url, folder)));
    // One is in the middle of the file, and the others wait for it.
    while ((await rows(WAITING)).length < 4);
    await gate.end();
    expect((await migrating).flat()).toEqual(['0001_slow.sql']);
    expect(await rows('select id from a')).toEqual([{ id: 1 }]);
  });

  test('one that fails leaves nothing of itself, keeps those before it, and can be mended', async () => {
    await put('0001_good.sql', 'create table a (id int)');
    await put('0002_bad.sql', 'create table b (id int); insert into nowhere values (1)');
    await put('0003_after.sql', 'create table c (id int)');
    await expect(migrate(database.url, folder)).rejects.toThrow(/nowhere/);
    const tables = () => rows("select tablename from pg_tables where schemaname = 'public' order by 1");
    expect(await tables()).toEqual([{ tablename: 'a' }, { tablename: 'migrations' }]);
    await put('0002_bad.sql', 'create table b (id int)');
    expect(await migrate(database.url, folder)).toEqual(['0002_bad.sql', '0003_after.sql']);
  });

  test('two files of one number stop the start', async () => {
    await put('0001_mine.sql', 'create table a (id int)');
    await put('0001_yours.sql', 'create table b (id int)');
    await expect(migrate(database.url, folder)).rejects.toThrow(/migrations_pkey/);
  });

  test('the schema of this program can be made twice over by two processes', async () => {
    const applied = await Promise.all([migrate(database.url, MIGRATIONS), migrate(database.url, MIGRATIONS)]);
    expect(applied.flat().length).toBeGreaterThan(3);
  });
});
