import { inject } from 'vitest';
import { cloneDatabase, type Migrate, type TestDatabase } from './clone-database.ts';

export type { Migrate, TestDatabase } from './clone-database.ts';

/**
 * A fresh, migrated database for one test file:
 *
 *     const database = await withDatabase(migrate);
 *     afterAll(() => database.drop());
 *
 * `migrate` runs once per test run: its result is kept as a template, and each call clones that (about 40 ms). It must
 * have closed its connections when it resolves. Which template is meant is read off the source text of `migrate`, so
 * pass `template` when that text says too little, as in `(url) => run(url, steps)`.
 */
export const withDatabase = (migrate: Migrate, template?: string): Promise<TestDatabase> =>
  cloneDatabase(inject('postgresUrl'), template ?? `${migrate.name}\n${migrate.toString()}`, migrate);

/** A fresh database with nothing in it. */
export function withEmptyDatabase(): Promise<TestDatabase> {
  return withDatabase(async () => undefined, 'empty');
}
