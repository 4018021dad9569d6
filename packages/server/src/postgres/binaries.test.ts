import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decideAccount, isRoot, readPasswd } from './account.ts';
import { findPackage, linkLibraries, prepareBinaries } from './binaries.ts';
import { makeScratch } from './fixtures/scratch.ts';

const scratch = makeScratch();
afterAll(scratch.clear);

/** A platform package in small: a program, a versioned library and the link that npm dropped. */
function makePackage(folder = join(scratch.makeFolder(), 'linux-x64')): string {
  for (const name of ['bin', 'lib', 'share']) mkdirSync(join(folder, 'native', name), { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '18.4.0-beta.17' }));
  writeFileSync(join(folder, 'native/bin/postgres'), '#!/bin/sh\n', { mode: 0o755 });
  writeFileSync(join(folder, 'native/lib/libpq.so.5.18'), 'library');
  writeFileSync(join(folder, 'native/share/postgres.bki'), 'catalog');
  const links = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
  writeFileSync(join(folder, 'native/pg-symlinks.json'), JSON.stringify(links));
  return folder;
}

describe('the links that npm drops', () => {
  test('are made beside their library, and a second time changes nothing', () => {
    const folder = makePackage();
    expect([linkLibraries(folder), linkLibraries(folder)]).toEqual([true, true]);
    expect(readlinkSync(join(folder, 'native/lib/libpq.so.5'))).toBe('libpq.so.5.18');
  });

  test('let the real initdb load its libraries', () => {
    const folder = join(scratch.makeFolder(), 'package');
    cpSync(findPackage(), folder, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
    const run = (): number | null => spawnSync(join(folder, 'native/bin/initdb'), ['--version']).status;
    expect(run()).not.toBe(0);
    linkLibraries(folder);
    expect(run()).toBe(0);
  });
});

describe('binaries', () => {
  test('are used in place when they can be', () => {
    const packageDir = makePackage();
    expect(prepareBinaries({ packageDir, account: undefined, caches: [] })).toEqual({
      binDir: join(packageDir, 'native/bin'),
      version: '18.4.0-beta.17',
      copied: false,
    });
  });

  describe.runIf(isRoot())('that PostgreSQL may not read', () => {
    const account = decideAccount(isRoot() ? readPasswd() : 'nobody:*:65534:65534::/:/bin/false');

    function makeHidden(): { packageDir: string; cache: string } {
      const home = scratch.makeFolder();
      chmodSync(home, 0o700);
      return { packageDir: makePackage(join(home, 'linux-x64')), cache: join(scratch.makeFolder(), 'binaries') };
    }

    test('are copied once, links and permissions included', () => {
      const { packageDir, cache } = makeHidden();
      chmodSync(join(packageDir, 'native/share/postgres.bki'), 0o600);
      const first = prepareBinaries({ packageDir, account, caches: [cache] });
      expect(first).toMatchObject({
        binDir: join(cache, 'postgresql-linux-x64-18.4.0-beta.17/native/bin'),
        copied: true,
      });
      expect(readlinkSync(join(first.binDir, '../lib/libpq.so.5'))).toBe('libpq.so.5.18');
      expect(statSync(join(first.binDir, '../share/postgres.bki')).mode & 0o777).toBe(0o644);
      expect(statSync(join(first.binDir, 'postgres')).mode & 0o777).toBe(0o755);
      writeFileSync(join(first.binDir, 'mark'), 'kept');
      prepareBinaries({ packageDir, account, caches: [cache] });
      expect(readFileSync(join(first.binDir, 'mark'), 'utf8')).toBe('kept');
    });

    test('are copied again when the copy was interrupted', () => {
      const { packageDir, cache } = makeHidden();
      const { binDir } = prepareBinaries({ packageDir, account, caches: [cache] });
      rmSync(join(binDir, '../../complete'));
      rmSync(join(binDir, 'postgres'));
      prepareBinaries({ packageDir, account, caches: [cache] });
      expect(existsSync(join(binDir, 'postgres'))).toBe(true);
    });

    test('go to the next cache when one cannot be written', () => {
      const { packageDir, cache } = makeHidden();
      const file = join(scratch.makeFolder(), 'file');
      writeFileSync(file, '');
      const { binDir } = prepareBinaries({ packageDir, account, caches: [join(file, 'binaries'), cache] });
      expect(binDir.startsWith(cache)).toBe(true);
    });

    test('with no place to go are an error that names the way out', () => {
      const { packageDir } = makeHidden();
      expect(() => prepareBinaries({ packageDir, account, caches: [] })).toThrow(/set DATABASE_URL/);
    });
  });
});
