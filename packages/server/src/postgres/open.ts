import type { Client } from 'pg';
import { type Address, toUrl } from './address.ts';
import type { Binaries } from './binaries.ts';
import { findServer, type Server } from './find-server.ts';
import { launchServer } from './launch.ts';
import type { Log } from './log-file.ts';
import { pause } from './pause.ts';
import type { Place } from './place.ts';
import { EmbeddedPostgresError, makeStartError } from './problem.ts';
import { assertDurable, isCurrent, type Settings } from './settings.ts';
import { stopServer } from './stop-server.ts';
import type { Watched } from './supervisor.ts';

/** What a running installation is made of, from its first start to its end. */
export type Installation = {
  readonly place: Place;
  readonly binaries: Binaries;
  readonly cluster: string;
  readonly password: string;
  readonly address: Address;
  readonly settings: Settings;
  readonly logPath: string;
  readonly log: Log;
};

export type Opened = {
  readonly pid: number;
  readonly address: Address;
  readonly adopted: boolean;
  readonly watched: Watched;
};

/** Adopts the server that is there, or launches one; resolves when it serves durably and has the database `wharf`. */
export async function open(installation: Installation, signal: AbortSignal): Promise<Opened> {
  return serve(installation, await obtain(installation, signal));
}

/** Like `open`, but a server that turns out to be no use is stopped: a start that fails leaves nothing running. */
export async function openOrStop(installation: Installation, signal: AbortSignal): Promise<Opened> {
  const obtained = await obtain(installation, signal);
  try {
    return await serve(installation, obtained);
  } catch (error) {
    await stopServer(installation.cluster, installation.log);
    throw error;
  }
}

async function serve(installation: Installation, { server, adopted }: Obtained): Promise<Opened> {
  const watched = toWatched(server.client);
  try {
    await ensureDatabase(server.client);
    await assertDurable(toUrl({ address: server.address, password: installation.password, database: 'wharf' }));
    return { pid: server.pid, address: server.address, adopted, watched };
  } catch (error) {
    await watched.release();
    if (error instanceof EmbeddedPostgresError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw makeStartError(`PostgreSQL over ${installation.cluster} refused its first statements`, reason);
  }
}

type Obtained = { readonly server: Server; readonly adopted: boolean };

/** Backends of a killed postmaster end within a statement, and a postmaster just born is still writing its file. */
const CONTENDED_MS = 15_000;

async function obtain(installation: Installation, signal: AbortSignal): Promise<Obtained> {
  for (const began = Date.now(); ; ) {
    try {
      return await adoptOrLaunch(installation, signal);
    } catch (error) {
      const passing = error instanceof EmbeddedPostgresError && error.problem === 'contended';
      if (!passing || Date.now() - began > CONTENDED_MS) throw error;
      await pause(50, signal);
    }
  }
}

async function adoptOrLaunch(installation: Installation, signal: AbortSignal): Promise<Obtained> {
  const found = await findServer({ ...installation, signal });
  if (found.kind === 'running') {
    if (isCurrent(found.server.clusterName, installation.settings)) return { server: found.server, adopted: true };
    await found.server.client.end();
    await stopServer(installation.cluster, installation.log);
  }
  const bystander = found.kind === 'none' ? found.bystander : found.server.pid;
  return { server: await launchServer({ ...installation, signal, bystander }), adopted: false };
}

async function ensureDatabase(client: Client): Promise<void> {
  const { rowCount } = await client.query("select from pg_database where datname = 'wharf'");
  if (rowCount === 0) await client.query('create database wharf');
}

/** The sentinel: the one idle connection whose end is the news. */
function toWatched(client: Client): Watched {
  const ended = new Promise<void>((resolve) => client.once('end', () => resolve()));
  let released: Promise<void> | undefined;
  return { ended, release: () => (released ??= client.end()) };
}
