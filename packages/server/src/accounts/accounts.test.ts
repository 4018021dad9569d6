import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Clock, type DatabasePool, makePool, migrate, statement } from '#kit';
import { withDatabase } from '../../../../test/support/database.ts';
import { type Accounts, makeAccounts, type OpenedSession } from './accounts.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations', import.meta.url));
const DAY_MS = 86_400_000;

const clock = ((): Clock & { advance(ms: number): void } => {
  let nowMs = Date.UTC(2026, 10, 21);
  return { now: () => nowMs, elapsed: () => nowMs, after: () => () => undefined, advance: (ms) => void (nowMs += ms) };
})();

let db: DatabasePool;
let drop: () => Promise<void>;
/** A process of its own: nothing remembered. */
const restart = (workspaceId = 'main'): Accounts => makeAccounts({ db, clock, workspaceId });
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const rowsOf = <T extends object>(sql: string) => db.rows<T>(statement(`test ${sql}`, sql));

beforeAll(async () => {
  const database = await withDatabase(async (url) => void (await migrate(url, MIGRATIONS)), `api ${MIGRATIONS}`);
  db = makePool({ url: database.url, max: 4, name: 'test', onIdleError: () => undefined });
  drop = async () => {
    await db.close();
    await database.drop();
  };
});
afterAll(() => drop());
beforeEach(async () => {
  await rowsOf('delete from sessions');
  await rowsOf('delete from api_keys');
});

async function signIn(accounts: Accounts, key: string, address = '10.0.0.1'): Promise<string> {
  const opened: OpenedSession = await accounts.openSession({ key, address });
  if (!opened.ok) throw new Error('the key was not taken');
  return opened.setCookie.split(';', 1)[0] ?? '';
}

describe('the key of an installation', () => {
  test('is made by the first start, told once and stored only as a digest', async () => {
    const { created } = await restart().ensureKey(null);
    expect(created).toMatch(/^wharf_[\w-]{43}$/);
    expect(await restart().ensureKey(null)).toEqual({ created: null });
    expect(await restart().authenticate(bearer(created ?? ''))).toMatchObject({ workspaceId: 'main', via: 'key' });
    const [row] = await rowsOf<{ text: string }>('select api_keys::text as text from api_keys');
    expect(row?.text).not.toContain(created?.slice(6));
  });

  test('is made once, also by processes that start together', async () => {
    const made = await Promise.all([restart(), restart(), restart()].map((accounts) => accounts.ensureKey(null)));
    expect(made.filter(({ created }) => created !== null)).toHaveLength(1);
  });

  test('that is configured works from the first start, and nothing is made', async () => {
    expect(await restart().ensureKey('my-key')).toEqual({ created: null });
    expect(await restart().ensureKey('my-key')).toEqual({ created: null });
    expect(await restart().authenticate(bearer('my-key'))).not.toBeNull();
    expect(await rowsOf('select 1 from api_keys')).toHaveLength(1);
  });

  test('that is configured anew ends the one before, with its sessions, and leaves others alone', async () => {
    const { created } = await restart().ensureKey(null);
    await restart().ensureKey('old-key');
    const cookie = await signIn(restart(), 'old-key');
    await restart().ensureKey('new-key');
    expect(await restart().authenticate(bearer('old-key'))).toBeNull();
    expect(await restart().authenticate({ cookie })).toBeNull();
    expect(await restart().authenticate(bearer('new-key'))).not.toBeNull();
    expect(await restart().authenticate(bearer(created ?? ''))).not.toBeNull();
    await restart().ensureKey('old-key');
    expect(await restart().authenticate(bearer('old-key'))).not.toBeNull();
  });
});

describe('signing in', () => {
  beforeEach(async () => void (await restart().ensureKey('my-key')));

  test.each([
    ['nothing', {}],
    ['a wrong key', bearer('my-keys')],
    ['an empty key', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: 'Basic my-key' }],
    ['a key as cookie', { cookie: 'wharf_session=my-key' }],
    ['other cookies', { cookie: 'a=b; wharf_sessions=x; =; wharf_session=' }],
  ])('needs more than %s', async (_what, headers) => {
    expect(await restart().authenticate(headers)).toBeNull();
  });

  test('by cookie works after a restart and among other cookies', async () => {
    const cookie = await signIn(restart(), 'my-key');
    expect(cookie).toMatch(/^wharf_session=[\w-]{43}$/);
    expect(await restart().authenticate({ cookie: `a=b; ${cookie}; c=d` })).toMatchObject({
      workspaceId: 'main',
      via: 'session',
    });
    expect(await restart().authenticate(bearer(cookie.split('=')[1] ?? ''))).toBeNull();
  });

  test('sets a cookie that scripts and other sites do not get', async () => {
    const opened = await restart().openSession({ key: 'my-key', address: 'a' });
    expect(opened).toMatchObject({
      setCookie: expect.stringMatching(/; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/),
    });
  });

  test('lasts 30 days after the last use', async () => {
    const cookie = await signIn(restart(), 'my-key');
    clock.advance(20 * DAY_MS);
    expect(await restart().authenticate({ cookie })).not.toBeNull();
    clock.advance(20 * DAY_MS);
    expect(await restart().authenticate({ cookie })).not.toBeNull();
    clock.advance(30 * DAY_MS + 1);
    expect(await restart().authenticate({ cookie })).toBeNull();
    await signIn(restart(), 'my-key');
    expect(await rowsOf('select 1 from sessions')).toHaveLength(1);
  });

  test('ends at once with signing out', async () => {
    const accounts = restart();
    const cookie = await signIn(accounts, 'my-key');
    expect(await accounts.authenticate({ cookie })).not.toBeNull();
    expect(await accounts.closeSession(cookie)).toMatch(/^wharf_session=; .*Max-Age=0$/);
    expect(await accounts.authenticate({ cookie })).toBeNull();
    expect(await accounts.closeSession(undefined)).toMatch(/Max-Age=0/);
  });

  test('by a revoked key ends within five seconds', async () => {
    const accounts = restart();
    expect(await accounts.authenticate(bearer('my-key'))).not.toBeNull();
    await rowsOf('update api_keys set revoked_at = now()');
    expect(await accounts.authenticate(bearer('my-key'))).not.toBeNull();
    clock.advance(5_000);
    expect(await accounts.authenticate(bearer('my-key'))).toBeNull();
  });
});

describe('guessing keys', () => {
  beforeEach(async () => void (await restart().ensureKey('my-key')));

  test('is slowed down for the address after ten wrong ones, the right one included', async () => {
    const accounts = restart();
    const attempt = (key: string, address: string) => accounts.openSession({ key, address });
    for (let n = 0; n < 10; n++) expect(await attempt(`guess ${n}`, 'bad')).toEqual({ ok: false, retryAfterMs: null });
    expect(await attempt('my-key', 'bad')).toEqual({ ok: false, retryAfterMs: 6_000 });
    expect((await attempt('my-key', 'good')).ok).toBe(true);
    clock.advance(6_000);
    expect((await attempt('my-key', 'bad')).ok).toBe(true);
  });

  test('side by side gains nothing', async () => {
    const accounts = restart();
    const all = await Promise.all(
      Array.from({ length: 30 }, (_, n) => accounts.openSession({ key: `guess ${n}`, address: 'bad' })),
    );
    expect(all.filter((opened) => !opened.ok && opened.retryAfterMs === null)).toHaveLength(10);
  });

  test('does not count those who sign in', async () => {
    const accounts = restart();
    for (let n = 0; n < 25; n++)
      expect((await accounts.openSession({ key: 'my-key', address: 'office' })).ok).toBe(true);
  });
});
