import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../support/wharf.ts';
import { FEATURES, findTraces, takeInventory, WAITING } from './waiting.ts';

const FOLDER = 'test/attacks';
const files = readdirSync(join(ROOT, FOLDER)).filter((name) => name.endsWith('.test.ts'));
const PAGE = readFileSync(join(ROOT, 'docs/attacks.md'), 'utf8');

/** Case numbers by the file that tests them. */
const tested = new Map(
  files.map((name) => {
    const source = readFileSync(join(ROOT, FOLDER, name), 'utf8');
    const cases = [...source.matchAll(/\battack(?:Function)?\(\s*(\d+|'B\d')/g)].map(
      (match) => match[1]?.replaceAll("'", '') ?? '',
    );
    return [name, new Set(cases)] as const;
  }),
);
const isTested = (number: string): boolean => [...tested.values()].some((cases) => cases.has(number));
const isWaiting = (number: string): boolean => WAITING.some((entry) => String(entry.case) === number);

const NUMBERS = [
  ...Array.from({ length: 48 }, (_, n) => String(n + 1)),
  ...Array.from({ length: 7 }, (_, n) => `B${n + 1}`),
];

test('every one of the 48 cases and the abuses below them is tested, or waits for what it attacks', () => {
  expect(tested.size).toBeGreaterThan(10);
  expect(NUMBERS.filter((number) => !isTested(number) && !isWaiting(number))).toEqual([]);
});

test('no case waits for something that is there: write it, and take it off the list', () => {
  const inventory = takeInventory();
  for (const [what, names] of Object.entries(inventory)) expect([what, names.length > 5]).toEqual([what, true]);
  const traces = (Object.keys(FEATURES) as (keyof typeof FEATURES)[]).flatMap((feature) => {
    const found = findTraces(feature, inventory);
    const waits = WAITING.filter((entry) => entry.feature === feature);
    return waits.length === 0 ? [`${feature}: nothing waits for it`] : found.map((name) => `${feature}: ${name}`);
  });
  expect(traces).toEqual([]);
});

test('a feature that comes is seen: by its route, its table, its room, its variable or its package', () => {
  const empty = { operations: [], tables: [], rooms: [], variables: [], packages: [] };
  expect(findTraces('exports', { ...empty, operations: ['post /api/v1/exports'] })).toHaveLength(1);
  expect(findTraces('inboxes', { ...empty, tables: ['inboxes'] })).toHaveLength(1);
  expect(findTraces('a model or agent', { ...empty, rooms: ['agent'] })).toHaveLength(1);
  expect(findTraces('relays and HTTP steps', { ...empty, variables: ['WHARF_RELAY_URL'] })).toHaveLength(1);
  expect(findTraces('a WebSocket or stream', { ...empty, packages: ['ws'] })).toHaveLength(1);
});

test('docs/attacks.md has a row for each case, with the files that test it and what it waits for', () => {
  const rows = new Map([...PAGE.matchAll(/^\| (\d+|B\d) \| .*$/gm)].map((match) => [match[1] ?? '', match[0]]));
  expect(NUMBERS.filter((number) => !rows.has(number))).toEqual([]);
  const wrong = NUMBERS.flatMap((number) => {
    const row = rows.get(number) ?? '';
    const inFiles = [...tested].flatMap(([name, cases]) => (cases.has(number) ? [name.replace('.test.ts', '')] : []));
    const features = WAITING.filter((entry) => String(entry.case) === number).map(({ feature }) => feature);
    return [...inFiles, ...features].filter((word) => !row.includes(word)).map((word) => `${number}: ${word}`);
  });
  expect(wrong).toEqual([]);
});
