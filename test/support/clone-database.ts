import { createHash, randomBytes } from 'node:crypto';
import { Client, escapeIdentifier } from 'pg';

export type TestDatabase = {
  readonly url: string;
  /** Also ends connections that a test left open. */
  drop(): Promise<void>;
};

export type Migrate = (url: string) => Promise<void>;

/** A fresh, migrated database of this server, cloned from a template that the first call makes and all of its name share. */
export async function cloneDatabase(serverUrl: string, template: string, migrate: Migrate): Promise<TestDatabase> {
  const source = `template_${digest(template)}`;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, async (client) => {
    await ensureTemplate({ client, serverUrl, name: source, migrate });
    await client.query(`create database ${escapeIdentifier(name)} template ${escapeIdentifier(source)}`);
  });
  return {
    url: toDatabaseUrl(serverUrl, name),
    drop: () => withClient(serverUrl, (client) => dropDatabase(client, name)),
  };
}

type Template = { client: Client; serverUrl: string; name: string; migrate: Migrate };

/** Vitest runs files in several processes: the first one builds, the others wait on the advisory lock. */
async function ensureTemplate({ client, serverUrl, name, migrate }: Template): Promise<void> {
  await client.query('select pg_advisory_lock(hashtext($1))', [name]);
  try {
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await buildTemplate({ client, serverUrl, name, migrate });
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [name]);
  }
}

/** Renamed when it is whole, so a migration that failed leaves no half template to be cloned. */
async function buildTemplate({ client, serverUrl, name, migrate }: Template): Promise<void> {
  const unfinished = `${name}_unfinished`;
  await dropDatabase(client, unfinished);
  await client.query(`create database ${escapeIdentifier(unfinished)}`);
  await migrate(toDatabaseUrl(serverUrl, unfinished));
  await client.query(`alter database ${escapeIdentifier(unfinished)} rename to ${escapeIdentifier(name)}`);
}

async function dropDatabase(client: Client, name: string): Promise<void> {
  await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`);
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function toDatabaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
