import type { Client } from 'pg';
import type { Address } from './address.ts';
import { type Answer, ask } from './ask.ts';
import type { Log } from './log-file.ts';
import { pause } from './pause.ts';
import { EmbeddedPostgresError } from './problem.ts';
import { belongsTo, isAlive } from './processes.ts';
import { readPostmasterFile } from './postmaster-file.ts';

/** A postmaster process, its address, and the open connection whose end tells of its death. */
export type Server = {
  readonly pid: number;
  readonly address: Address;
  readonly client: Client;
  readonly clusterName: string;
};

export type Search = {
  /** The cluster's real path. */
  readonly cluster: string;
  readonly password: string;
  readonly signal: AbortSignal;
  readonly log: Log;
};

export type Found =
  | { readonly kind: 'running'; readonly server: Server }
  /** Nothing serves this cluster. `bystander` has the id of its dead postmaster: a zombie, or some other process. */
  | { readonly kind: 'none'; readonly bystander: number | undefined };

/** How long a live process that owns the cluster may stay silent, for instance while its shutdown writes everything. */
const SILENCE_MS = 60_000;
const POLL_MS = 20;
const NEWS_MS = 10_000;

/**
 * Looks for a postmaster that a killed Wharf left over this cluster. What `postmaster.pid` says is only a hint: the
 * server itself is asked for its data folder. The file is never deleted; PostgreSQL judges it when it starts.
 */
export async function findServer(search: Search): Promise<Found> {
  const began = Date.now();
  for (let reports = 0; ; ) {
    const waited = Date.now() - began;
    const file = readPostmasterFile(search.cluster);
    if (file === undefined) return { kind: 'none', bystander: undefined };
    const answer: Answer = file.address === undefined ? { kind: 'silent' } : await ask(file.address, search.password);
    if (answer.kind === 'server' && answer.dataFolder === search.cluster) {
      return { kind: 'running', server: toServer({ pid: file.pid, address: file.address, answer }) };
    }
    if (answer.kind === 'server') await answer.client.end();
    if (answer.kind !== 'not-yet') {
      const verdict = judgeSilent(search, { pid: file.pid, denied: answer.kind === 'denied', waited });
      if (verdict !== 'wait') return verdict;
    }
    if (waited > (reports + 1) * NEWS_MS) {
      reports += 1;
      search.log({ pid: file.pid, waitedMs: waited }, 'postgres.waiting');
    }
    await pause(POLL_MS, search.signal);
  }
}

type Quiet = { readonly pid: number; readonly denied: boolean; readonly waited: number };

/** The recorded process does not present itself as ours: is it dead, someone else, or ours and busy? */
function judgeSilent({ cluster }: Search, { pid, denied, waited }: Quiet): Found | 'wait' {
  if (!isAlive(pid)) return { kind: 'none', bystander: pid };
  const belonging = belongsTo(pid, cluster);
  if (belonging === 'no') return { kind: 'none', bystander: pid };
  if (denied && belonging === 'yes') throw makePasswordError(cluster, pid);
  if (waited < SILENCE_MS) return 'wait';
  if (belonging === 'unknown') return { kind: 'none', bystander: undefined };
  throw new EmbeddedPostgresError(
    'in-use',
    `The PostgreSQL process ${pid} owns ${cluster} but has not answered for ${SILENCE_MS / 1000} s: kill -INT ${pid} and start again.`,
  );
}

type Running = { pid: number; address: Address | undefined; answer: Answer & { kind: 'server' } };

/** An answer from a process that is not in our process table comes out of another container on the same volume. */
function toServer({ pid, address, answer }: Running): Server {
  if (address !== undefined && isAlive(pid)) {
    return { pid, address, client: answer.client, clusterName: answer.clusterName };
  }
  answer.client.end().catch(() => undefined);
  throw new EmbeddedPostgresError(
    'in-use',
    `A PostgreSQL in another container (process ${pid} there) serves ${answer.dataFolder}: stop that container, or give this one a volume of its own.`,
  );
}

function makePasswordError(cluster: string, pid: number): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'password',
    `The PostgreSQL (process ${pid}) over ${cluster} does not take the password in postgres-password beside it: restore that file.`,
  );
}
