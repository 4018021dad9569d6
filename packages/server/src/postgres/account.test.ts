import { expect, test } from 'vitest';
import { decideAccount, isPermitted, parsePasswd } from './account.ts';

const ROOT = 'root:x:0:0:root:/root:/bin/bash';
const NOBODY = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin';
const POSTGRES = 'postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash';

test.each([
  ['postgres before nobody', [ROOT, NOBODY, POSTGRES], { name: 'postgres', uid: 101, gid: 104 }],
  ['nobody on a bare system', [ROOT, NOBODY], { name: 'nobody', uid: 65534, gid: 65534 }],
  ['never a postgres that is root', ['postgres:x:0:0::/:/bin/sh', NOBODY], { name: 'nobody', uid: 65534, gid: 65534 }],
])('PostgreSQL runs as %s', (_, lines, expected) => {
  expect(decideAccount(lines.join('\n'))).toEqual(expected);
});

test('a system with neither is told what to do', () => {
  expect(() => decideAccount(ROOT)).toThrow(/as an ordinary user, or set DATABASE_URL/);
});

test("macOS writes nobody's id as -2, and comments and broken lines are skipped", () => {
  const text = ['# comment', '', 'broken:x', 'nobody:*:-2:-2:Unprivileged User:/var/empty:/usr/bin/false'].join('\n');
  expect(parsePasswd(text)).toEqual([{ name: 'nobody', uid: 4294967294, gid: 4294967294 }]);
});

const account = { name: 'postgres', uid: 101, gid: 104 };

test.each([
  ['others may enter', { mode: 0o40711, uid: 0, gid: 0 }, true],
  ['a closed home', { mode: 0o40700, uid: 0, gid: 0 }, false],
  ['its own folder', { mode: 0o40700, uid: 101, gid: 0 }, true],
  ['its own folder without the bit, although others have it', { mode: 0o40077, uid: 101, gid: 0 }, false],
  ["its group's folder", { mode: 0o40750, uid: 0, gid: 104 }, true],
  ['its group without the bit, although others have it', { mode: 0o40705, uid: 0, gid: 104 }, false],
])('permission to enter: %s', (_, file, expected) => {
  expect(isPermitted(file, account, 1)).toBe(expected);
});
