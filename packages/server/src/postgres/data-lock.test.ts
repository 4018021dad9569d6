import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { claimDataLock } from './data-lock.ts';
import { markOf } from './processes.ts';

const folder = mkdtempSync(join(tmpdir(), 'wharf-lock-'));
const path = join(folder, 'wharf.lock');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function makeDeadPid(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

test('a second claim is refused with the process, the time and the way out; a release makes room', async () => {
  const release = await claimDataLock(folder);
  await expect(claimDataLock(folder)).rejects.toMatchObject({
    problem: 'in-use',
    message: expect.stringMatching(
      new RegExp(`process ${process.pid}, since \\d{4}-.* uses ${folder}.*WHARF_DATA_DIR`),
    ),
  });
  release();
  expect(existsSync(path)).toBe(false);
  (await claimDataLock(folder))();
});

test('of ten claims at once exactly one wins', async () => {
  const claims = await Promise.allSettled(Array.from({ length: 10 }, () => claimDataLock(folder)));
  const won = claims.filter((claim) => claim.status === 'fulfilled');
  expect(won).toHaveLength(1);
  won[0]?.value();
});

test.each([
  ['of a dead process', async () => JSON.stringify({ pid: await makeDeadPid(), mark: 'boot/1', since: 'then' })],
  ['whose id went to another process', async () => JSON.stringify({ pid: process.pid, mark: 'boot/1', since: 'then' })],
  ['that was cut short by a crash', async () => '{"pid":'],
  ['that stayed empty', async () => ''],
])('a lock %s does not block', async (_, makeText) => {
  writeFileSync(path, await makeText());
  const release = await claimDataLock(folder);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid, mark: markOf(process.pid) });
  release();
});

test('a release does not remove the lock of whoever came after', async () => {
  const release = await claimDataLock(folder);
  writeFileSync(path, 'theirs');
  release();
  expect(readFileSync(path, 'utf8')).toBe('theirs');
  rmSync(path);
});
