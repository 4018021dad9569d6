import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

const LOCK = 7_471_100;

async function readMigrations(folder: string): Promise<{ version: number; name: string; sql: string }[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => ({
      version: Number(name.slice(0, 4)),
      name,
      sql: await readFile(join(folder, name), 'utf8'),
    })),
  );
}

async function applyMigration(
  client: pg.Client,
  migration: { version: number; name: string; sql: string },
): Promise<void> {
  await client.query('begin');
  await client.query(migration.sql);
  await client.query('insert into migrations (version, name) values ($1, $2)', [migration.version, migration.name]);
  await client.query('commit');
}

/**
 * Brings the schema up to date: numbered .sql files, forward only, each in its own transaction, under one advisory
 * lock so that processes starting together do it once. Returns the names applied.
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'wharf-migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(
      'create table if not exists migrations (version int primary key, name text not null, at timestamptz not null default now())',
    );
    const done = new Set(
      (await client.query('select version from migrations')).rows.map((row: { version: number }) => row.version),
    );
    const wanted = (await readMigrations(folder)).filter((migration) => !done.has(migration.version));
    for (const migration of wanted) await applyMigration(client, migration);
    return wanted.map((migration) => migration.name);
  } finally {
    await client.end();
  }
}
