/**
 * The guard. Signals go only to processes that this run started itself: Node processes are registered when they are
 * spawned, a PostgreSQL is one whose working folder is a cluster within the run's own folder. A process id alone is never
 * believed, for the system gives ids again: the time of its start has to be the same, too.
 */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { readPostmasterFile } from '../../packages/server/src/postgres/postmaster-file.ts';
import { belongsTo, isAlive, markOf } from '../../packages/server/src/postgres/processes.ts';

export interface Own {
  readonly pid: number;
  readonly mark: string;
}

export interface Guard {
  /** A process that was just spawned. */
  register(pid: number): Own;
  /** The postmaster over this cluster; null when none lives. Throws for a cluster outside of the run's folder. */
  postmaster(cluster: string): Own | null;
  /** Processes of this postmaster; empty when it is gone. */
  backends(postmaster: Own, cluster: string): Own[];
  /** True when it was sent; false when the process had ended by itself. Throws for a process that is not ours. */
  signal(own: Own, name: NodeJS.Signals): boolean;
}

function parentOf(pid: number): number | null {
  try {
    // pid (name) state ppid …; the name may hold anything, so what follows its last bracket is read.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return null;
  }
}

const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid);

export function makeGuard(folder: string): Guard {
  const root = realpathSync(folder) + sep;
  const known = new Map<number, string>();

  function register(pid: number): Own {
    const mark = markOf(pid);
    if (pid <= 1 || pid === process.pid || mark === undefined) throw new Error(`Process ${pid} cannot be watched`);
    known.set(pid, mark);
    return { pid, mark };
  }
  const isIn = (cluster: string): boolean => `${realpathSync(cluster)}${sep}`.startsWith(root);
  const registerPostgres = (pid: number, cluster: string): Own[] =>
    isAlive(pid) && belongsTo(pid, realpathSync(cluster)) === 'yes' ? [register(pid)] : [];

  return {
    register,
    postmaster(cluster) {
      if (!isIn(cluster)) throw new Error(`${cluster} is not within this run's folder: nothing there is touched`);
      const pid = readPostmasterFile(cluster)?.pid;
      return pid === undefined ? null : (registerPostgres(pid, cluster)[0] ?? null);
    },
    backends: (postmaster, cluster) =>
      childrenOf(postmaster.pid).flatMap((pid) => (isIn(cluster) ? registerPostgres(pid, cluster) : [])),
    signal({ pid, mark }, name) {
      if (known.get(pid) !== mark) throw new Error(`Process ${pid} was not started by this run: no signal is sent`);
      if (!isAlive(pid) || markOf(pid) !== mark) return false;
      process.kill(pid, name);
      return true;
    },
  };
}
