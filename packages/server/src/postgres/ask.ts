import { realpathSync } from 'node:fs';
import { Client } from 'pg';
import type { Address } from './address.ts';
import { codeOf } from './problem.ts';

/** What is behind an address, from the server's own mouth. */
export type Answer =
  | { readonly kind: 'server'; readonly client: Client; readonly dataFolder: string; readonly clusterName: string }
  /** 57P03: starting, recovering or shutting down; alive in any case. */
  | { readonly kind: 'not-yet' }
  /** A PostgreSQL that does not take our password. */
  | { readonly kind: 'denied' }
  /** Nobody, or nobody who speaks PostgreSQL. */
  | { readonly kind: 'silent' };

/** Connects once as `wharf`. On `server` the caller owns the open connection. */
export async function ask(address: Address, password: string): Promise<Answer> {
  const client = new Client({
    ...address,
    user: 'wharf',
    password,
    database: 'postgres',
    application_name: 'wharf supervisor',
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  // Without a listener a connection that breaks would end the process; the caller learns of it by `end`.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return { kind: 'server', client, ...(await identify(client)) };
  } catch (error) {
    client.end().catch(() => undefined);
    return { kind: toFailure(codeOf(error)) };
  }
}

async function identify(client: Client): Promise<{ dataFolder: string; clusterName: string }> {
  const { rows } = await client.query<{ folder: string; name: string }>(
    "select current_setting('data_directory') as folder, current_setting('cluster_name') as name",
  );
  return { dataFolder: toRealPath(rows[0]?.folder ?? ''), clusterName: rows[0]?.name ?? '' };
}

function toFailure(code = ''): 'not-yet' | 'denied' | 'silent' {
  // 57P03 cannot_connect_now, 53300 too_many_connections: alive. 28xxx wrong password, 42501 not its superuser.
  if (code === '57P03' || code === '53300') return 'not-yet';
  return code.startsWith('28') || code === '42501' ? 'denied' : 'silent';
}

/** A server over a folder that is gone or hidden from us has no real path here, and so is not ours. */
function toRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
