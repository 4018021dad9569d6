import { execFileSync } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem, type as osType } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { medianOf } from './load/quantiles.ts';

/** What the figures were taken on. */
export interface Machine {
  readonly system: string;
  readonly cpu: string;
  readonly memory: string;
  readonly disk: string;
  readonly node: string;
  readonly commit: string;
  readonly busyBefore: string;
}

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext4',
  0x01021994: 'tmpfs',
  0x794c7630: 'overlayfs',
  0x9123683e: 'btrfs',
  0x58465342: 'xfs',
  0x2fc12fc1: 'zfs',
};

/** Median of 50 writes of 8 kB, each brought to the disk: the floor under every durable answer. */
function measureFsync(folder: string): number {
  const path = join(folder, 'fsync-probe');
  const fd = openSync(path, 'w');
  const block = Buffer.alloc(8_192, 1);
  const times = Array.from({ length: 50 }, (_, n) => {
    const at = performance.now();
    writeSync(fd, block, 0, block.length, n * block.length);
    fsyncSync(fd);
    return performance.now() - at;
  });
  closeSync(fd);
  rmSync(path);
  return medianOf(times);
}

export interface CpuTimes {
  readonly busyMs: number;
  readonly totalMs: number;
}

/** Of all processors since boot. */
export function readCpuTimes(): CpuTimes {
  const all = cpus().map(({ times }) => times);
  const sum = (pick: (times: (typeof all)[number]) => number): number =>
    all.reduce((total, times) => total + pick(times), 0);
  const busyMs = sum(({ user, nice, sys, irq }) => user + nice + sys + irq);
  return { busyMs, totalMs: busyMs + sum(({ idle }) => idle) };
}

async function measureBusy(): Promise<number> {
  const before = readCpuTimes();
  await pause(2_000);
  const after = readCpuTimes();
  return (after.busyMs - before.busyMs) / (after.totalMs - before.totalMs);
}

function readCommit(): string {
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : ' with changes'}`;
  } catch {
    return 'no git here';
  }
}

export async function describeMachine(folder: string): Promise<Machine> {
  const kind = statfsSync(folder).type;
  return {
    system: `${osType()} ${release()}`,
    cpu: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    memory: `${(totalmem() / 2 ** 30).toFixed(0)} GB`,
    disk: `${FILE_SYSTEMS[kind] ?? `file system 0x${kind.toString(16)}`}, 8 kB written and flushed in ${measureFsync(folder).toFixed(2)} ms (median)`,
    node: process.version,
    commit: readCommit(),
    busyBefore: `${((await measureBusy()) * 100).toFixed(0)} % of all processors busy, load ${loadavg()[0]?.toFixed(1) ?? '?'}, before anything of the bench ran`,
  };
}

interface Stat {
  readonly parent: number;
  readonly ownMs: number;
  /** Of children that have ended. */
  readonly pastMs: number;
}

function readStat(pid: number): Stat | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
    const ticks = (n: number): number => (fields[n] ?? 0) * 10;
    return { parent: fields[1] ?? 0, ownMs: ticks(11) + ticks(12), pastMs: ticks(13) + ticks(14) };
  } catch {
    // It has ended, or this is not Linux.
    return null;
  }
}

/** Processor time of one process so far, in ms; NaN where there is no /proc. */
export const readProcessCpuMs = (pid: number): number => readStat(pid)?.ownMs ?? Number.NaN;

/** Of a server whose processes are children of one: that one and all of them, those that ended too. */
export function readFamilyCpuMs(parent: number): number {
  const root = readStat(parent);
  return listChildren(parent).reduce(
    (sum, pid) => sum + (readStat(pid)?.ownMs ?? 0),
    (root?.ownMs ?? Number.NaN) + (root?.pastMs ?? 0),
  );
}

/** Processes whose parent is this one; none where there is no /proc. */
export function listChildren(parent: number): number[] {
  if (process.platform !== 'linux') return [];
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => readStat(pid)?.parent === parent);
}

/** Resident memory of a process in MB; NaN when it is gone or cannot be asked. */
export function readRssMb(pid: number): number {
  try {
    if (process.platform === 'linux')
      return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** Memory that belongs to one process alone, in MB: of a server's processes, what they share is counted by its owner only. */
export function readPrivateMb(pid: number): number {
  try {
    return Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
