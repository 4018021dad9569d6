import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expireLeases } from '#kit';
import { openStore, type Store } from '../kit/fixtures/rig.ts';
import { makeOpenWord } from './open-word.ts';
import { keepOpen, readProgress } from './store.ts';

let store: Store;
beforeAll(async () => void (store = await openStore()));
afterAll(() => store.close());

describe('how long webhooks have been taken without a gap', () => {
  const since = (ms: number) =>
    store.rows('update leases set cursor = cursor - $1::bigint where name = $2', [ms, 'webhooks']);
  const lapse = (ago: string) =>
    store.rows(`update leases set expires_at = now() - $1::interval where name = 'webhooks'`, [ago]);
  const readOpenMs = async () => (await readProgress(store.db)).openMs;

  test('is for ever as long as no gateway has ever said so: older ones do not', async () => {
    expect(await readOpenMs()).toBe(Infinity);
  });

  test('counts from the first of them, however many say so, and begins anew after a gap', async () => {
    await keepOpen(store.db, 5_000);
    await since(60_000);
    await keepOpen(store.db, 5_000);
    expect(await readOpenMs()).toBeGreaterThanOrEqual(60_000);
    await lapse('1 ms');
    expect(await readOpenMs()).toBe(0);
    await keepOpen(store.db, 5_000);
    const openMs = await readOpenMs();
    expect(openMs).toBeGreaterThanOrEqual(0);
    expect(openMs).toBeLessThan(60_000);
  });

  test('begins anew with a gateway that starts, however short it was away, and when one has refused a webhook', async () => {
    await keepOpen(store.db, 5_000);
    await since(60_000);
    const word = makeOpenWord(store.db, 5_000);
    await word.say();
    expect(await readOpenMs()).toBeLessThan(60_000);
    await since(60_000);
    await word.say();
    expect(await readOpenMs()).toBeGreaterThanOrEqual(60_000);
    word.refused();
    await word.say();
    expect(await readOpenMs()).toBeLessThan(60_000);
  });

  test('begins anew also when the first word after a refusal did not reach the database', async () => {
    let isAway = false;
    const run: typeof store.db.run = async (...asked) => {
      if (isAway) throw new Error('away');
      return store.db.run(...asked);
    };
    const word = makeOpenWord({ ...store.db, run }, 5_000);
    await word.say();
    await since(60_000);
    word.refused();
    isAway = true;
    await expect(word.say()).rejects.toThrow('away');
    isAway = false;
    await word.say();
    expect(await readOpenMs()).toBeLessThan(60_000);
  });

  test('is no lease of somebody who died: a start that ends those does not make it for ever', async () => {
    await keepOpen(store.db, 5_000);
    await expireLeases(store.db);
    expect(await readOpenMs()).toBeLessThan(Infinity);
  });

  test('is for ever again when nobody has said so for a day: there is no gateway any more', async () => {
    await lapse('25 hours');
    expect(await readOpenMs()).toBe(Infinity);
  });
});
