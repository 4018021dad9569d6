import { accessSync, constants, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, EmbeddedPostgresError } from './problem.ts';

/** The unprivileged user that runs PostgreSQL when Wharf is root, because PostgreSQL refuses root. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

/** Users every system has, best first. Wharf never creates one. */
const CANDIDATES = ['postgres', '_postgres', 'nobody'];

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** @param passwd the text of /etc/passwd */
export function decideAccount(passwd: string): Account {
  const accounts = parsePasswd(passwd);
  const found = CANDIDATES.map((name) => accounts.find((account) => account.name === name)).find((account) => account);
  if (found !== undefined) return found;
  throw new EmbeddedPostgresError(
    'unreachable',
    'PostgreSQL refuses to run as root and this system has neither a user postgres nor nobody: start Wharf as an ordinary user, or set DATABASE_URL.',
  );
}

/** The user that owns an existing cluster; its data stays with it whoever starts Wharf. */
export function findAccount(passwd: string, owner: { uid: number; gid: number }): Account {
  const known = parsePasswd(passwd).find((account) => account.uid === owner.uid);
  return { name: known?.name ?? `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
}

export function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}

/** name:password:uid:gid:…; macOS writes nobody's -2 where the kernel wants 4294967294. */
export function parsePasswd(text: string): Account[] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter(([name, , uid, gid]) => name !== '' && isInteger(uid) && isInteger(gid))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }))
    .filter((account) => account.uid !== 0);
}

function isInteger(text: string | undefined): boolean {
  return text !== undefined && /^-?\d+$/.test(text);
}

const EXECUTE = 1;
const READ = 4;

type Owned = Pick<Stats, 'mode' | 'uid' | 'gid'>;

/** The classic rule: only the first class that matches counts, so an owner without the bit is refused. */
export function isPermitted(file: Owned, account: Account, bits: number): boolean {
  if (file.uid === account.uid) return ((file.mode >> 6) & bits) === bits;
  if (file.gid === account.gid) return ((file.mode >> 3) & bits) === bits;
  return (file.mode & bits) === bits;
}

/** May the account walk through every folder down to `path` and read it? `path` must be real (no links) and exist. */
export function canRead(path: string, account: Account | undefined): boolean {
  if (account === undefined) return isReadable(path);
  const bits = statSync(path).isDirectory() ? READ | EXECUTE : READ;
  return canTraverse(dirname(path), account) && isPermitted(statSync(path), account, bits);
}

/** May the account walk through every folder down to and including `folder`? */
export function canTraverse(folder: string, account: Account): boolean {
  if (!isPermitted(statSync(folder), account, EXECUTE)) return false;
  const parent = dirname(folder);
  return parent === folder || canTraverse(parent, account);
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
