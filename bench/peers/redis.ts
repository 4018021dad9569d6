import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { findFreePort } from '../ports.ts';
import type { Stage } from '../stage.ts';

/** A `redis-server` that can be run, from wherever this machine has it. */
export interface RedisProgram {
  readonly path: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Redis, and the libraries that a machine without it may lack as well. */
const PACKAGES = ['redis-server', 'redis-tools', 'libjemalloc2', 'liblzf1'];
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/wharf-bench/redis', import.meta.url));

function readVersion(path: string, env: NodeJS.ProcessEnv): RedisProgram | null {
  try {
    const text = execFileSync(path, ['--version'], { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'ignore'] });
    return { path, env, version: /v=(\S+)/.exec(text)?.[1] ?? text.trim() };
  } catch {
    return null;
  }
}

function findUnpacked(): RedisProgram | null {
  const lib = join(CACHE, 'root/usr/lib');
  if (!existsSync(lib)) return null;
  const folders = readdirSync(lib).map((name) => join(lib, name));
  return readVersion(join(CACHE, 'root/usr/bin/redis-server'), {
    ...process.env,
    LD_LIBRARY_PATH: folders.join(':'),
  });
}

/** Unpacked, not installed: no service is set up, nothing of the system changes. */
function unpack(): void {
  const download = (): unknown =>
    execFileSync('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', ...PACKAGES], {
      cwd: CACHE,
      stdio: 'ignore',
    });
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(join(CACHE, 'root'), { recursive: true });
  try {
    download();
  } catch {
    // The lists of packages may be missing or old.
    execFileSync('apt-get', ['update'], { stdio: 'ignore' });
    download();
  }
  for (const file of readdirSync(CACHE).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', join(CACHE, file), join(CACHE, 'root')]);
}

/** From PATH or from an earlier run; null when neither has it. */
export const lookUpRedis = (): RedisProgram | null => readVersion('redis-server', process.env) ?? findUnpacked();

/** Fetches it from the system's packages when that is possible; a text says why there is none. */
export function findRedis(): RedisProgram | string {
  const found = lookUpRedis();
  if (found) return found;
  if (!existsSync('/usr/bin/apt-get')) return 'redis-server is not on PATH: install it to measure against its users';
  if (process.getuid?.() !== 0) return 'redis-server is not on PATH: apt-get install redis-server';
  try {
    unpack();
  } catch (error) {
    return `redis-server could not be fetched from the system's packages: ${error instanceof Error ? error.message : String(error)}`;
  }
  return findUnpacked() ?? "redis-server of the system's packages does not run here";
}

export interface RunningRedis {
  readonly pid: number;
  readonly port: number;
  readonly version: string;
  /** `always`: an answer waits for the disk; `everysec`: it is brought there within about a second. */
  setFsync(policy: 'always' | 'everysec'): Promise<void>;
}

/**
 * On the disk that Wharf has, with the append-only file on. It is never rewritten and no snapshots are taken, which would
 * cost a long-lived Redis more than is measured here.
 */
export async function startRedis(stage: Stage, program: RedisProgram): Promise<RunningRedis> {
  const folder = join(stage.folder, 'redis');
  mkdirSync(folder, { recursive: true });
  const port = await findFreePort();
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'always',
    'auto-aof-rewrite-percentage': '0',
    save: '',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(program.path, args, { env: program.env, detached: true, stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const client = new Redis({ port, host: '127.0.0.1', maxRetriesPerRequest: null, retryStrategy: () => 50 });
  // Until it listens, every try fails; the ping waits for one that does not.
  client.on('error', () => {});
  stage.onEnd(async () => {
    client.disconnect();
    child.kill('SIGTERM');
    await gone;
  });
  const timedOut = pause(10_000, null, { ref: false });
  if ((await Promise.race([client.ping(), gone, timedOut])) !== 'PONG') throw new Error('Redis did not start');
  return {
    pid: child.pid ?? 0,
    port,
    version: program.version,
    setFsync: async (policy) => void (await client.config('SET', 'appendfsync', policy)),
  };
}
