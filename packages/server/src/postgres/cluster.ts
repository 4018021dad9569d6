import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { chownSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { ensurePrivateFolder, syncFolder } from './folders.ts';
import type { Place } from './place.ts';
import { codeOf, EmbeddedPostgresError, makeStartError } from './problem.ts';
import { spawnProgram } from './programs.ts';

/** A cluster being built carries this name until it is whole. */
const UNFINISHED = 'postgres.new-';

/** Returns the password of the cluster's one user, `wharf`; builds the cluster on the first start (about 0.6 s). */
export async function ensureCluster(place: Place, binaries: Binaries): Promise<{ password: string; created: boolean }> {
  const made = readMajor(place.cluster);
  if (made !== undefined) {
    refuseOtherMajor(place.cluster, made, binaries);
    return { password: readPassword(place), created: false };
  }
  refuseStrangeFolder(place.cluster);
  removeUnfinished(place.root);
  const password = readOrMakePassword(place);
  await buildCluster(place, binaries, password);
  return { password, created: true };
}

/** Built aside and renamed: a start killed half-way leaves nothing that looks like a database. */
async function buildCluster(place: Place, binaries: Binaries, password: string): Promise<void> {
  const aside = join(place.root, `${UNFINISHED}${randomBytes(4).toString('hex')}`);
  const passwordFile = `${aside}.password`;
  ensurePrivateFolder(aside, place.account);
  writeFileSync(passwordFile, password, { flag: 'wx', mode: 0o600 });
  if (place.account !== undefined) chownSync(passwordFile, place.account.uid, place.account.gid);
  try {
    await runInitdb({ place, binaries, aside, passwordFile });
    renameSync(aside, place.cluster);
    syncFolder(place.root);
  } finally {
    rmSync(passwordFile, { force: true });
    rmSync(aside, { recursive: true, force: true });
  }
}

type Initdb = { place: Place; binaries: Binaries; aside: string; passwordFile: string };

async function runInitdb({ place, binaries, aside, passwordFile }: Initdb): Promise<void> {
  const child = await spawnProgram({
    name: 'initdb',
    arguments: ['-D', aside, '-U', 'wharf', `--pwfile=${passwordFile}`, ...toInitdbOptions(process.platform)],
    binaries,
    account: place.account,
    output: 'pipe',
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString('utf8')));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code !== 0) throw makeStartError(`initdb in ${place.root} ended with ${code ?? signal}`, output);
}

/**
 * The builtin provider sorts by code point, so an index never depends on the system's libc or the bundled ICU 60.
 * LC_CTYPE stays a UTF-8 one where the system has it: with C, full-text search takes every non-ASCII character for
 * a letter.
 */
function toInitdbOptions(platform: NodeJS.Platform): string[] {
  const locale = platform === 'linux' ? 'C.UTF-8' : 'C';
  return [
    '--auth=scram-sha-256',
    '--data-checksums',
    '--encoding=UTF8',
    `--locale=${locale}`,
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
  ];
}

function refuseOtherMajor(cluster: string, made: string, binaries: Binaries): void {
  const ours = binaries.version.split('.')[0];
  if (made === ours) return;
  throw new EmbeddedPostgresError(
    'foreign-data',
    `${cluster} was written by PostgreSQL ${made}, this Wharf brings PostgreSQL ${ours}: start the Wharf version that wrote it and export, or set WHARF_DATA_DIR to a new folder.`,
  );
}

function refuseStrangeFolder(cluster: string): void {
  if (list(cluster).length === 0) return;
  throw new EmbeddedPostgresError(
    'foreign-data',
    `${cluster} holds files but no PostgreSQL database (PG_VERSION is missing): restore it from a backup, or move it away to begin with an empty database.`,
  );
}

/** A killed first start; its initdb may still run and then fails on its own. No cluster of that name ever held data. */
function removeUnfinished(root: string): void {
  for (const name of list(root).filter((entry) => entry.startsWith(UNFINISHED))) {
    rmSync(join(root, name), { recursive: true, force: true, maxRetries: 3 });
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function readMajor(cluster: string): string | undefined {
  return readOrUndefined(join(cluster, 'PG_VERSION'))?.trim();
}

function toPasswordPath(place: Place): string {
  return join(place.root, 'postgres-password');
}

function readPassword(place: Place): string {
  const password = readOrUndefined(toPasswordPath(place))?.trim();
  if (password !== undefined && password !== '') return password;
  throw new EmbeddedPostgresError(
    'password',
    `${toPasswordPath(place)} is missing, and without it the database beside it cannot be opened: restore the file.`,
  );
}

/** The password of a first start that was interrupted serves the next one. */
function readOrMakePassword(place: Place): string {
  const kept = readOrUndefined(toPasswordPath(place))?.trim();
  if (kept !== undefined && kept !== '') return kept;
  const password = randomBytes(24).toString('base64url');
  rmSync(toPasswordPath(place), { force: true });
  writeFileSync(toPasswordPath(place), `${password}\n`, { flag: 'wx', mode: 0o600, flush: true });
  return password;
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
