import { expect, test } from 'vitest';
import { makeSpawnError, makeStartError, toAdvice } from './problem.ts';

test.each([
  ['FATAL:  could not write lock file "postmaster.pid": No space left on device', 'The disk is full'],
  ['PANIC:  could not write to file "pg_wal/xlogtemp.42": No space left on device', 'The disk is full'],
  ['LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', 'The port was taken'],
  ['FATAL:  data directory "/d" has wrong ownership', 'chown -R'],
  ['initdb: error: could not create directory "/d": Read-only file system', 'set WHARF_DATA_DIR'],
  ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', '200 MB'],
  ['postgres: error while loading shared libraries: libicuuc.so.60: cannot open', 'set DATABASE_URL'],
  ['PANIC:  could not locate a valid checkpoint record at 0/1', 'restore a backup'],
  ['something nobody has seen', 'set DATABASE_URL'],
])('%s leads to "%s"', (output, advice) => {
  expect(toAdvice(output)).toContain(advice);
});

test('a start error carries the last twelve lines and no more', () => {
  const output = Array.from({ length: 30 }, (_, index) => `line ${index}.`).join('\n');
  const { message } = makeStartError('PostgreSQL ended with code 1', output);
  expect(message).toContain('line 18.');
  expect(message).not.toContain('line 17.');
});

test.each([
  ['FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use', 'contended'],
  ['FATAL:  lock file "postmaster.pid" already exists', 'contended'],
  ['FATAL:  could not create any sockets', 'start'],
])('%s is %s', (output, problem) => {
  expect(makeStartError('PostgreSQL ended', output).problem).toBe(problem);
});

test.each([
  ['ENOENT', 'platform', 'musl'],
  ['EACCES', 'unreachable', 'noexec'],
  [undefined, 'platform', 'unknown error'],
])('a program that cannot be spawned for %s is a problem of %s', (code, problem, word) => {
  expect(makeSpawnError('/bin/postgres', code)).toMatchObject({ problem, message: expect.stringContaining(word) });
});
