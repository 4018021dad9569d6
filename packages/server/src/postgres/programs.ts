import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { makeSpawnError } from './problem.ts';

export type Program = {
  readonly name: 'initdb' | 'postgres';
  readonly arguments: readonly string[];
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where stdout and stderr go: a descriptor, or a pipe to read. */
  readonly output: number | 'pipe';
};

/**
 * Starts one of PostgreSQL's programs as its account. `detached` gives it a process group of its own: Ctrl-C in the
 * terminal reaches Wharf alone, which flushes first and stops PostgreSQL last.
 */
export function spawnProgram(program: Program): Promise<ChildProcess> {
  const path = join(program.binaries.binDir, program.name);
  const child = spawn(path, program.arguments, {
    cwd: '/',
    detached: true,
    env: { ...makeEnvironment(), ...program.environment },
    stdio: ['ignore', program.output, program.output],
    ...(program.account && { uid: program.account.uid, gid: program.account.gid }),
  });
  return new Promise((resolve, reject) => {
    child.once('spawn', () => resolve(child));
    child.once('error', (error: NodeJS.ErrnoException) => reject(makeSpawnError(path, error.code)));
  });
}

/** Nothing of ours leaks in: no PGHOST, no secrets, no LD_PRELOAD. A fixed zone also spares initdb a search of all zones. */
function makeEnvironment(): NodeJS.ProcessEnv {
  if (process.platform === 'win32') return { ...process.env, TZ: 'UTC' };
  return { PATH: '/usr/local/bin:/usr/bin:/bin', TZ: 'UTC' };
}
