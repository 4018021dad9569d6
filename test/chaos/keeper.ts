import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Environment, ROOT } from '../support/wharf.ts';
import type { Guard, Own } from './own.ts';

/** A Wharf process under the care that a service manager gives: when it ends, whyever, it is started again. */
export interface Kept {
  readonly name: string;
  readonly url: string;
  /** Null between its end and its next start. */
  process(): Own | null;
  /** How often it ended although nobody had stopped it in order. */
  readonly ends: number;
  /** Resolves when it serves. */
  ready(withinMs: number): Promise<void>;
  /** In order; true when it said that all went well. */
  close(): Promise<boolean>;
}

export interface KeeperOptions {
  readonly name: string;
  readonly env: Environment;
  readonly port: number;
  readonly internalPort: number;
  readonly logPath: string;
  readonly guard: Guard;
  readonly onEnd: (name: string, how: string) => void;
}

/** As systemd's RestartSec has it by default. */
const RESTART_MS = 100;
const STOP_MS = 60_000;
/** As `npm start` has it. */
const NODE_ARGS = ['--max-semi-space-size=8', 'packages/server/src/main.ts'];

/** Nothing of the caller's configuration leaks in: a developer's own WHATSAPP_ACCESS_TOKEN must never be used here. */
function toEnvironment(env: Environment): Record<string, string> {
  const { PATH = '', HOME = '/', TMPDIR } = process.env;
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...env };
}

function spawnNode({ env, logPath }: KeeperOptions): ChildProcess {
  const log = openSync(logPath, 'a');
  try {
    // A group of its own: Ctrl-C reaches it through us alone, in order.
    const options = { cwd: ROOT, env: toEnvironment(env), detached: true };
    return spawn(process.execPath, NODE_ARGS, { ...options, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

async function isReady(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`, { signal: AbortSignal.timeout(1_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

export function keep(options: KeeperOptions): Kept {
  const { name, port, internalPort, guard } = options;
  let isClosing = false;
  let ends = 0;
  let current: { readonly child: ChildProcess; readonly own: Own } | null = null;
  let ended: Promise<unknown> = Promise.resolve();

  function start(): void {
    const child = spawnNode(options);
    if (child.pid === undefined) throw new Error(`${name} could not be spawned`);
    current = { child, own: guard.register(child.pid) };
    ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve(bury(code, signal))));
  }
  function bury(code: number | null, signal: NodeJS.Signals | null): void {
    current = null;
    if (isClosing) return;
    ends++;
    options.onEnd(name, signal ?? `code ${code}`);
    setTimeout(() => void (isClosing || start()), RESTART_MS);
  }
  start();

  return {
    name,
    url: `http://127.0.0.1:${port}`,
    process: () => current?.own ?? null,
    get ends() {
      return ends;
    },
    async ready(withinMs) {
      const until = performance.now() + withinMs;
      while (!(await isReady(internalPort))) {
        if (performance.now() > until) throw new Error(`${name} did not serve within ${withinMs / 1000} s`);
        await pause(50);
      }
    },
    async close() {
      isClosing = true;
      if (current === null) return true;
      const { child, own } = current;
      guard.signal(own, 'SIGCONT');
      guard.signal(own, 'SIGTERM');
      const inTime = await Promise.race([ended.then(() => true), pause(STOP_MS, false, { ref: false })]);
      if (!inTime) guard.signal(own, 'SIGKILL');
      await ended;
      return inTime && child.exitCode === 0;
    },
  };
}
