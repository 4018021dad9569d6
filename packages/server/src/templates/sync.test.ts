import { randomBytes } from 'node:crypto';
import type { CallOutcome, Failure, TemplateSummary } from '@wharf/whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeGate, makeTestClock, makeTestLog, type TestClock, type TestLog } from '../kit/fixtures/rig.ts';
import {
  ACCOUNT,
  AT,
  BODY,
  listed,
  openTemplateStore,
  quality,
  status,
  type TemplateStore,
} from './fixtures/templates.ts';
import { makeTemplateSync, type SyncOptions, type TemplateSync, toRetryMs } from './sync.ts';
import { askSync } from './sync-store.ts';
import { unreachable } from './unreachable.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let store: TemplateStore;
let clock: TestClock;
let log: TestLog;
let asked: string[] = [];
let answer: () => CallOutcome<TemplateSummary[]> | Promise<CallOutcome<TemplateSummary[]>>;
let sync: TemplateSync;

const makeSync = (more: Partial<SyncOptions> = {}): TemplateSync =>
  makeTemplateSync({
    db: store.db,
    clock,
    log,
    random: () => 0,
    reader: {
      templates: async (accountId) => {
        asked.push(accountId);
        return answer();
      },
    },
    listAccounts: async () => [ACCOUNT],
    ...more,
  });

const ok = (...value: TemplateSummary[]): CallOutcome<TemplateSummary[]> => ({ kind: 'ok', value });
const failure = (more: Partial<Failure> = {}): Failure => ({
  kind: 'transient',
  code: 2,
  httpStatus: 500,
  advice: 'It is tried again.',
  error: { code: 2, message: 'Service down' },
  ...more,
});

beforeAll(async () => {
  store = await openTemplateStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  await store.clear();
  clock = makeTestClock(AT);
  log = makeTestLog();
  asked = [];
  answer = () => ok(listed());
  sync = makeSync();
});

const account = () =>
  store.one('select wanted, synced_at, failures, error, error_code, retry_at, due_at from template_accounts');

