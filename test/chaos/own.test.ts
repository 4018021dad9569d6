import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeGuard } from './own.ts';

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-own-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function spawnIdler(cwd?: string) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore', cwd });
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, pid: child.pid ?? 0 };
}

test('a process that this run spawned gets its signal; once it has ended, nobody does', async () => {
  const guard = makeGuard(makeFolder());
  const { child, pid } = spawnIdler();
  const own = guard.register(pid);
  const exit = once(child, 'exit');
  expect(guard.signal(own, 'SIGKILL')).toBe(true);
  expect(await exit).toEqual([null, 'SIGKILL']);
  expect(guard.signal(own, 'SIGKILL')).toBe(false);
});

test('a process that was not registered, or whose id another one has now, is refused', () => {
  const guard = makeGuard(makeFolder());
  const { pid } = spawnIdler();
  expect(() => guard.signal({ pid, mark: 'whatever' }, 'SIGKILL')).toThrow(/was not started by this run/);
  const own = guard.register(pid);
  expect(() => guard.signal({ ...own, mark: 'of an earlier process' }, 'SIGKILL')).toThrow(
    /was not started by this run/,
  );
  expect(() => guard.register(process.pid)).toThrow(/cannot be watched/);
  expect(() => guard.register(1)).toThrow(/cannot be watched/);
});

test('a cluster outside of the run’s folder is refused, whatever its postmaster.pid says', () => {
  const elsewhere = makeFolder();
  writeFileSync(join(elsewhere, 'postmaster.pid'), `${spawnIdler(elsewhere).pid}\n`);
  expect(() => makeGuard(makeFolder()).postmaster(elsewhere)).toThrow(/nothing there is touched/);
});

test('a postmaster.pid that names a process at work elsewhere names nobody', () => {
  const folder = makeFolder();
  const cluster = join(folder, 'postgres');
  mkdirSync(cluster);
  const guard = makeGuard(folder);
  expect(guard.postmaster(cluster)).toBeNull();
  writeFileSync(join(cluster, 'postmaster.pid'), `${spawnIdler(folder).pid}\n`);
  expect(guard.postmaster(cluster)).toBeNull();
  const { pid } = spawnIdler(cluster);
  writeFileSync(join(cluster, 'postmaster.pid'), `${pid}\n`);
  expect(guard.postmaster(cluster)?.pid).toBe(pid);
});
