/**
 * Completes package-lock.json after `npm install` against a registry that does not carry every platform's binaries:
 * npm then leaves those optional packages out of the lock, and `npm ci` refuses the lock for it, on every platform.
 * Each gets the entry it would have had, without a hash; npm skips what is not for its platform before it is fetched.
 */
import { readFileSync, writeFileSync } from 'node:fs';

interface Entry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const OS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'win32',
  'windows',
  'netbsd',
  'openbsd',
  'sunos',
  'aix',
  'openharmony',
  'wasi',
];
const CPU = ['arm64', 'x64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32'];
const NODE_NAMES: Readonly<Record<string, string>> = { windows: 'win32', win: 'win32' };

/** `@scope/binding-linux-x64-musl` → what npm compares with the machine. */
function toPlatform(name: string): Pick<Entry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/@_-]/);
  const os = words.find((word) => OS.includes(word)) ?? (words.includes('win') ? 'win32' : undefined);
  const cpu = words.find((word) => CPU.includes(word));
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return {
    ...(cpu ? { cpu: [cpu] } : {}),
    ...(libc && os === 'linux' ? { libc: [libc] } : {}),
    ...(os && os !== 'wasi' ? { os: [NODE_NAMES[os] ?? os] } : {}),
  };
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Entry> };
const added: string[] = [];
for (const parent of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const platform = toPlatform(name);
    if (lock.packages[path] || !/^\d/.test(version) || !platform.cpu) continue;
    lock.packages[path] = { version, ...(parent.dev ? { dev: true } : {}), optional: true, ...platform };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} platform packages added to package-lock.json`);
