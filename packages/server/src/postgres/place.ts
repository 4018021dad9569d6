import { createHash } from 'node:crypto';
import { statSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Account, canTraverse, decideAccount, findAccount, isRoot, readPasswd } from './account.ts';
import { makeOpenFolder } from './folders.ts';
import { codeOf, EmbeddedPostgresError } from './problem.ts';

/** Where PostgreSQL's own files live and who runs it. */
export type Place = {
  /** Holds `postgres/` (the cluster), `run/` (the socket) and `postgres-password`; the data folder unless relocated. */
  readonly root: string;
  readonly cluster: string;
  /** Undefined: runs as the same user as Wharf. */
  readonly account: Account | undefined;
  readonly relocated: boolean;
};

/** Where root keeps what its own home would hide from PostgreSQL's user. */
export const SYSTEM_FOLDER = '/var/lib/wharf';

const LOCATION_FILE = 'postgres.location';

export type PlaceQuestion = { readonly dataDir: string; readonly systemDir: string };

/**
 * An existing cluster decides: it stays where it is and runs as its owner, so a chmod, or sudo on one day and not on
 * the next, never starts a second, empty database. Only a new one goes where its user can reach it.
 */
export function choosePlace(question: PlaceQuestion): Place {
  const relocatedTo = readLocation(question);
  const root = relocatedTo ?? question.dataDir;
  const owner = statOrUndefined(join(root, 'postgres'));
  if (!isRoot()) return toPlace(root, refuseForeignOwner(root, owner), question);
  if (owner !== undefined) return toPlace(root, requireReach(root, toOwner(root, owner)), question);
  const account = decideAccount(readPasswd());
  if (relocatedTo !== undefined || canTraverse(question.dataDir, account)) return toPlace(root, account, question);
  return relocate(question, account);
}

function toPlace(root: string, account: Account | undefined, { dataDir }: PlaceQuestion): Place {
  return { root, cluster: join(root, 'postgres'), account, relocated: root !== dataDir };
}

/**
 * `<system folder>/<8 hex of the data folder's path>`, written down in the data folder so that moving a checkout
 * does not lose sight of its data. An earlier cluster at that place, its data folder deleted, is used again.
 */
function relocate(question: PlaceQuestion, account: Account): Place {
  const { dataDir, systemDir } = question;
  const root = join(systemDir, createHash('sha256').update(dataDir).digest('hex').slice(0, 8));
  makeSystemFolder(root, dataDir);
  const owner = statOrUndefined(join(root, 'postgres'));
  const runner = owner === undefined ? account : toOwner(root, owner);
  writeFileSync(join(dataDir, LOCATION_FILE), `${root}\n`, { flag: 'wx' });
  return toPlace(root, requireReach(root, runner), question);
}

function makeSystemFolder(root: string, dataDir: string): void {
  try {
    makeOpenFolder(root);
  } catch (error) {
    throw new EmbeddedPostgresError(
      'unreachable',
      `PostgreSQL refuses root, its user cannot enter ${dataDir}, and ${root} cannot be made (${codeOf(error) ?? 'unknown error'}): set WHARF_DATA_DIR to a folder that others may enter (chmod o+x on it and its parents).`,
    );
  }
}

/** Only a place this room could have chosen is believed, whoever wrote the file. */
function readLocation({ dataDir, systemDir }: PlaceQuestion): string | undefined {
  let root: string;
  try {
    root = readFileSync(join(dataDir, LOCATION_FILE), 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  if (dirname(root) === systemDir && /^[0-9a-f]{8}$/.test(basename(root)) && statOrUndefined(root) !== undefined)
    return root;
  throw new EmbeddedPostgresError(
    'unreachable',
    `${join(dataDir, LOCATION_FILE)} names ${root}, which is not there: bring that folder back, or delete the file to begin with an empty database.`,
  );
}

function toOwner(root: string, owner: { uid: number; gid: number }): Account {
  if (owner.uid !== 0) return findAccount(readPasswd(), owner);
  const account = decideAccount(readPasswd());
  throw new EmbeddedPostgresError(
    'unreachable',
    `${join(root, 'postgres')} belongs to root, which PostgreSQL refuses: chown -R ${account.name} ${join(root, 'postgres')}.`,
  );
}

function requireReach(root: string, account: Account): Account {
  if (canTraverse(root, account)) return account;
  throw new EmbeddedPostgresError(
    'unreachable',
    `The database is in ${root}, but its owner ${account.name} may not enter that folder: chmod o+x it and its parents.`,
  );
}

function refuseForeignOwner(root: string, owner: { uid: number } | undefined): undefined {
  if (owner === undefined || process.getuid === undefined || owner.uid === process.getuid()) return undefined;
  throw new EmbeddedPostgresError(
    'unreachable',
    `${join(root, 'postgres')} belongs to user ${owner.uid}: start Wharf as that user or as root, or chown -R it to yourself.`,
  );
}

function statOrUndefined(path: string): { uid: number; gid: number } | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
