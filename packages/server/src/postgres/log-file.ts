import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { codeOf } from './problem.ts';

/** One line per thing that happened: its facts, then its name. */
export type Log = (fields: Record<string, unknown>, message: string) => void;

/** The log and its one predecessor together stay below twice this. */
const LIMIT_BYTES = 5 * 1024 * 1024;

const TAIL_BYTES = 8192;

/**
 * Opens PostgreSQL's log for appending and returns where this run's lines begin. The caller hands the descriptor to
 * the child, so the file needs no permission of PostgreSQL's user; a planted link is not followed.
 */
export function openLogFile(path: string): { fd: number; from: number } {
  boundLogFile(path);
  const { O_APPEND, O_CREAT, O_WRONLY } = constants;
  const fd = openSync(path, O_APPEND | O_CREAT | O_WRONLY | (constants.O_NOFOLLOW ?? 0), 0o600);
  return { fd, from: fstatSync(fd).size };
}

/**
 * Past the limit the log becomes its predecessor and begins anew. Copied and cut rather than renamed: a running
 * server keeps its descriptor, and because that appends, its next line lands at the start.
 */
export function boundLogFile(path: string, limitBytes = LIMIT_BYTES): void {
  if (sizeOf(path) <= limitBytes) return;
  rmSync(`${path}.1`, { force: true });
  copyFileSync(path, `${path}.1`, constants.COPYFILE_EXCL);
  truncateSync(path, 0);
}

/** The last lines written since `from`, as much as fits into 8 KiB. */
export function readLogTail(path: string, from: number): string {
  const size = sizeOf(path);
  const start = Math.max(size - TAIL_BYTES, Math.min(from, size));
  const buffer = Buffer.alloc(size - start);
  if (buffer.length === 0) return '';
  const fd = openSync(path, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(fd, buffer, 0, buffer.length, start));
  } finally {
    closeSync(fd);
  }
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 0;
    throw error;
  }
}
