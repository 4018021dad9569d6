import { expect, test } from 'vitest';
import { withDatabase, withEmptyDatabase } from '../../../../test/support/database.ts';
import { query } from './fixtures/scratch.ts';

test('every test file gets a migrated database of its own, and the migration runs once', async () => {
  let runs = 0;
  const migrate = async (url: string): Promise<void> => {
    runs += 1;
    await query(url, 'create table things as select 1 as id');
  };
  const [first, second] = await Promise.all([withDatabase(migrate), withDatabase(migrate)]);
  await query(first.url, 'insert into things values (2)');
  expect(await query(first.url, 'select count(*)::int as count from things')).toEqual([{ count: 2 }]);
  expect(await query(second.url, 'select count(*)::int as count from things')).toEqual([{ count: 1 }]);
  expect(runs).toBe(1);
  await Promise.all([first.drop(), second.drop()]);
  await expect(query(first.url, 'select 1')).rejects.toMatchObject({ code: '3D000' });
});

test('a migration that fails leaves no template, so the next one starts clean', async () => {
  const half = async (url: string): Promise<void> => {
    await query(url, 'create table half ()');
    throw new Error('the second half is missing');
  };
  await expect(withDatabase(half, 'mended')).rejects.toThrow('the second half is missing');
  const mended = await withDatabase(async (url) => void (await query(url, 'create table half (id int)')), 'mended');
  expect(await query(mended.url, 'select id from half')).toEqual([]);
  await mended.drop();
});

test('a database with nothing in it is to be had as well', async () => {
  const database = await withEmptyDatabase();
  expect(await query(database.url, "select to_regclass('things') as things")).toEqual([{ things: null }]);
  await database.drop();
});
