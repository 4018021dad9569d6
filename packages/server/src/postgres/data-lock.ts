import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, EmbeddedPostgresError } from './problem.ts';
import { isAlive, markOf } from './processes.ts';

const FILE = 'wharf.lock';

/** Between creating the file and filling it lie microseconds; one that stays empty this long was left by a crash. */
const EMPTY_LOCK_MS = 500;

type Holder = { readonly pid: number; readonly mark: string | undefined; readonly since: string };

/**
 * One Wharf per data folder. The lock names its process; it is stale once that process is dead or its id belongs to
 * another one, so a killed Wharf blocks nothing. Returns the release.
 */
export async function claimDataLock(folder: string): Promise<() => void> {
  const path = join(folder, FILE);
  const mine = JSON.stringify(describeSelf());
  while (!tryCreate(path, mine)) {
    const found = await readHolder(path);
    if (found.holder !== undefined && isHeld(found.holder)) throw makeHeldError(folder, found.holder);
    removeStale(path, found.text);
  }
  return () => {
    if (readOrUndefined(path) === mine) rmSync(path, { force: true });
  };
}

function describeSelf(): Holder {
  return { pid: process.pid, mark: markOf(process.pid), since: new Date().toISOString() };
}

function isHeld(holder: Holder): boolean {
  return isAlive(holder.pid) && markOf(holder.pid) === holder.mark;
}

/** Created exclusively, so of two that start together one loses; this also refuses to follow a planted link. */
function tryCreate(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o644 });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<{ text: string | undefined; holder: Holder | undefined }> {
  for (let waited = 0; ; waited += 20) {
    const text = readOrUndefined(path);
    const holder = text === undefined ? undefined : parseHolder(text);
    if (text === undefined || holder !== undefined || waited >= EMPTY_LOCK_MS) return { text, holder };
    await delay(20);
  }
}

/**
 * Moved aside before it is deleted: if another start replaced the stale lock since we read it, what we moved is
 * theirs and goes back.
 */
function removeStale(path: string, judged: string | undefined): void {
  if (judged === undefined) return;
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return;
    throw error;
  }
  if (readOrUndefined(aside) === judged) rmSync(aside, { force: true });
  else renameSync(aside, path);
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return undefined;
    const mark = 'mark' in value && typeof value.mark === 'string' ? value.mark : undefined;
    const since = 'since' in value && typeof value.since === 'string' ? value.since : 'unknown';
    return { pid: value.pid, mark, since };
  } catch {
    return undefined;
  }
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function makeHeldError(folder: string, holder: Holder): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'in-use',
    `Another Wharf (process ${holder.pid}, since ${holder.since}) uses ${folder}. Stop it first, or set WHARF_DATA_DIR to another folder.`,
  );
}
