import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { makeScratch, query } from './fixtures/scratch.ts';
import { toUrl } from './address.ts';

const scratch = makeScratch();
afterAll(scratch.clear);

describe('a data folder from its first start on', () => {
  const dataDir = join(scratch.makeFolder(), 'data');

  test('is built, serves durably, and the start says where everything is', async () => {
    const server = await scratch.start({ dataDir });
    expect(await query(server.url, 'create table kept as select 42 as answer')).toEqual([]);
    expect(await query(server.url, 'select current_database() as name, current_user as role')).toEqual([
      { name: 'wharf', role: 'wharf' },
    ]);
    const started = server.lines.find(({ message }) => message === 'postgres.started');
    expect(started?.fields).toMatchObject({ data: join(dataDir, 'postgres'), created: true, adopted: false });
    expect(server.state()).toBe('ready');
    await server.stop();
    expect(server.state()).toBe('stopped');
  });

  test('keeps its data over a second start', async () => {
    const server = await scratch.start({ dataDir });
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await server.stop();
  });

  test('has the settings that durability and a hot queue need, with UTF-8 sorted by code point', async () => {
    const server = await scratch.start({ dataDir });
    const rows = await query<{ name: string; setting: string }>(server.url, 'select name, setting from pg_settings');
    const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
    expect(settings).toMatchObject({
      fsync: 'on',
      full_page_writes: 'on',
      synchronous_commit: 'on',
      data_checksums: 'on',
      listen_addresses: '',
      max_connections: '60',
      jit: 'off',
      log_error_verbosity: 'terse',
      password_encryption: 'scram-sha-256',
      server_encoding: 'UTF8',
    });
    const provider =
      'select datlocprovider as provider, datlocale as locale from pg_database where datname = current_database()';
    expect(await query(server.url, provider)).toEqual([{ provider: 'b', locale: 'C.UTF-8' }]);
    await server.stop();
  });

  test('keeps its password, its log and its socket from other users', () => {
    const modes = ['postgres', 'run', 'postgres-password', 'postgres.log'].map((name) => [
      name,
      (statSync(join(dataDir, name)).mode & 0o777).toString(8),
    ]);
    expect(Object.fromEntries(modes)).toEqual({
      postgres: '700',
      run: '700',
      'postgres-password': '600',
      'postgres.log': '600',
    });
  });

  test('asks for the password', async () => {
    const server = await scratch.start({ dataDir });
    const url = toUrl({ address: server.address, password: 'wrong', database: 'wharf' });
    await expect(query(url, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
  });

  test('writes no row value into its log when a statement fails', async () => {
    const server = await scratch.start({ dataDir });
    await query(server.url, 'create table people (phone text unique)');
    await query(server.url, "insert into people values ('+491700000001')");
    await expect(query(server.url, "insert into people values ('+491700000001')")).rejects.toMatchObject({
      code: '23505',
    });
    await server.stop();
    expect(readFileSync(join(dataDir, 'postgres.log'), 'utf8')).not.toContain('491700000001');
  });

  test('stops once, however often it is asked, and leaves nothing behind that blocks a start', async () => {
    const server = await scratch.start({ dataDir });
    await Promise.all([server.stop(), server.stop()]);
    await server.stop();
    expect(existsSync(join(dataDir, 'wharf.lock'))).toBe(false);
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('refuses to serve when a role could lose what it acknowledged, and leaves nothing running', async () => {
    const server = await scratch.start({ dataDir });
    await query(server.url, 'alter role wharf set synchronous_commit = off');
    await server.stop();
    await expect(scratch.start({ dataDir })).rejects.toMatchObject({
      problem: 'unsafe',
      message: expect.stringContaining('synchronous_commit is off'),
    });
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('reports a broken configuration with the last words of PostgreSQL', async () => {
    writeFileSync(join(dataDir, 'postgres', 'postgresql.auto.conf'), 'no_such_setting = 1\n');
    await expect(scratch.start({ dataDir })).rejects.toMatchObject({
      problem: 'start',
      message: expect.stringContaining('unrecognized configuration parameter "no_such_setting"'),
    });
  });

  test('refuses data of another major version', async () => {
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(scratch.start({ dataDir })).rejects.toMatchObject({
      problem: 'foreign-data',
      message: expect.stringContaining('was written by PostgreSQL 17, this Wharf brings PostgreSQL 18'),
    });
  });
});

test('a path too long for a socket is served over loopback', async () => {
  const dataDir = join(scratch.makeFolder(), 'long'.repeat(25));
  const server = await scratch.start({ dataDir });
  expect(server.address.host).toBe('127.0.0.1');
  expect(await query(server.url, 'select inet_server_addr()::text as address')).toEqual([{ address: '127.0.0.1/32' }]);
  await server.stop();
});

test('a folder with files that are no database is left alone', async () => {
  const dataDir = scratch.makeFolder();
  mkdirSync(join(dataDir, 'postgres'));
  writeFileSync(join(dataDir, 'postgres', 'letter.txt'), 'dear');
  const refused = scratch.start({ dataDir });
  await expect(refused).rejects.toMatchObject({ name: 'EmbeddedPostgresError' });
  expect(readFileSync(join(dataDir, 'postgres', 'letter.txt'), 'utf8')).toBe('dear');
});
