import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { systemClock as clock } from '#kit';
import { until } from '../../../test/support/until.ts';
import { deliver, toMessages } from './fixtures/workers.ts';
import { emptyStore } from './journal/fixtures/deliveries.ts';
import { makeTestLog, openStore, type Store, type TestLog } from './kit/fixtures/rig.ts';
import { toCause } from './worker-handle.ts';
import { startWorkerRole, type WorkerRole } from './worker-role.ts';

const TROUBLE = fileURLToPath(new URL('./fixtures/trouble-reactions.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wharf-thread-'));
process.env['WHARF_TEST_DIR'] = folder;

let store: Store;
let role: WorkerRole | null = null;
beforeAll(async () => void (store = await openStore()));
afterEach(async () => {
  await role?.stop();
  await emptyStore(store);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

interface Started {
  readonly role: WorkerRole;
  readonly log: TestLog;
  readonly deaths: () => number;
}

function start(reactions = TROUBLE): Started {
  const log = makeTestLog();
  let deaths = 0;
  role = startWorkerRole({
    settings: {
      databaseUrl: store.url,
      workspaceId: 'main',
      reactions,
      graceMs: 120_000,
      leaseMs: 10_000,
      media: { place: { folder: join(folder, 'media'), bucket: null }, allowPrivateHosts: [], checkLinks: true },
      meta: null,
      whapi: null,
    },
    clock,
    log,
    db: store.db,
    onSuspect: () => undefined,
    onDeath: () => deaths++,
  });
  return { role, log, deaths: () => deaths };
}

const say = async (from: string, text: string): Promise<void> => {
  await deliver(store.db, clock, [toMessages([{ from, text }])]);
  role?.wake();
};
const replies = async () =>
  (
    await store.rows<{ text: string }>("select preview as text from messages where direction = 'out' order by position")
  ).map((row) => row.text);
const isReplied = (count: number) =>
  until(`${count} are answered`, async () => (await replies()).length >= count, { withinMs: 15_000 });
const held = async () =>
  (await store.rows<{ n: number }>('select count(*)::int as n from leases where expires_at > now()'))[0]?.n;

describe('The worker role', () => {
  test('answers what is in the journal, shows its metrics, and leaves no lease when it stops', async () => {
    const { role, log } = start();
    await role.running;
    await say('491', 'hello');
    await isReplied(1);
    expect([role.state, await held()]).toEqual(['up', expect.toSatisfy((n: number) => n >= 256)]);
    expect(await role.scrape()).toContain('wharf_events_total{kind="message.received"} 1');
    await role.stop();
    expect([role.state, await held()]).toEqual(['stopped', 0]);
    expect(await store.rows('select id from workers')).toEqual([]);
    expect(log.lines).toEqual([]);
    await expect(role.scrape()).rejects.toThrow('there is no worker');
  });

  test.each([
    ['a rejection nobody waits for', 'reject', /^TypeError at .*trouble-reactions\.ts:\d+:\d+/],
    ['an exception of a timer', 'throw', /^TypeError at .*trouble-reactions\.ts:\d+:\d+/],
    ['an end of the process', 'exit', /^it ended by itself with code 3$/],
  ])('that dies of %s starts again by itself, and every message is answered once', async (_, how, reason) => {
    const { role, log, deaths } = start();
    await role.running;
    await say('491', `once ${how}`);
    await until('it is dead', () => !role.isUp);
    await say('492', 'meanwhile');
    await isReplied(2);
    await say('491', 'after');
    await isReplied(3);
    expect((await replies()).toSorted()).toEqual(['re: after', 're: meanwhile', `re: once ${how}`]);
    expect([role.state, deaths()]).toEqual(['up', 1]);
    expect(log.lines).toEqual([
      { level: 'error', message: 'worker.died', pauseMs: 1_000, reason: expect.stringMatching(reason) },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });

  test('that is blocked does not hang who asks for its metrics, and goes on afterwards', async () => {
    const { role } = start();
    await role.running;
    await say('491', 'pause 2000');
    await until('it is blocked', async () => {
      const startedAt = performance.now();
      const answer = await role.scrape().catch((error: unknown) => error);
      expect(performance.now() - startedAt).toBeLessThan(1_500);
      return answer instanceof Error && answer.message === 'the worker did not answer within 1 s';
    });
    await isReplied(1);
    expect(await role.scrape()).toContain('wharf_worker_eventloop_lag_max_seconds');
  });

  test('that is told a thousand times in one go that there is something new is not flooded, and looks', async () => {
    const { role } = start();
    await role.running;
    const post = vi.spyOn(Worker.prototype, 'postMessage');
    for (let n = 0; n < 1_000; n++) role.wake();
    // Whenever it has seen one it may get another, and it looks now and then.
    expect(post.mock.calls.length).toBeLessThan(100);
    await say('491', 'hello');
    await isReplied(1);
    post.mockRestore();
  });

  test('that is stopped before it has begun leaves nothing', async () => {
    const { role } = start();
    await role.stop();
    await expect(role.running).rejects.toThrow('it was still starting');
    expect(await held()).toBe(0);
  });

  test.each<[string, string | null, string]>([
    ['is not there', null, 'WHARF_REACTIONS: there is no file'],
    ['throws', `throw new Error('no list of prices');`, 'no list of prices'],
    [
      'forgets a rejection',
      `void Promise.reject(new Error('no list of prices')); await new Promise(() => {});`,
      'no list of prices',
    ],
    ['ends the process', `process.exit(0);`, 'the worker ended while it started: it ended by itself with code 0'],
    ['describes nothing', 'export default 1;', 'must export a function by default'],
  ])('does not start with a reactions file that %s, and says so', async (name, source, words) => {
    const file = join(folder, `${name.replaceAll(' ', '-')}.mjs`);
    if (source !== null) writeFileSync(file, source);
    const { role, deaths } = start(file);
    await expect(role.running).rejects.toThrow(words);
    await role.stop();
    expect([deaths(), await held()]).toEqual([0, 0]);
  });
});

test.each<[string, unknown, RegExp]>([
  ['an error', new RangeError('hello\n    at the corner'), /^RangeError at .*worker-role\.process\.test\.ts/],
  [
    'an error with a code',
    Object.assign(new Error('x'), { code: 'ERR_WORKER_OUT_OF_MEMORY', stack: '' }),
    /^Error ERR_WORKER_OUT_OF_MEMORY$/,
  ],
  [
    'a code that is none',
    Object.assign(new Error('x'), { code: 'hello there', name: 'hello there', stack: '' }),
    /^Error$/,
  ],
  ['a text', 'hello', /^something was thrown that is no error \(string\)$/],
])('Why a thread died is told without the words of the error: %s', (_, error, told) => {
  expect(toCause(error)).toMatch(told);
  expect(toCause(error)).not.toMatch(/hello|corner/);
});
