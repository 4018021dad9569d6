/**
 * The real program as a child process: started from its sources as `npm start` does, killed, paused, stopped. What it
 * wrote is kept, and is part of every failure's message.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './until.ts';

export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export type Environment = Readonly<Record<string, string>>;

export interface Wharf {
  readonly pid: number;
  /** Base of the public listener, without a slash at its end. */
  readonly url: string;
  readonly internalUrl: string;
  /** From the moment the process was asked for until it said that it runs. */
  readonly readyMs: number;
  /** All that it wrote to both streams. */
  output(): string;
  readonly hasEnded: boolean;
  /** kill -9: nothing is tidied up, and PostgreSQL runs on. */
  kill(): Promise<void>;
  /** Stops in order; resolves with the exit code (null: a signal ended it). */
  stop(signal?: 'SIGTERM' | 'SIGINT'): Promise<number | null>;
  /** A paused process keeps its sockets and its leases, and does nothing. */
  pause(): void;
  resume(): void;
}

export interface Launch {
  readonly env: Environment;
  /** `npm`: as a newcomer types it, in a process group of its own like a terminal's. Default: the program itself. */
  readonly by?: 'node' | 'npm';
}

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 45_000;
/** A log line is about 200 bytes: enough for a whole run, bounded for one that went wild. */
const KEEP_CHARACTERS = 4_000_000;

/** Nothing of the caller's configuration leaks in: a developer's own WHATSAPP_ACCESS_TOKEN must never be used here. */
function toEnvironment(env: Environment): Record<string, string> {
  const { PATH = '', HOME = '/', TMPDIR } = process.env;
  return { PATH: `${join(ROOT, 'node_modules/.bin')}:${PATH}`, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...env };
}

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
}

function spawnWharf({ env, by = 'node' }: Launch): Running {
  const [command, args] = by === 'npm' ? ['npm', ['start']] : [process.execPath, ['packages/server/src/main.ts']];
  const child = spawn(command, args, {
    cwd: ROOT,
    env: toEnvironment(env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const keep = (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-KEEP_CHARACTERS);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('close', (code) => resolve(code));
    child.once('error', reject);
  });
  return { child, output: () => text, ended };
}

/** The end of the output, for a failure's message. */
export const toTail = (output: string, lines = 60): string => output.split('\n').slice(-lines).join('\n');

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** The whole group, as a terminal's Ctrl-C reaches npm, its shell and the program alike. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined && !hasEnded(child)) process.kill(-child.pid, signal);
}

async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function toHandle(
  { child, output, ended }: Running,
  urls: { url: string; internalUrl: string; readyMs: number },
): Wharf {
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    signalGroup(child, signal);
    return within(STOP_WITHIN_MS, `Stopping with ${signal}`, ended).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${toTail(output())}`);
    });
  };
  return {
    pid: child.pid ?? 0,
    ...urls,
    output,
    get hasEnded() {
      return hasEnded(child);
    },
    kill: async () => void (await end('SIGKILL')),
    stop: (signal = 'SIGTERM') => end(signal),
    pause: () => signalGroup(child, 'SIGSTOP'),
    resume: () => signalGroup(child, 'SIGCONT'),
  };
}

/** What the banner says behind a name, for example `Sign in`. */
export function readBanner(output: string, name: string): string | null {
  return new RegExp(`^ {2}${name} +(\\S+)$`, 'm').exec(output)?.[1] ?? null;
}

/** Starts the program and waits until it says that it runs; throws with its output when it ends or hangs instead. */
export async function launchWharf(launch: Launch): Promise<Wharf> {
  const startedAt = performance.now();
  const running = spawnWharf(launch);
  const { child, output } = running;
  try {
    await until('Wharf runs', () => hasEnded(child) || /^ {2}Next: /m.test(output()), { withinMs: READY_WITHIN_MS });
    if (hasEnded(child)) throw new Error(`Wharf ended with ${child.exitCode ?? child.signalCode}`);
  } catch (error) {
    signalGroup(child, 'SIGKILL');
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${toTail(output())}`, { cause: error });
  }
  return toHandle(running, {
    url: readBanner(output(), 'Dashboard') ?? '',
    internalUrl: (readBanner(output(), 'Metrics') ?? '').replace(/\/metrics$/, ''),
    readyMs: performance.now() - startedAt,
  });
}

/** Starts the program where it must not come up: its exit code and all that it wrote. */
export async function launchInVain(launch: Launch): Promise<{ code: number | null; output: string }> {
  const running = spawnWharf(launch);
  try {
    return { code: await within(READY_WITHIN_MS, 'A start that must fail', running.ended), output: running.output() };
  } finally {
    signalGroup(running.child, 'SIGKILL');
  }
}
