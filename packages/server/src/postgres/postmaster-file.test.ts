import { expect, test } from 'vitest';
import { parsePostmasterFile } from './postmaster-file.ts';

const whole = ['6309', '/data/postgres', '1795246941', '5432', '/data/run', '', '  2147558        12', 'ready   ', ''];

test.each([
  ['a server on a socket', whole, { pid: 6309, address: { host: '/data/run', port: 5432 } }],
  [
    'a server on loopback',
    whole.with(4, '').with(5, '127.0.0.1'),
    { pid: 6309, address: { host: '127.0.0.1', port: 5432 } },
  ],
  [
    'a server on all addresses',
    whole.with(4, '').with(5, '*'),
    { pid: 6309, address: { host: '127.0.0.1', port: 5432 } },
  ],
  ['a server that listens nowhere', whole.with(4, ''), { pid: 6309, address: undefined }],
  ['a postmaster just born', whole.slice(0, 3), { pid: 6309, address: undefined }],
  ['a stand-alone backend', ['-6309', '/data/postgres'], { pid: 6309, address: undefined }],
  ['an empty file', [''], undefined],
  ['nonsense', ['hello', 'there'], undefined],
])('postmaster.pid of %s', (_, lines, expected) => {
  expect(parsePostmasterFile(lines.join('\n'))).toEqual(expected);
});
