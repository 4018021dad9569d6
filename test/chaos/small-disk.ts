import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A file system of its own, small enough to be filled: an image in the run's folder, mounted by loop device. */
export interface SmallDisk {
  /** Where it is mounted. */
  readonly folder: string;
  readonly image: string;
  freeBytes(): number;
  /** A ballast that leaves so much; 0 leaves not a byte. */
  fill(leaveBytes: number): void;
  /** Takes the ballast away. */
  clear(): void;
  unmount(): void;
}

/** Why there is none here, and what to do for one. */
export interface NoDisk {
  readonly why: string;
}

/** PostgreSQL's log may take 2 GB before it is used again; the image is sparse and costs what is written. */
const SIZE = 4 * 2 ** 30;
const WAY_OUT = 'run it as root on Linux, for example: sudo npm run chaos -- --only disk-low,disk-full';

const run = (command: string, ...args: string[]): void => {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

const toReason = (error: unknown): string => {
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
  return stderr || (error instanceof Error ? error.message : String(error));
};

/** Writes until the disk takes nothing more. */
function writeToTheEnd(path: string): void {
  const fd = openSync(path, 'a');
  try {
    for (let size = 65_536; size >= 1; size = Math.floor(size / 16)) pour(fd, Buffer.alloc(size, 1));
  } finally {
    closeSync(fd);
  }
}

function pour(fd: number, block: Buffer): void {
  for (;;) {
    try {
      writeSync(fd, block);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
      throw error;
    }
  }
}

function toDisk(image: string, folder: string): SmallDisk {
  const ballast = join(folder, 'ballast');
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    folder,
    image,
    freeBytes,
    fill(leaveBytes) {
      const takes = freeBytes() - Math.max(leaveBytes, 1 << 20);
      if (takes > 0) run('fallocate', '-l', String(takes), ballast);
      if (leaveBytes === 0) writeToTheEnd(`${ballast}-rest`);
    },
    clear() {
      rmSync(ballast, { force: true });
      rmSync(`${ballast}-rest`, { force: true });
    },
    unmount: () => run('umount', folder),
  };
}

export function openSmallDisk(parent: string): SmallDisk | NoDisk {
  const [image, folder] = [join(parent, 'disk.img'), join(parent, 'disk')];
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { why: `a file system can only be mounted by root: ${WAY_OUT}` };
  try {
    closeSync(openSync(image, 'w'));
    truncateSync(image, SIZE);
    // Nothing is kept back for root: PostgreSQL is another user and must meet the same end of the disk.
    run('mkfs.ext4', '-q', '-F', '-m', '0', image);
    mkdirSync(folder);
    run('mount', '-o', 'loop', image, folder);
    return toDisk(image, folder);
  } catch (error) {
    rmSync(image, { force: true });
    return { why: `no loop device could be mounted (${toReason(error)}): ${WAY_OUT}` };
  }
}
