import { describe, expect, test } from 'vitest';
import {
  isAllowedAddress,
  isAllowedHost,
  isPublicAddress,
  parseAllowedEntry,
  toAllowedHosts,
} from './address-guard.ts';

const none = toAllowedHosts([]);

describe('a public address', () => {
  test.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.1',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001::1',
    'fc00::1',
    'fd12:3456::1',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '2001:db8::1',
    'not-an-address',
    '',
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false));

  test.each(['1.1.1.1', '8.8.8.8', '172.15.255.255', '172.32.0.0', '100.128.0.0', '2606:4700::1111', '::ffff:8.8.8.8'])(
    'is %s',
    (address) => expect(isPublicAddress(address)).toBe(true),
  );
});

describe('the list of allowed hosts', () => {
  test.each([
    ['10.0.0.0/8', { kind: 'network' }],
    ['fd00::/8', { kind: 'network' }],
    ['Minio.Internal.', { kind: 'host', name: 'minio.internal', port: null }],
    ['minio.internal:9000', { kind: 'host', name: 'minio.internal', port: '9000' }],
    ['127.0.0.1:9000', { kind: 'host', name: '127.0.0.1', port: '9000' }],
    ['::1', { kind: 'host', name: '::1', port: null }],
    ['[::1]:9000', { kind: 'host', name: '::1', port: '9000' }],
    ['[::ffff:10.0.0.1]', { kind: 'host', name: '10.0.0.1', port: null }],
  ])('understands %s', (text, entry) => expect(parseAllowedEntry(text)).toMatchObject(entry));

  test.each(['10.0.0.0/33', '10.0.0/8', 'http://minio', 'minio:0', 'minio:65536', 'a b', 'user@host', '-x', '', '*'])(
    'has no entry %j',
    (text) => expect(parseAllowedEntry(text)).toBeNull(),
  );

  test.each<[string, string, string, boolean]>([
    ['10.0.0.0/8', 'a.test', '10.255.255.255', true],
    ['10.0.0.0/8', 'a.test', '11.0.0.0', true],
    ['10.0.0.0/8', 'a.test', '192.168.0.1', false],
    ['10.0.0.0/8', 'a.test', '::ffff:10.0.0.1', true],
    ['10.0.0.0/8', 'a.test', 'fd00::1', false],
    ['fd00::/8', 'a.test', 'fd00::1', true],
    ['a.test', 'A.test.', '192.168.0.1', true],
    ['a.test', 'b.test', '192.168.0.1', false],
    ['a.test', 'x.a.test', '192.168.0.1', false],
  ])('%s lets %s at %s through: %s', (entry, host, address, expected) =>
    expect(isAllowedAddress(host, address, toAllowedHosts([entry]))).toBe(expected),
  );

  test('localhost needs no resolver to be known as this machine', () => {
    for (const host of ['localhost', 'LOCALHOST.', 'a.localhost', '127.0.0.1', '[::1]', ''])
      expect(isAllowedHost(host, none)).toBe(false);
    expect(isAllowedHost('localhost.', toAllowedHosts(['localhost']))).toBe(true);
    expect(isAllowedHost('localhost', toAllowedHosts(['127.0.0.0/8']))).toBe(true);
    expect(isAllowedHost('localhost', toAllowedHosts(['10.0.0.0/8']))).toBe(false);
    expect(isAllowedHost('shop.example', none)).toBe(true);
  });
});
