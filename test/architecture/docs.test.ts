import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { VARIABLES } from '../../packages/server/src/config.ts';
import { ROOT } from './sources.ts';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const PAGES = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'packages/whatsapp/README.md',
  'packages/emulator/README.md',
  'packages/emulator/DIFFERENCES.md',

  ...['docs', 'docs/decisions'].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

describe('Documentation', () => {
  test("the README's table of variables is the one that config.ts reads, with the same defaults", () => {
    const rows = [...read('README.md').matchAll(/^\| `([A-Z_]+)` \| (.+?) \|/gm)].map(
      (match) => [match[1], match[2]] as const,
    );
    expect(rows.map(([name]) => name)).toEqual(Object.keys(VARIABLES));
    const shown = new Map(rows);
    const wrong = Object.entries(VARIABLES).flatMap(([name, schema]) => {
      const parsed = schema.safeParse(undefined);
      const value = parsed.success ? parsed.data : undefined;
      const text = shown.get(name) ?? '';
      if (typeof value !== 'number' && typeof value !== 'string') return [];
      const expected = name.endsWith('_SECONDS') ? Number(value) / 1000 : value;
      return text === `\`${expected}\`` ? [] : [`${name}: README says ${text}, config.ts ${expected}`];
    });
    expect(wrong).toEqual([]);
  });

  test('every link to a file of the repository leads somewhere', () => {
    expect(PAGES.length).toBeGreaterThan(12);
    const broken = PAGES.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)]
        .map((match) => match[1] ?? '')
        .filter((target) => !existsSync(join(ROOT, dirname(page), target)))
        .map((target) => `${page} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('every npm script that a page names exists', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
    const named = PAGES.flatMap((page) =>
      [...read(page).matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? ''),
    );
    expect(named.length).toBeGreaterThan(4);
    expect([...new Set(named)].filter((name) => !scripts.includes(name))).toEqual([]);
  });

  test('every decision has its context, choice and price', () => {
    const pages = PAGES.filter((page) => page.startsWith('docs/decisions/'));
    const lacking = pages.filter(
      (page) =>
        !['Context', 'Choice', 'Price'].every((word) =>
          new RegExp(`\\*\\*${word}\\.?\\*\\*|^#+ ${word}`, 'm').test(read(page)),
        ),
    );
    expect(lacking).toEqual([]);
  });
});
