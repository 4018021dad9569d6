import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from './log-file.ts';
import { belongsTo, isAlive } from './processes.ts';
import { readPostmasterFile } from './postmaster-file.ts';

/** A fast shutdown writes one checkpoint of at most 128 MB of buffers; ten seconds is a slow disk. */
const FAST_MS = 10_000;
const IMMEDIATE_MS = 5000;
const POLL_MS = 10;

/**
 * Stops whatever postmaster serves the cluster and waits, at most 15 s, until it is gone. Does nothing when none is
 * left. SIGINT ends sessions and writes a checkpoint; SIGQUIT leaves that to recovery and loses nothing either.
 */
export async function stopServer(cluster: string, log: Log): Promise<void> {
  const pid = readPostmasterFile(cluster)?.pid;
  if (pid === undefined || !isOurs(pid, cluster)) return;
  const began = Date.now();
  process.kill(pid, 'SIGINT');
  if (!(await isGone(pid, cluster, FAST_MS))) {
    log({ pid, waitedMs: FAST_MS }, 'postgres.stop_forced');
    process.kill(pid, 'SIGQUIT');
    if (!(await isGone(pid, cluster, IMMEDIATE_MS))) return log({ pid }, 'postgres.stop_unfinished');
  }
  log({ pid, ms: Date.now() - began }, 'postgres.stopped');
}

async function isGone(pid: number, cluster: string, withinMs: number): Promise<boolean> {
  const until = Date.now() + withinMs;
  while (isOurs(pid, cluster)) {
    if (Date.now() > until) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** A dead process, or another one that has its id by now, gets no signal. */
function isOurs(pid: number, cluster: string): boolean {
  return isAlive(pid) && belongsTo(pid, cluster) !== 'no';
}
