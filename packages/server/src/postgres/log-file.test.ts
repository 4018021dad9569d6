import {
  closeSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { boundLogFile, openLogFile, readLogTail } from './log-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('the tail begins with this run', () => {
  const path = join(folder, 'postgres.log');
  writeFileSync(path, 'an earlier run\n');
  const { fd, from } = openLogFile(path);
  writeSync(fd, 'this run\n');
  closeSync(fd);
  expect(readLogTail(path, from)).toBe('this run\n');
});

test('past the limit the log begins anew under a writer that stays, and one predecessor is kept', () => {
  const path = join(folder, 'postgres.log');
  const { fd } = openLogFile(path);
  for (const round of ['first', 'second', 'third']) {
    writeSync(fd, round);
    boundLogFile(path, 4);
  }
  writeSync(fd, 'new');
  closeSync(fd);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readFileSync(`${path}.1`, 'utf8')).toBe('third');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a log below the limit is left alone', () => {
  const path = join(folder, 'postgres.log');
  writeFileSync(path, 'short');
  boundLogFile(path, 5);
  expect(existsSync(`${path}.1`)).toBe(false);
});

test('a link put in its place is not followed', () => {
  const target = join(folder, 'target');
  writeFileSync(target, 'precious');
  symlinkSync(target, join(folder, 'postgres.log'));
  expect(() => openLogFile(join(folder, 'postgres.log'))).toThrow('ELOOP');
  expect(readFileSync(target, 'utf8')).toBe('precious');
});
