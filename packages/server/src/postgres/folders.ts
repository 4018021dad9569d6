import { chmodSync, closeSync, constants, existsSync, fchownSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Account } from './account.ts';
import { codeOf } from './problem.ts';

/** A folder for the account alone, kept when it exists. Root hands it over without following a link put in its place. */
export function ensurePrivateFolder(path: string, account: Account | undefined): void {
  mkdirUnlessThere(path, 0o700);
  if (account === undefined) return;
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    fchownSync(fd, account.uid, account.gid);
  } finally {
    closeSync(fd);
  }
}

/** A folder that everyone may enter and read whatever the umask; folders already there keep their permissions. */
export function makeOpenFolder(path: string): void {
  if (existsSync(path)) return;
  makeOpenFolder(dirname(path));
  if (mkdirUnlessThere(path, 0o755)) chmodSync(path, 0o755);
}

/** Makes a rename inside `path` survive a power loss. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function mkdirUnlessThere(path: string, mode: number): boolean {
  try {
    mkdirSync(path, { mode });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}
