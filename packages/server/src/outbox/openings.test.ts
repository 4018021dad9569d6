import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../kit/fixtures/rig.ts';
import {
  decideOpening,
  type Opening,
  type OpeningBudget,
  peekOpenings,
  pruneOpenings,
  takeOpenings,
  toBudgets,
} from './openings.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  for (const table of ['openings', 'opening_minutes']) await store.rows(`delete from ${table}`);
});

const budgetOf = (limit: number, key = 'portfolio', workspaceId = 'main'): OpeningBudget => ({
  workspaceId,
  key,
  limit,
  name: 'The limit',
});
const take = async (limit: number, people: readonly string[], nowMs = NOW): Promise<Opening[]> => {
  const opened = await takeOpenings(store.db, { budget: budgetOf(limit), people, nowMs });
  return people.flatMap((person) => opened.get(person) ?? []);
};
const granted = async (limit: number, people: readonly string[], nowMs = NOW) =>
  (await take(limit, people, nowMs)).map((one) => one.granted);
const people = (count: number, prefix = 'p') => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

describe("the day's limit of people", () => {
  test('is n, not n + 1', async () => {
    expect((await granted(250, people(250))).every(Boolean)).toBe(true);
    expect(await take(250, ['one more'])).toEqual([{ granted: false, used: 250, freeAt: NOW + 1_441 * MINUTE_MS }]);
  });

  test('counts a person once, however often they are written to', async () => {
    await take(2, ['a', 'b']);
    expect(await granted(2, ['a', 'b', 'a', 'c'])).toEqual([true, true, true, false]);
  });

  test('frees a place a day after the last message to a person, not after the first', async () => {
    await take(1, ['a'], NOW);
    await take(1, ['a'], NOW + 12 * HOUR_MS);
    expect(await granted(1, ['b'], NOW + DAY_MS + 5 * MINUTE_MS)).toEqual([false]);
    expect(await granted(1, ['b'], NOW + 36 * HOUR_MS)).toEqual([false]);
    expect(await granted(1, ['b'], NOW + 36 * HOUR_MS + MINUTE_MS)).toEqual([true]);
  });

  test('of 0 is none, and still counts, for the day a limit comes', async () => {
    await take(0, people(500));
    expect(await granted(500, ['one more'])).toEqual([false]);
  });

  test('belongs to its budget', async () => {
    await take(1, ['a']);
    const other = await takeOpenings(store.db, { budget: budgetOf(1, 'other'), people: ['b'], nowMs: NOW });
    expect(other.get('b')?.granted).toBe(true);
  });

  test('belongs to its workspace: another that names the same portfolio reads and uses up nothing of it', async () => {
    await take(1, ['a']);
    const theirs = { budget: budgetOf(1, 'portfolio', 'other'), people: ['b'], nowMs: NOW };
    const free = { granted: true, used: 0, freeAt: null };
    expect((await peekOpenings(store.db, theirs)).get('b')).toEqual(free);
    expect((await takeOpenings(store.db, theirs)).get('b')).toEqual({ ...free, used: 1 });
    expect(await take(1, ['a', 'c'])).toMatchObject([{ granted: true, used: 1 }, { granted: false }]);
  });

  test('is not exceeded by senders that ask at once', async () => {
    const pool = store.pool(8);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        takeOpenings(pool, { budget: budgetOf(100), people: people(10, `x${n}.`), nowMs: NOW }),
      ),
    );
    expect(answers.flatMap((all) => [...all.values()]).filter((one) => one.granted)).toHaveLength(100);
  });

  test('holds in every window of 24 h, whoever is written to and whenever (I6)', async () => {
    const asks = fc.array(fc.tuple(fc.nat({ max: 11 }), fc.nat({ max: 9 * HOUR_MS })), { minLength: 1, maxLength: 60 });
    const budgets = fc.uuid();
    await fc.assert(
      fc.asyncProperty(asks, fc.integer({ min: 1, max: 5 }), budgets, async (all, limit, key) => {
        const sent: { person: string; at: number }[] = [];
        let nowMs = NOW;
        for (const [who, pause] of all) {
          nowMs += pause;
          const person = `p${who}`;
          const opened = await takeOpenings(store.db, { budget: budgetOf(limit, key), people: [person], nowMs });
          if (opened.get(person)?.granted) sent.push({ person, at: nowMs });
        }
        for (const { at } of sent) {
          const within = sent.filter((one) => one.at >= at && one.at < at + DAY_MS);
          expect(new Set(within.map((one) => one.person)).size).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('can be asked about without being used', async () => {
    await take(2, ['a']);
    const peek = async (who: string) =>
      (await peekOpenings(store.db, { budget: budgetOf(2), people: [who], nowMs: NOW })).get(who);
    expect([await peek('a'), await peek('b'), await peek('b')]).toEqual([
      { granted: true, used: 1, freeAt: null },
      { granted: true, used: 1, freeAt: null },
      { granted: true, used: 1, freeAt: null },
    ]);
    await take(2, ['b']);
    expect([await peek('a'), await peek('c')]).toEqual([
      { granted: true, used: 2, freeAt: null },
      { granted: false, used: 2, freeAt: NOW + 1_441 * MINUTE_MS },
    ]);
  });

  test.each([25 * HOUR_MS, 6 * DAY_MS])(
    'holds though the clock ran %d ms ahead, wrote, swept, and was set back',
    async (aheadMs) => {
      await take(3, ['a', 'b', 'c']);
      await take(3, ['a', 'd'], NOW + aheadMs);
      await pruneOpenings(store.db, NOW + aheadMs);
      expect(await take(3, ['a', 'b', 'c', 'e'], NOW + MINUTE_MS)).toMatchObject([
        { granted: true },
        { granted: true },
        { granted: true },
        { granted: false, used: 4 },
      ]);
    },
  );

  test('forgets who has not been counted for a week, and the minutes of budgets that lie idle', async () => {
    await take(0, ['old'], NOW);
    await take(0, ['new'], NOW + DAY_MS);
    const afterMs = NOW + 8 * DAY_MS + MINUTE_MS;
    expect(await pruneOpenings(store.db, afterMs)).toBe(0);
    expect(await pruneOpenings(store.db, afterMs + MINUTE_MS)).toBe(1);
    expect(await store.rows('select person from openings')).toEqual([{ person: 'new' }]);
    expect(await store.rows('select people from opening_minutes')).toEqual([{ people: 1 }]);
  });
});

describe('in words', () => {
  test.each<[number, Opening, string, RegExp]>([
    [250, { granted: true, used: 3, freeAt: null }, 'allow', /Within The limit: 3 of 250 people/],
    [0, { granted: true, used: 3, freeAt: null }, 'allow', /without a limit/],
    [250, { granted: false, used: 250, freeAt: NOW }, 'defer', /used up \(250 of 250 people in 24 h\)/],
  ])('a limit of %d: %o', (limit, opening, effect, words) => {
    const finding = decideOpening(budgetOf(limit), opening);
    expect([finding.effect, finding.until ?? null]).toEqual([effect, opening.freeAt]);
    expect(finding.text).toMatch(words);
  });
});

describe('the budgets of a channel', () => {
  const channel = { id: 'chn_1', workspaceId: 'main', accountId: 'waba', portfolioId: null, tier: 250, warmUp: null };

  test.each<[string, Partial<typeof channel> | { portfolioId: string } | { accountId: null }, string, number]>([
    ["the account's", {}, 'waba', 250],
    ['the portfolio comes first', { portfolioId: 'pf' }, 'pf', 250],
    ['a channel without an account has its own', { accountId: null }, 'chn_1', 250],
  ])('%s', (_name, more, key, limit) => {
    expect(toBudgets({ ...channel, ...more }, NOW)).toMatchObject([{ workspaceId: 'main', key, limit }]);
  });

  test.each<[number, number | null]>([
    [-1, 10],
    [0, 10],
    [23, 10],
    [24, 50],
    [71, 100],
    [72, null],
  ])('a warm-up holds beside it: after %d h the limit is %s', (hours, limit) => {
    const warmUp = { startedAt: new Date(NOW - hours * HOUR_MS).toISOString(), perDay: [10, 50, 100] };
    const budgets = toBudgets({ ...channel, warmUp }, NOW);
    expect(budgets.map((one) => one.limit)).toEqual(limit === null ? [250] : [limit, 250]);
  });
});
