import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeTestClock, openStore, type Store } from '../kit/fixtures/rig.ts';
import { makePolicyCache } from './cache.ts';
import { DEFAULT_POLICY, type PolicySettings } from './policy.ts';
import { readPolicy, writePolicy } from './store.ts';

const NOW = Date.UTC(2026, 10, 21);
const strict: PolicySettings = { ...DEFAULT_POLICY, requireOptIn: ['marketing'] };

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(() => store.rows('delete from settings'));

const write = (value: PolicySettings, version: number | null) =>
  writePolicy(store.db, 'main', { value, version, nowMs: NOW });

describe('the settings of the policy', () => {
  test('are the defaults until somebody changes them', async () => {
    expect(await readPolicy(store.db, 'main')).toEqual({ value: DEFAULT_POLICY, version: 0 });
    expect(await write(strict, 0)).toEqual({ value: strict, version: 1 });
    expect(await readPolicy(store.db, 'main')).toEqual({ value: strict, version: 1 });
  });

  test('of an older program get what is new by default', async () => {
    await store.rows(
      `insert into settings (workspace_id, key, value) values ('main', 'policy', '{"requireOptIn": ["utility"]}')`,
    );
    expect((await readPolicy(store.db, 'main')).value).toEqual({ ...DEFAULT_POLICY, requireOptIn: ['utility'] });
  });

  test('two people do not undo each other: an edit names the version it is based on', async () => {
    await write(strict, 0);
    expect(await write(DEFAULT_POLICY, 0)).toBeNull();
    expect(await write(DEFAULT_POLICY, 2)).toBeNull();
    expect((await readPolicy(store.db, 'main')).value).toEqual(strict);
    expect(await write(DEFAULT_POLICY, 1)).toMatchObject({ version: 2 });
    expect(await write(strict, null)).toMatchObject({ version: 3 });
  });

  test('of a version that was never there are not written', async () => {
    expect(await write(strict, 5)).toBeNull();
    expect(await store.rows('select from settings')).toHaveLength(0);
  });

  test('of one of two first edits at once win', async () => {
    const all = await Promise.all([write(strict, 0), write(DEFAULT_POLICY, 0)]);
    expect(all.filter((one) => one !== null)).toHaveLength(1);
  });

  test('belong to their workspace', async () => {
    await write(strict, 0);
    expect((await readPolicy(store.db, 'other')).value).toEqual(DEFAULT_POLICY);
  });
});

describe('in memory', () => {
  test('they are asked for once a second, and again after a failure', async () => {
    const clock = makeTestClock();
    let asked = 0;
    let fails = true;
    const db = {
      ...store.db,
      rows: (...args: Parameters<typeof store.db.rows>) => {
        asked++;
        return fails ? Promise.reject(new Error('Connection terminated')) : store.db.rows(...args);
      },
    } as typeof store.db;
    const cache = makePolicyCache(clock);
    await expect(cache.read(db, 'main')).rejects.toThrow('terminated');
    fails = false;
    expect([await cache.read(db, 'main'), await cache.read(db, 'main'), asked]).toEqual([
      DEFAULT_POLICY,
      DEFAULT_POLICY,
      2,
    ]);
    await write(strict, 0);
    clock.advance(999);
    expect(await cache.read(db, 'main')).toEqual(DEFAULT_POLICY);
    clock.advance(1);
    expect([await cache.read(db, 'main'), asked]).toEqual([strict, 3]);
  });
});
