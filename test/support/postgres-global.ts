import type { TestProject } from 'vitest/node';
import { startOwnPostgres } from './own-postgres.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of a database that belongs to nobody; tests make their own with `withDatabase`. */
    postgresUrl: string;
  }
}

/** One real PostgreSQL for all tests of a run. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const postgres = await startOwnPostgres();
  project.provide('postgresUrl', postgres.url);
  return () => postgres.stop();
}
