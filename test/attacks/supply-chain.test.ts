import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ROOT } from '../support/wharf.ts';
import { attackFunction } from './rig/attack.ts';

// Hashes, exact versions and install scripts are held by test/architecture/supply-chain.test.ts; here are the names.

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly link?: boolean; readonly resolved?: string; readonly integrity?: string }>
  >;
}
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
const nameOf = (path: string): string => path.replace(/^.*node_modules\//, '');
const names = [
  ...new Set(
    Object.entries(lock.packages)
      .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
      .map(([path]) => nameOf(path)),
  ),
];

/** Steps from one word to another: a letter more, less, other, or two changed about. */
function countSteps(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, n) => [n]);
  for (let m = 0; m <= b.length; m++) (rows[0] ?? [])[m] = m;
  const at = (n: number, m: number) => rows[n]?.[m] ?? 99;
  for (let n = 1; n <= a.length; n++)
    for (let m = 1; m <= b.length; m++) {
      const other = a[n - 1] === b[m - 1] ? 0 : 1;
      const turned = a[n - 1] === b[m - 2] && a[n - 2] === b[m - 1] ? at(n - 2, m - 2) + 1 : 99;
      (rows[n] ?? [])[m] = Math.min(at(n - 1, m) + 1, at(n, m - 1) + 1, at(n - 1, m - 1) + other, turned);
    }
  return at(a.length, b.length);
}

/** Names that are often imitated; the libraries for WhatsApp Web among them, whose forks carry most of the malware. */
const IMITATED = [
  'fastify',
  'undici',
  'react',
  'react-dom',
  'vite',
  'vitest',
  'typescript',
  'playwright-core',
  'pg',
  'pino',
  'zod',
  'express',
  'axios',
  'lodash',
  'chalk',
  'baileys',
  '@whiskeysockets/baileys',
  'whatsapp-web.js',
  'libsignal',
  'esbuild',
  'commander',
  'cross-env',
  'dotenv',
  'ioredis',
  'jsonwebtoken',
  'node-fetch',
  'request',
  'semver',
  'socket.io',
  'sharp',
];
/** Close to one of them, and known for what they are. */
const KNOWN: Readonly<Record<string, string>> = {};

attackFunction(48, 'no package is called almost as a well-known one', () => {
  const alike = names.flatMap((name) =>
    IMITATED.filter((known) => known !== name && known.length > 3 && countSteps(known, name) === 1).map(
      (known) => `${name} for ${known}`,
    ),
  );
  expect(alike.filter((pair) => !(pair in KNOWN))).toEqual([]);
});

attackFunction(48, 'the alarm for names that look alike goes off for the usual tricks', () => {
  for (const [real, fake] of [
    ['fastify', 'fastfy'],
    ['axios', 'axois'],
    ['lodash', 'lodahs'],
    ['baileys', 'bailleys'],
    ['zod', 'zodd'],
  ] as const)
    expect(countSteps(real, fake)).toBe(1);
});

attackFunction(
  48,
  'nothing for WhatsApp comes from anywhere but this repository, and no name has letters of another script',
  () => {
    expect(names.filter((name) => /whats|baileys|libsignal|wa-|waba/i.test(name))).toEqual([]);
    expect(names.filter((name) => !/^(@[a-z0-9][\w.-]*\/)?[a-z0-9][\w.-]*$/i.test(name))).toEqual([]);
  },
);

attackFunction(48, 'the lock names no address: no git, no archive, no other registry', () => {
  const odd = Object.entries(lock.packages).filter(([, { resolved, link }]) => link !== true && resolved !== undefined);
  expect(odd.map(([path]) => path)).toEqual([]);
  expect(
    Object.values(lock.packages).filter(({ integrity }) => integrity !== undefined && !integrity.startsWith('sha512-')),
  ).toEqual([]);
});
