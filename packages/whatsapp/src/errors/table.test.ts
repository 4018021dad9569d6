import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../outcome.ts';
import { toErrorDoc } from './doc.ts';
import { ERROR_ROWS, findErrorRow } from './table.ts';

/** Codes by what Meta's documentation says about them, kept apart from the rows so that a slip in either shows. */
const EXPECTED: { readonly [kind in FailureKind]: readonly number[] } = {
  throttled: [4, 613, 80007, 130429, 131056, 131208, 132069, 138002, 138005],
  transient: [133000, 133015, 134101, 138004, 138007, 139102, 139103],
  ambiguous: [1, 2, 131000, 131016, 131057, 133004],
  channel: [0, 3, 10, 33, 190, 200, 250, 299, 368, 131005, 131031, 131037, 131042, 131045, 131048, 133006, 133010],
  permanent: [
    100, 130403, 130472, 130497, 130501, 131008, 131009, 131020, 131021, 131026, 131030, 131041, 131044, 131047, 131049,
    131050, 131051, 131052, 131053, 131055, 131059, 131060, 131062, 131063, 131064, 131201, 131202, 131204, 131207,
    131209, 131210, 131211, 131212, 131213, 131214, 131215, 132000, 132001, 132005, 132007, 132008, 132012, 132015,
    132016, 132018, 132068, 133005, 133008, 133009, 133016, 134011, 134100, 134102, 134103, 135000, 136024, 137000,
    138000, 138001, 138003, 138006, 138009, 138012, 138013, 138014, 138015, 138017, 138018, 138019, 138021, 138023,
    139000, 139001, 139002, 139003, 139004, 139100, 139101, 147001, 147005, 200005, 200006, 200007, 1752041, 2388001,
    2388012, 2388019, 2388023, 2388024, 2388039, 2388040, 2388047, 2388072, 2388073, 2388091, 2388093, 2388103, 2388293,
    2388299, 2494100, 2494164, 2494179, 2494191, 2593079, 2593085, 2593107, 2593108, 2593109,
  ],
};

describe('the error table', () => {
  test.each(Object.entries(EXPECTED).flatMap(([kind, codes]) => codes.map((code) => [code, kind] as const)))(
    '%d is %s',
    (code, kind) => {
      expect(findErrorRow(code)?.kind).toBe(kind);
    },
  );

  test('has no row beyond those expected above', () => {
    const expected = new Set(Object.values(EXPECTED).flat());
    const unexpected = ERROR_ROWS.filter((row) => !expected.has(row.code) || !expected.has(row.codeTo));
    expect(unexpected.map((row) => row.code)).toEqual([]);
  });

  test('gives each code at most one row', () => {
    const overlaps = ERROR_ROWS.filter((row, index) => (ERROR_ROWS[index + 1]?.code ?? Infinity) <= row.codeTo);
    expect(overlaps).toEqual([]);
  });

  test('knows nothing of other codes', () => {
    expect([-1, 5, 199, 300, 131001, 999_999, NaN].map(findErrorRow)).toEqual(Array.from({ length: 7 }, () => null));
  });

  test('names the budget of each throttle of the send path', () => {
    expect([4, 80007, 130429, 131056].map((code) => findErrorRow(code)?.scope)).toEqual([
      'app',
      'account',
      'number',
      'pair',
    ]);
  });

  test.each([130403, 130472, 131026, 131049, 131050, 137000, 138001, 138006])("%d is the person's doing", (code) => {
    expect(findErrorRow(code)?.recipient).toBe(true);
  });

  test.each([
    [131048, { kind: 'channel', alert: true }],
    [131049, { kind: 'permanent', recipient: true, waitMs: 24 * 60 * 60 * 1000 }],
    [131050, { kind: 'permanent', recipient: true }],
    [131057, { kind: 'ambiguous', waitMs: 2 * 60 * 1000 }],
    [132015, { kind: 'permanent', alert: true }],
  ])('%d has exactly the columns %j', (code, columns) => {
    const { code: _code, codeTo: _codeTo, name: _name, advice: _advice, ...found } = findErrorRow(code) ?? {};
    expect(found).toEqual(columns);
  });

  test('waits a day before marketing to a person who had enough', () => {
    expect(findErrorRow(131049)?.waitMs).toBe(24 * 60 * 60 * 1000);
  });

  test('calls a person whenever the channel pauses', () => {
    expect(ERROR_ROWS.filter((row) => row.kind === 'channel' && row.alert !== true)).toEqual([]);
  });

  test('gives every throttle a wait', () => {
    expect(ERROR_ROWS.filter((row) => row.kind === 'throttled' && row.waitMs === undefined)).toEqual([]);
  });

  test('writes advice in whole sentences a person can act on', () => {
    expect(ERROR_ROWS.filter(({ advice }) => !/^[A-Z].{20,240}\.$/.test(advice)).map((row) => row.code)).toEqual([]);
  });

  test('equals its page in docs (rewrite it with node packages/whatsapp/src/errors/write-doc.ts)', () => {
    const page = readFileSync(new URL('../../../../docs/errors-meta.md', import.meta.url), 'utf8');
    expect(page).toBe(toErrorDoc());
  });
});
