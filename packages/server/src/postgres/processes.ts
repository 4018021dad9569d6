import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { codeOf } from './problem.ts';

/**
 * Only ESRCH proves a process dead; EPERM means it lives under another user. A zombie counts as dead: in a container
 * whose first process reaps nothing, a killed postmaster stays one for ever.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
  return readStat(pid)?.state !== 'Z';
}

/**
 * What tells this process from a later one with the same id: boot and start tick on Linux, start time on macOS.
 * Undefined where the system does not say.
 */
export function markOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const started = readStat(pid)?.started;
    return started === undefined ? undefined : `${readText('/proc/sys/kernel/random/boot_id') ?? 'boot'}/${started}`;
  }
  return askPs('lstart', pid);
}

export type Belonging = 'yes' | 'no' | 'unknown';

/**
 * Is this process a server over `cluster`? Every PostgreSQL process works in its data folder, so its working folder
 * is the proof; where that cannot be read, a name other than postgres still proves the contrary.
 */
export function belongsTo(pid: number, cluster: string): Belonging {
  const folder = readLink(`/proc/${pid}/cwd`);
  if (folder !== undefined) return folder === cluster ? 'yes' : 'no';
  const name = readText(`/proc/${pid}/comm`) ?? askPs('comm', pid);
  return name === undefined || name.includes('postgres') ? 'unknown' : 'no';
}

/** Fields 3 and 22 of proc(5) stat, counted after the name, which may itself hold spaces and parentheses. */
function readStat(pid: number): { state: string | undefined; started: string | undefined } | undefined {
  const text = readText(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], started: fields[19] };
}

function askPs(column: string, pid: number): string | undefined {
  if (process.platform === 'win32') return undefined;
  const answer = spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' });
  const text = answer.stdout?.trim();
  return text === '' ? undefined : text;
}

/** Undefined when the process ended meanwhile, belongs to someone else, or the system has no /proc. */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
