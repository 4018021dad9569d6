import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestDatabase, withEmptyDatabase } from '../../../../test/support/database.ts';
import { makeColumns } from './columns.ts';
import { type DatabasePool, makePool, statement } from './database.ts';

const ROWS = makeColumns({
  t: 'text',
  u: 'uuid',
  b: 'bigint',
  i: 'int',
  s: 'smallint',
  r: 'real',
  z: 'boolean',
  at: 'timestamptz',
  j: 'jsonb',
  w: 'jsonb text',
});
const BACK = statement(
  'columns_back',
  `select t, u, b, i, s, r, z, at, j, w, ${ROWS.next}::text as next from ${ROWS.from('x')}`,
);

const FULL = {
  t: 'Olá 👋 "quoted" \\ {a,b}',
  u: '01890a5d-ac96-774b-bcce-b302099a8057',
  b: 2 ** 53 - 1,
  i: -(2 ** 31),
  s: 32_767,
  r: 0.5,
  z: true,
  at: new Date('2026-11-21T10:00:00.123Z'),
  j: { a: [1, null, 'é'] },
  w: { b: 2 },
};
const NONE = { t: null, u: null, b: null, i: null, s: null, r: null, z: null, at: null, j: null, w: null };

let database: TestDatabase;
let db: DatabasePool;
beforeAll(async () => {
  database = await withEmptyDatabase();
  db = makePool({ url: database.url, max: 1, name: 'columns', onIdleError: () => undefined });
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

const bring = (rows: Parameters<typeof ROWS.values>[0]) => db.rows(BACK, [...ROWS.values(rows), 'behind']);

test('rows come to PostgreSQL as they are, nulls and what was left out as null', async () => {
  const rows = [{ ...FULL, w: JSON.stringify(FULL.w) }, {}, NONE];
  expect(await bring(rows)).toEqual([FULL, NONE, NONE].map((row) => ({ ...row, next: 'behind' })));
});

test('no rows are no rows', async () => {
  expect(await bring([])).toEqual([]);
});

test.each([
  ['before the year 2000', Date.UTC(1969, 6, 20, 20, 17, 40, 5)],
  ['before 1970, as a Date', new Date(-1)],
  ['far ahead', Date.UTC(2200, 0, 1)],
  ['of ten nines in seconds', 9_999_999_999_000],
  ['as late as a provider’s number of seconds may be', 1e14 - 1_000],
])('a time %s', async (_name, at) => {
  expect(await bring([{ at }])).toMatchObject([{ at: new Date(at) }]);
});

test.each([-1, -(2 ** 32), -(2 ** 53) + 1, 2 ** 32 - 1, 2 ** 32])('the whole number %d', async (b) => {
  expect(await bring([{ b }])).toMatchObject([{ b }]);
});

test('what PostgreSQL cannot store becomes U+FFFD, in texts and within JSON', async () => {
  const bad = 'a\0b\ud800c';
  expect(await bring([{ t: bad, j: { [bad]: bad } }])).toMatchObject([
    { t: 'a\ufffdb\ufffdc', j: { 'a\ufffdb\ufffdc': 'a\ufffdb\ufffdc' } },
  ]);
});

test.each([
  ['a fraction', { i: 1.5 }],
  ['NaN', { b: Number.NaN }],
  ['a number that is too large', { i: 2 ** 31 }],
  ['one beyond exactness', { b: 2 ** 53 }],
  ['a day that is none', { at: new Date(Number.NaN) }],
])('%s is refused, not stored as another', (_name, row) => {
  expect(() => ROWS.values([row])).toThrow(RangeError);
});