describe('A sync', () => {
  test('reads an account that is seen for the first time, and stores what Meta lists', async () => {
    expect(await sync.turn()).toBe(1);
    expect(
      await store.one(
        'select name, language, status, category, quality, rejected_reason, components, parameter_format, synced_at from templates',
      ),
    ).toEqual({
      name: 'order_note',
      language: 'en_US',
      status: 'APPROVED',
      category: 'UTILITY',
      quality: 'GREEN',
      rejected_reason: null,
      components: BODY,
      parameter_format: 'POSITIONAL',
      synced_at: new Date(AT),
    });
    expect(await account()).toMatchObject({
      wanted: false,
      synced_at: new Date(AT),
      error: null,
      due_at: new Date(AT + 6 * HOUR),
    });
    expect(log.lines).toMatchObject([{ message: 'templates.synced', listed: 1, added: 1, changed: 0, gone: 0 }]);
  });

  test('comes again after 6 h, not before', async () => {
    await sync.turn();
    clock.advance(6 * HOUR - 1);
    expect(await sync.turn()).toBe(0);
    clock.advance(1);
    expect(await sync.turn()).toBe(1);
    expect(asked).toEqual(['202', '202']);
  });

  test('comes at each start of a process, unless another one has just read', async () => {
    await sync.turn();
    clock.advance(MINUTE);
    expect(await makeSync().turn()).toBe(0);
    clock.advance(1);
    expect(await makeSync().turn()).toBe(1);
  });

  test('comes after an event that needs it, but lets the account rest for 20 s', async () => {
    await sync.turn();
    await store.fold(status('PENDING', { name: 'new_one', templateId: '5' }));
    clock.advance(19_999);
    expect(await sync.turn()).toBe(0);
    clock.advance(1);
    expect(await sync.turn()).toBe(1);
  });

  test('comes at once when somebody asks, also within a backoff', async () => {
    answer = () => failure();
    await sync.turn();
    expect(await sync.turn()).toBe(0);
    expect(await askSync(store.db, 'main', '202')).toBe(1);
    expect(await askSync(store.db, 'main', 'nobody')).toBe(0);
    expect(await askSync(store.db, 'other', null)).toBe(0);
    expect(await sync.turn()).toBe(1);
  });

  test('makes history of what has changed, and of nothing else', async () => {
    await sync.turn();
    clock.advance(7 * HOUR);
    const components = [{ type: 'BODY', text: 'Bye' }];
    answer = () =>
      ok(
        listed({
          status: 'PAUSED',
          category: 'MARKETING',
          qualityScore: 'RED',
          components,
          ttlSeconds: 60,
        }),
      );
    await sync.turn();
    clock.advance(7 * HOUR);
    await sync.turn();
    const at = new Date(AT + 7 * HOUR);
    expect(
      await store.rows(
        'select field, from_value as from, to_value as to, source, at from template_changes where recorded_at > $1 order by id',
        [new Date(AT)],
      ),
    ).toEqual([
      { field: 'status', from: 'APPROVED', to: 'PAUSED', source: 'sync', at },
      { field: 'category', from: 'UTILITY', to: 'MARKETING', source: 'sync', at },
      { field: 'quality', from: 'GREEN', to: 'RED', source: 'sync', at },
      { field: 'components', from: BODY, to: components, source: 'sync', at },
      { field: 'ttl', from: null, to: 60, source: 'sync', at },
    ]);
  });

  test('marks what has vanished as gone, once, and takes it back when it is listed again', async () => {
    await sync.turn();
    answer = () => ok();
    for (let n = 0; n < 2; n++) {
      clock.advance(7 * HOUR);
      await sync.turn();
    }
    expect(await store.one('select status, gone_at from templates')).toEqual({
      status: 'DELETED',
      gone_at: new Date(AT + 7 * HOUR),
    });
    answer = () => ok(listed());
    clock.advance(7 * HOUR);
    await sync.turn();
    expect(await store.one('select status, gone_at from templates')).toEqual({ status: 'APPROVED', gone_at: null });
    expect(
      (await store.rows(`select to_value from template_changes where field = 'status' order by id`)).map(
        (row) => row['to_value'],
      ),
    ).toEqual(['APPROVED', 'DELETED', 'APPROVED']);
  });

  test('does not undo what a webhook said within the last minute; it asks again 2 min later', async () => {
    await sync.turn();
    clock.advance(HOUR);
    await store.fold({
      event: status('PAUSED', { at: clock.now() - 30_000 }),
      workspaceId: 'main',
      arrivedAt: clock.now(),
    });
    await askSync(store.db, 'main', null);
    await sync.turn();
    expect(await store.one('select status from templates')).toEqual({ status: 'PAUSED' });
    clock.advance(2 * MINUTE);
    expect(await sync.turn()).toBe(1);
    expect(await store.one('select status from templates')).toEqual({ status: 'APPROVED' });
  });

  test('does not call gone what came up within the last minute', async () => {
    answer = () => ok();
    await store.fold(quality('RED', { at: AT - HOUR }));
    await store.rows('update templates set created_at = $1', [new Date(AT - 30_000)]);
    await sync.turn();
    expect(await store.one('select gone_at from templates')).toEqual({ gone_at: null });
    clock.advance(2 * MINUTE);
    await sync.turn();
    expect(await store.one('select status from templates')).toEqual({ status: 'DELETED' });
  });

  test('that fails says so with what Meta said, and backs off: 7.5 s, 15 s, 30 s …, at most 15 min without jitter', async () => {
    answer = () => failure();
    await sync.turn();
    expect(await account()).toMatchObject({
      failures: 1,
      error: 'Service down — It is tried again.',
      error_code: 2,
      synced_at: null,
      retry_at: new Date(AT + 7_500),
    });
    expect(await sync.turn()).toBe(0);
    clock.advance(7_500);
    expect(await sync.turn()).toBe(1);
    expect(await account()).toMatchObject({ failures: 2, retry_at: new Date(AT + 7_500 + 15_000) });
    expect([3, 6, 7, 100].map((failures) => toRetryMs(failures, 0, 0))).toEqual([60_000, 480_000, 900_000, 900_000]);
    expect(toRetryMs(0, HOUR, 0.5)).toBe(HOUR);
    expect(log.said('templates.sync_failed')).toBe(2);
    clock.advance(HOUR);
    answer = () => ok(listed());
    await sync.turn();
    expect(await account()).toMatchObject({
      failures: 0,
      error: null,
      error_code: null,
      synced_at: new Date(clock.now()),
    });
  });

  test('without an access token says what to set', async () => {
    sync = makeSync({ reader: unreachable });
    await sync.turn();
    expect(await account()).toMatchObject({
      error: expect.stringContaining('WHATSAPP_ACCESS_TOKEN'),
      error_code: null,
    });
  });

  test('is done by one process at a time', async () => {
    const gate = makeGate<CallOutcome<TemplateSummary[]>>();
    answer = () => gate.promise;
    const other = makeSync({ db: store.pool(1) });
    const first = sync.turn();
    await expect.poll(() => asked.length).toBe(1);
    expect(await other.turn()).toBe(0);
    gate.open(ok(listed()));
    expect(await first).toBe(1);
    expect(asked).toEqual(['202']);
  });

  test('of a process that is gone is taken over after 5 min, and what that one read is not stored any more', async () => {
    const gate = makeGate<CallOutcome<TemplateSummary[]>>();
    answer = () => gate.promise;
    const first = sync.turn();
    await expect.poll(() => asked.length).toBe(1);
    clock.advance(5 * MINUTE);
    answer = () => ok(listed({ status: 'PAUSED' }));
    expect(await makeSync({ db: store.pool(1) }).turn()).toBe(1);
    gate.open(ok(listed({ status: 'APPROVED' })));
    await first;
    expect(await store.one('select status from templates')).toEqual({ status: 'PAUSED' });
    expect(log.said('templates.claim_lost')).toBe(1);
  });

  test('asked for while one runs comes after it', async () => {
    const gate = makeGate<CallOutcome<TemplateSummary[]>>();
    answer = () => gate.promise;
    const first = sync.turn();
    await expect.poll(() => asked.length).toBe(1);
    await askSync(store.db, 'main', null);
    gate.open(ok(listed()));
    await first;
    clock.advance(20_000);
    expect(await sync.turn()).toBe(1);
  });

  test('that is stopped in the middle of a reading leaves it to the next process at once', async () => {
    const gate = makeGate<CallOutcome<TemplateSummary[]>>();
    answer = () => gate.promise;
    const running = sync.run();
    await expect.poll(() => asked.length).toBe(1);
    await sync.stop();
    answer = () => ok(listed());
    expect(await makeSync({ db: store.pool(1) }).turn()).toBe(1);
    gate.open(ok());
    await running;
    expect(await store.one('select status from templates')).toEqual({ status: 'APPROVED' });
  });

  test('whose answer cannot be stored is a failure like another, and told', async () => {
    answer = () => ok(listed({ name: randomBytes(6_000).toString('base64') }));
    await expect(sync.turn()).rejects.toThrow('index row');
    expect(await account()).toMatchObject({ failures: 1, error: expect.stringContaining('could not be stored') });
    clock.advance(HOUR);
    answer = () => ok(listed());
    expect(await sync.turn()).toBe(1);
  });

  test('keeps a template above 2^53 and both listings of one name apart: the deleted one does not count', async () => {
    answer = () =>
      ok(listed({ id: '9007199254740995', status: 'DELETED' }), listed(), listed({ id: '5', language: 'de' }));
    await sync.turn();
    expect(await store.rows('select template_id, language, status from templates order by language')).toEqual([
      { template_id: '5', language: 'de', status: 'APPROVED' },
      { template_id: '9007199254740993', language: 'en_US', status: 'APPROVED' },
    ]);
  });

  test('6,000 templates are stored in one turn', async () => {
    answer = () => ok(...Array.from({ length: 6_000 }, (_, n) => listed({ id: String(n), name: `t_${n}` })));
    await sync.turn();
    expect(await store.one('select count(*)::int as n from templates where synced_at is not null')).toEqual({
      n: 6_000,
    });
  });
});
