import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import type { Address } from './address.ts';
import { ask } from './ask.ts';
import type { Binaries } from './binaries.ts';
import type { Search, Server } from './find-server.ts';
import { openLogFile, readLogTail } from './log-file.ts';
import { pause } from './pause.ts';
import type { Place } from './place.ts';
import { EmbeddedPostgresError, makeStartError } from './problem.ts';
import { spawnProgram } from './programs.ts';
import { type Settings, toArguments } from './settings.ts';

export type Launch = Search & {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly address: Address;
  readonly settings: Settings;
  readonly logPath: string;
  readonly bystander: number | undefined;
};

const POLL_MS = 20;

/** From the first poll on; recovery answers "not yet" and may take as long as it needs. */
const SILENCE_MS = 60_000;
const NEWS_MS = 10_000;

/** Starts a postmaster and waits until it answers as ours. A failed or aborted start leaves no process behind. */
export async function launchServer(launch: Launch): Promise<Server> {
  const log = openLogFile(launch.logPath);
  const child = await spawnPostmaster(launch, log.fd).finally(() => closeSync(log.fd));
  child.unref();
  const server = await waitUntilReady(child, launch).catch(async (error: unknown) => {
    await endChild(child);
    throw error;
  });
  if (server !== undefined) return server;
  const how = child.signalCode ?? `code ${child.exitCode}`;
  throw makeStartError(`PostgreSQL over ${launch.cluster} ended with ${how}`, readLogTail(launch.logPath, log.from));
}

/**
 * `PG_GRANDPARENT_PID` is how pg_ctl tells the postmaster that this id, found in an old `postmaster.pid`, is no rival.
 * Set only for a process proven dead (a zombie still answers kill) or to be something else (the id was reused after a
 * reboot), it lets PostgreSQL replace its own file, and its check of shared memory still stands.
 */
function spawnPostmaster(launch: Launch, output: number): Promise<ChildProcess> {
  const { binaries, bystander, cluster, place, settings } = launch;
  return spawnProgram({
    name: 'postgres',
    arguments: ['-D', cluster, ...toArguments(settings)],
    binaries,
    account: place.account,
    output,
    ...(bystander !== undefined && { environment: { PG_GRANDPARENT_PID: String(bystander) } }),
  });
}

/** Undefined when the child has ended; its log says why. */
async function waitUntilReady(child: ChildProcess, launch: Launch): Promise<Server | undefined> {
  let silentMs = 0;
  for (let polls = 1; ; polls += 1) {
    await pause(POLL_MS, launch.signal);
    if (hasEnded(child)) return undefined;
    const answer = await ask(launch.address, launch.password);
    if (answer.kind === 'server' && answer.dataFolder === launch.cluster) {
      return { pid: child.pid ?? 0, address: launch.address, client: answer.client, clusterName: answer.clusterName };
    }
    if (answer.kind === 'server') await answer.client.end();
    silentMs = answer.kind === 'silent' ? silentMs + POLL_MS : 0;
    if (answer.kind === 'denied') throw makeDeniedError(launch);
    if (silentMs > SILENCE_MS) throw makeSilentError(launch);
    if ((polls * POLL_MS) % NEWS_MS === 0) launch.log({ pid: child.pid }, 'postgres.recovering');
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Ends a child that is no use: shutdown at once, which recovery repairs, because it never served anybody. */
async function endChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exit = once(child, 'exit');
  child.ref();
  child.kill('SIGQUIT');
  await exit;
}

function makeDeniedError({ place }: Launch): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'password',
    `PostgreSQL does not take the password in ${place.root}/postgres-password: restore the file that belongs to this database.`,
  );
}

function makeSilentError({ address, logPath }: Launch): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'start',
    `PostgreSQL started but nothing answered at ${address.host}:${address.port} for ${SILENCE_MS / 1000} s: see ${logPath}.`,
  );
}
