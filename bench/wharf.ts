import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { toNumberId } from './load/people.ts';
import { findFreePort } from './ports.ts';
import { killPostgres } from './postgres.ts';
import type { Stage } from './stage.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MAIN = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url));
const VERIFY_TOKEN = 'bench-verify-token';
export const API_KEY = 'bench-api-key-of-one-run-0123456789abcdef';
const ACCOUNT = '102290129340398';

/** A running Wharf: the program as `npm start` runs it, on an empty embedded PostgreSQL of its own. */
export interface Wharf {
  readonly pid: number;
  readonly port: number;
  /** Where it tells of its health. */
  readonly internalPort: number;
  readonly dataDir: string;
  /** From its beginning to the first answer that says it is up. */
  readonly startMs: number;
  /** Rejects when the process ends although nobody stopped it. */
  readonly crashed: Promise<never>;
  stop(): Promise<void>;
  /** SIGKILL for Node and for all of PostgreSQL, as if the power had gone. */
  kill(): Promise<void>;
}

export interface WharfOptions {
  /** Its data folder is made in here; one that is there already is gone on with. */
  readonly folder: string;
  readonly name: string;
  readonly roles: 'all' | 'gateway';
  readonly secret: string;
  readonly graphPort: number;
  readonly numberId: string;
  /** Extra arguments for Node, for example `--cpu-prof`. */
  readonly nodeArgs: readonly string[];
  /** Says whether it is up; default: the webhook's handshake is answered. Asked every `pollMs`. */
  readonly isUp?: (port: number) => Promise<boolean>;
  readonly pollMs?: number;
  /** Told how to end it as soon as it runs, so that an interrupted start leaves nothing behind. */
  readonly onEnd: (end: () => Promise<void>) => void;
}

async function toEnvironment(
  options: WharfOptions,
  dataDir: string,
): Promise<{ port: number; internalPort: number; env: NodeJS.ProcessEnv }> {
  const [port, internalPort] = [await findFreePort(), await findFreePort()];
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    PORT: String(port),
    INTERNAL_PORT: String(internalPort),
    WHARF_DATA_DIR: dataDir,
    WHARF_ROLES: options.roles,
    WHARF_LOG_LEVEL: 'warn',
    WHATSAPP_GRAPH_URL: `http://127.0.0.1:${options.graphPort}`,
    WHATSAPP_APP_SECRET: options.secret,
    WHATSAPP_VERIFY_TOKEN: VERIFY_TOKEN,
    WHATSAPP_ACCESS_TOKEN: 'bench-access-token',
    WHATSAPP_PHONE_NUMBER_ID: options.numberId,
    WHATSAPP_BUSINESS_ACCOUNT_ID: ACCOUNT,
    WHARF_API_KEY: API_KEY,
  };
  return { port, internalPort, env };
}

async function isServing(port: number): Promise<boolean> {
  const query = `hub.mode=subscribe&hub.verify_token=${VERIFY_TOKEN}&hub.challenge=42`;
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/webhooks/whatsapp?${query}`);
    return answer.ok && (await answer.text()) === '42';
  } catch {
    // Not listening yet.
    return false;
  }
}

const readTail = (path: string): string => readFileSync(path, 'utf8').split('\n').slice(-25).join('\n');

/** A first start may have to build the web pages, which takes half a minute on a small machine. */
const START_MS = 120_000;
const STOP_MS = 60_000;

/** Node's own options in `npm start`: measured is what people run. */
function readStartArgs(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}

/** What is the same for every Wharf of a run. */
export const onStage = (
  stage: Stage,
  nodeArgs: readonly string[],
): Pick<WharfOptions, 'folder' | 'secret' | 'graphPort' | 'numberId' | 'nodeArgs' | 'onEnd'> => ({
  folder: stage.folder,
  secret: stage.secret,
  graphPort: stage.graph.ready.port,
  numberId: toNumberId(0),
  nodeArgs,
  onEnd: stage.onEnd,
});

export async function startWharf(options: WharfOptions): Promise<Wharf> {
  const dataDir = join(options.folder, options.name);
  mkdirSync(dataDir, { recursive: true });
  // PostgreSQL's own user has to get in when the bench is run by root.
  chmodSync(dataDir, 0o755);
  const logPath = join(options.folder, `${options.name}.log`);
  const log = openSync(logPath, 'a');
  const { port, internalPort, env } = await toEnvironment(options, dataDir);
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...readStartArgs(), ...options.nodeArgs, MAIN], {
    cwd: ROOT,
    env,
    detached: true,
    stdio: ['ignore', log, log],
  });
  let isStopping = false;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const crashed = gone.then((): Promise<never> => {
    // Ended because it was told to: nobody is to learn of a crash, ever.
    if (isStopping) return new Promise(() => {});
    throw new Error(`Wharf (${options.name}) ended by itself. Its last words:\n${readTail(logPath)}`);
  });
  // Whoever waits for it learns of a crash; while nobody does, it must not end the bench unasked.
  crashed.catch(() => {});

  async function stop(): Promise<void> {
    isStopping = true;
    child.kill('SIGTERM');
    const ended = await Promise.race([gone.then(() => true), pause(STOP_MS, false, { ref: false })]);
    if (!ended) child.kill('SIGKILL');
    await gone;
  }

  async function kill(): Promise<void> {
    isStopping = true;
    child.kill('SIGKILL');
    await killPostgres(dataDir);
    await gone;
  }

  options.onEnd(stop);
  const { isUp = isServing, pollMs = 100 } = options;
  const deadline = performance.now() + START_MS;
  while (!(await Promise.race([isUp(port), crashed]))) {
    if (performance.now() > deadline) {
      await stop();
      throw new Error(`Wharf (${options.name}) did not start within ${START_MS / 1000} s:\n${readTail(logPath)}`);
    }
    await pause(pollMs);
  }
  const startMs = performance.now() - startedAt;
  return { pid: child.pid ?? 0, port, internalPort, dataDir, startMs, crashed, stop, kill };
}
