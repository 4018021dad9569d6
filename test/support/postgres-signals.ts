import { readdirSync, readFileSync } from 'node:fs';

/** Process ids of a process's children, read from /proc. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid);
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

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // A backend may have ended since we looked.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** A server that hangs: it takes connections into its backlog and answers nothing. */
export function freezePostgres(postmaster: number): void {
  signal(postmaster, 'SIGSTOP');
  for (const child of childrenOf(postmaster)) signal(child, 'SIGSTOP');
}

export function thawPostgres(postmaster: number): void {
  for (const child of childrenOf(postmaster)) signal(child, 'SIGCONT');
  signal(postmaster, 'SIGCONT');
}
