import { defineConfig } from 'vitest/config';

/** Tests beside the code that start and kill processes or threads of their own. */
const PROCESSES = 'packages/**/*.process.test.ts';
const POSTGRES = ['test/support/postgres-global.ts'];

/**
 * Four suites: `unit` beside the code (a minute), `simulation` of whole worlds on virtual time (four minutes), `attacks`, what
 * strangers try at a running program (two minutes), and `system` over whole processes (minutes).
 */
export default defineConfig({
  test: {
    // Half of a test's time is PostgreSQL's, so also the last processor is worth a worker.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          pool: 'threads',
          include: [
            'packages/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
            'test/architecture/**/*.test.ts',
            'test/chaos/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', PROCESSES],
          globalSetup: POSTGRES,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'simulation',
          include: ['test/simulation/**/*.test.ts'],
          globalSetup: POSTGRES,
          testTimeout: 300_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'attacks',
          include: ['test/attacks/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'system',
          include: [PROCESSES, 'test/system/**/*.test.ts'],
          globalSetup: POSTGRES,
          testTimeout: 300_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
