import { Client } from 'pg';
import { describe, expect, test } from 'vitest';
import { decideSocketFolder, toUrl } from './address.ts';

test.each([
  ['/data/run', 'linux', '/data/run'],
  [`/${'d'.repeat(88)}`, 'linux', `/${'d'.repeat(88)}`],
  [`/${'d'.repeat(89)}`, 'linux', undefined],
  [`/${'ü'.repeat(45)}`, 'linux', undefined],
  ['C:\\data\\run', 'win32', undefined],
] as const)('a socket below %s on %s: %s', (folder, platform, expected) => {
  expect(decideSocketFolder(folder, platform)).toBe(expected);
});

describe('the URL', () => {
  test.each([
    { host: '/data & more/run', port: 5432 },
    { host: '127.0.0.1', port: 54321 },
  ])('of $host is what pg connects to', (address) => {
    const client = new Client({ connectionString: toUrl({ address, password: 'p-_x', database: 'wharf' }) });
    expect(client).toMatchObject({ ...address, user: 'wharf', password: 'p-_x', database: 'wharf' });
  });

  test('can be pointed at another database by changing its path', () => {
    const url = new URL(toUrl({ address: { host: '/run', port: 5432 }, password: 'x', database: 'wharf' }));
    url.pathname = '/other';
    expect(new Client({ connectionString: url.href })).toMatchObject({ host: '/run', database: 'other' });
  });
});
