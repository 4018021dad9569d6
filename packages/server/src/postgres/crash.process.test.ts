import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { killHard, makeScratch, nextDown, nextUp, query } from './fixtures/scratch.ts';
import { choosePlace } from './place.ts';
import { readPostmasterFile } from './postmaster-file.ts';
import { isAlive } from './processes.ts';
import { spawnProgram } from './programs.ts';
import { toArguments } from './settings.ts';

const scratch = makeScratch();
afterAll(scratch.clear);

describe('a server that is lost while Wharf runs', () => {
  const dataDir = scratch.makeFolder();

  test('comes back by itself at the same URL with everything it acknowledged', async () => {
    const server = await scratch.start({ dataDir });
    await query(server.url, 'create table kept as select 42 as answer');
    const first = server.pid();
    const [down, up] = [nextDown(server), nextUp(server)];
    process.kill(first, 'SIGKILL');
    await down;
    expect(server.state()).toBe('restarting');
    await up;
    expect(server.state()).toBe('ready');
    expect(server.pid()).not.toBe(first);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(server.lines.map(({ message }) => message)).toEqual(['postgres.started', 'postgres.down', 'postgres.up']);
    await server.stop();
  });

  test('is noticed too when one backend is killed and PostgreSQL restarts itself', async () => {
    const server = await scratch.start({ dataDir });
    const first = server.pid();
    const [down, up] = [nextDown(server), nextUp(server)];
    const [row] = await query<{ pid: number }>(
      server.url,
      "select pid from pg_stat_activity where application_name = 'wharf supervisor'",
    );
    process.kill(row?.pid ?? 0, 'SIGKILL');
    await Promise.all([down, up]);
    expect(server.pid()).toBe(first);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await server.stop();
  });

  test('is started again only when the last process of the dead one has let go', async () => {
    const server = await scratch.start({ dataDir });
    const order: string[] = [];
    const busy = query(server.url, 'select count(*) from generate_series(1, 8000000)').finally(() =>
      order.push('ended'),
    );
    await vi.waitUntil(async () => (await countBusy(server.url)) > 0, { interval: 10, timeout: 5000 });
    const up = nextUp(server).then(() => order.push('up'));
    process.kill(server.pid(), 'SIGKILL');
    await Promise.allSettled([busy, up]);
    expect(order).toEqual(['ended', 'up']);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(server.lines.filter(({ message }) => message === 'postgres.failed')).toEqual([]);
    await server.stop();
  });

  test('can be stopped while it is being restarted', async () => {
    const server = await scratch.start({ dataDir });
    const down = nextDown(server);
    process.kill(server.pid(), 'SIGKILL');
    await down;
    await server.stop();
    expect(server.state()).toBe('stopped');
    expect(isAlive(server.pid())).toBe(false);
  });
});

async function countBusy(url: string): Promise<number> {
  const sql = "select from pg_stat_activity where query like '%generate_series%' and pid <> pg_backend_pid()";
  return (await query(url, sql)).length;
}

describe('a server and the Wharfs that come and go', () => {
  const dataDir = scratch.makeFolder();

  test('outlives a killed one and is adopted, supervised and stopped by the next', async () => {
    const killed = await scratch.startProcess(dataDir);
    await query(killed.url, 'create table kept as select 42 as answer');
    await killHard(killed.child);

    const server = await scratch.start({ dataDir });
    expect(server.lines.at(-1)).toMatchObject({ message: 'postgres.started', fields: { adopted: true } });
    expect(server.pid()).toBe(killed.pid);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);

    const up = nextUp(server);
    process.kill(killed.pid, 'SIGKILL');
    await up;
    expect(server.pid()).not.toBe(killed.pid);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await server.stop();
    expect(isAlive(server.pid())).toBe(false);
  });

  test('does not get the Ctrl-C that ends Wharf', async () => {
    const interrupted = await scratch.startProcess(dataDir);
    const exit = once(interrupted.child, 'exit');
    process.kill(-(interrupted.child.pid ?? 0), 'SIGINT');
    await exit;
    expect(await query(interrupted.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    expect(isAlive(interrupted.pid)).toBe(true);
  });

  test('may die with it: its stale pid file is left to PostgreSQL, which starts over it', async () => {
    const killed = await scratch.startProcess(dataDir);
    process.kill(killed.child.pid ?? 0, 'SIGSTOP');
    process.kill(killed.pid, 'SIGKILL');
    await killHard(killed.child);
    const stale = readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8');
    expect(Number.parseInt(stale, 10)).toBe(killed.pid);

    const server = await scratch.start({ dataDir });
    expect(server.lines.at(-1)).toMatchObject({ fields: { adopted: false } });
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await server.stop();
  });

  test('is restarted when it runs with the settings of another version', async () => {
    const before = await scratch.start({ dataDir });
    await before.stop();
    const account = choosePlace({ dataDir, systemDir: '/nowhere' }).account;
    const binaries = { binDir: before.binDir, version: '18', copied: false };
    const settings = toArguments({ ...before.settings, cluster_name: 'wharf-before' });
    const options = ['-D', before.dataDir, ...settings];
    const old = await spawnProgram({ name: 'postgres', arguments: options, binaries, account, output: 'pipe' });
    await vi.waitUntil(() => readPostmasterFile(before.dataDir)?.pid === old.pid, { interval: 5, timeout: 5000 });

    const server = await scratch.start({ dataDir });
    expect(server.lines.map(({ message }) => message)).toEqual(['postgres.stopped', 'postgres.started']);
    expect(server.lines.at(-1)).toMatchObject({ fields: { adopted: false } });
    expect(isAlive(old.pid ?? 0)).toBe(false);
    expect(await query(server.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await server.stop();
  });

  test('refuses a second Wharf, which is told who holds the data, and the first goes on', async () => {
    const first = await scratch.startProcess(dataDir);
    await expect(scratch.start({ dataDir })).rejects.toMatchObject({
      problem: 'in-use',
      message: expect.stringContaining(`process ${first.child.pid}`),
    });
    expect(await query(first.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await killHard(first.child);
    await (await scratch.start({ dataDir })).stop();
  });
});

describe('a pid file that names a process which is not this server', () => {
  const [mine, theirs] = [scratch.makeFolder(), scratch.makeFolder()];

  test('another PostgreSQL is neither adopted nor disturbed', async () => {
    const other = await scratch.start({ dataDir: theirs });
    await query(other.url, 'create table theirs ()');
    await (await scratch.start({ dataDir: mine })).stop();
    const pidFile = readFileSync(join(theirs, 'postgres', 'postmaster.pid'), 'utf8');
    writeFileSync(join(mine, 'postgres', 'postmaster.pid'), pidFile);

    const server = await scratch.start({ dataDir: mine });
    expect(server.lines.at(-1)).toMatchObject({ fields: { adopted: false } });
    expect(server.pid()).not.toBe(other.pid());
    expect(await query(server.url, "select to_regclass('theirs')")).toEqual([{ to_regclass: null }]);
    expect(isAlive(other.pid())).toBe(true);
    await Promise.all([server.stop(), other.stop()]);
  });

  test('an id that went to some other program after a reboot does not block the start', async () => {
    const run = join(mine, 'run');
    const pidFile = [process.pid, join(mine, 'postgres'), 1_700_000_000, 5432, run, '', '  1234 5678', 'ready', ''];
    writeFileSync(join(mine, 'postgres', 'postmaster.pid'), pidFile.join('\n'));
    const server = await scratch.start({ dataDir: mine });
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
  });
});
