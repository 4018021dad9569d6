import type { Failure } from '@wharf/whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ok, openSync, type SyncRig } from './fixtures/sync.ts';
import { AT, BODY, listed, quality, status } from './fixtures/templates.ts';
import { type SyncOptions, toRetryMs } from './sync.ts';
import { askSync } from './sync-store.ts';
import { unreachable } from './unreachable.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let rig: SyncRig;
beforeAll(async () => {
  rig = await openSync();
});
afterAll(() => rig.store.close());
beforeEach(() => rig.reset());

const failure = (more: Partial<Failure> = {}): Failure => ({
  kind: 'transient',
  code: 2,
  httpStatus: 500,
  advice: 'It is tried again.',
  error: { code: 2, message: 'Service down' },
  ...more,
});

describe('A sync', () => {
  test('reads an account that is seen for the first time, and stores what Meta lists', async () => {
    expect(await rig.sync.turn()).toBe(1);
    expect(
      await rig.store.one(
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
    expect(await rig.account()).toMatchObject({
      wanted: false,
      synced_at: new Date(AT),
      error: null,
      due_at: new Date(AT + 6 * HOUR),
    });
    expect(rig.log.lines).toMatchObject([{ message: 'templates.synced', listed: 1, added: 1, changed: 0, gone: 0 }]);
  });

  test('comes again after 6 h, not before', async () => {
    await rig.sync.turn();
    rig.clock.advance(6 * HOUR - 1);
    expect(await rig.sync.turn()).toBe(0);
    rig.clock.advance(1);
    expect(await rig.sync.turn()).toBe(1);
    expect(rig.asked).toEqual(['202', '202']);
  });

  test('comes at each start of a process, unless another one has just read', async () => {
    await rig.sync.turn();
    rig.clock.advance(MINUTE);
    expect(await rig.makeSync().turn()).toBe(0);
    rig.clock.advance(1);
    expect(await rig.makeSync().turn()).toBe(1);
  });

  test('comes after an event that needs it, but lets the account rest for 20 s', async () => {
    await rig.sync.turn();
    await rig.store.fold(status('PENDING', { name: 'new_one', templateId: '5' }));
    rig.clock.advance(19_999);
    expect(await rig.sync.turn()).toBe(0);
    rig.clock.advance(1);
    expect(await rig.sync.turn()).toBe(1);
  });

  test('comes at once when somebody asks, also within a backoff', async () => {
    rig.answer = () => failure();
    await rig.sync.turn();
    expect(await rig.sync.turn()).toBe(0);
    expect(await askSync(rig.store.db, { workspaceId: 'main', accountId: '202' })).toBe(1);
    expect(await askSync(rig.store.db, { workspaceId: 'main', accountId: 'nobody' })).toBe(0);
    expect(await askSync(rig.store.db, { workspaceId: 'other', accountId: null })).toBe(0);
    expect(await rig.sync.turn()).toBe(1);
  });

  test('makes history of what has changed, and of nothing else', async () => {
    await rig.sync.turn();
    rig.clock.advance(7 * HOUR);
    const components = [{ type: 'BODY', text: 'Bye' }];
    rig.answer = () =>
      ok(
        listed({
          status: 'PAUSED',
          category: 'MARKETING',
          qualityScore: 'RED',
          components,
          ttlSeconds: 60,
        }),
      );
    await rig.sync.turn();
    rig.clock.advance(7 * HOUR);
    await rig.sync.turn();
    const at = new Date(AT + 7 * HOUR);
    expect(
      await rig.store.rows(
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
    await rig.sync.turn();
    rig.answer = () => ok();
    for (let n = 0; n < 2; n++) {
      rig.clock.advance(7 * HOUR);
      await rig.sync.turn();
    }
    expect(await rig.store.one('select status, gone_at from templates')).toEqual({
      status: 'DELETED',
      gone_at: new Date(AT + 7 * HOUR),
    });
    rig.answer = () => ok(listed());
    rig.clock.advance(7 * HOUR);
    await rig.sync.turn();
    expect(await rig.store.one('select status, gone_at from templates')).toEqual({ status: 'APPROVED', gone_at: null });
    expect(
      (await rig.store.rows(`select to_value from template_changes where field = 'status' order by id`)).map(
        (row) => row['to_value'],
      ),
    ).toEqual(['APPROVED', 'DELETED', 'APPROVED']);
  });

  test('does not undo what a webhook said within the last minute; it asks again 2 min later', async () => {
    await rig.sync.turn();
    rig.clock.advance(HOUR);
    await rig.store.fold({
      event: status('PAUSED', { at: rig.clock.now() - 30_000 }),
      workspaceId: 'main',
      arrivedAt: rig.clock.now(),
    });
    await askSync(rig.store.db, { workspaceId: 'main', accountId: null });
    await rig.sync.turn();
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'PAUSED' });
    rig.clock.advance(2 * MINUTE);
    expect(await rig.sync.turn()).toBe(1);
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'APPROVED' });
  });

  test('does not undo what a webhook says while the list is being read and compared', async () => {
    await rig.sync.turn();
    rig.clock.advance(7 * HOUR);
    const paused = {
      event: status('PAUSED', { at: rig.clock.now() + 1_000 }),
      workspaceId: 'main',
      arrivedAt: rig.clock.now() + 2_000,
    };
    let isTold = false;
    // Between the comparison and its storing.
    const transaction: SyncOptions['db']['transaction'] = async (work) => {
      if (!isTold) await rig.store.fold(paused);
      isTold = true;
      return rig.store.db.transaction(work);
    };
    rig.sync = rig.makeSync({ db: { ...rig.store.db, transaction } });
    rig.answer = () => ok(listed({ status: 'REJECTED', qualityScore: 'RED' }));
    await rig.sync.turn();
    expect(await rig.store.one('select status, quality from templates')).toEqual({ status: 'PAUSED', quality: 'RED' });
    rig.clock.advance(2 * MINUTE);
    expect(await rig.sync.turn()).toBe(1);
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'REJECTED' });
  });

  test('does not call gone what came up within the last minute', async () => {
    rig.answer = () => ok();
    await rig.store.fold(quality('RED', { at: AT - HOUR }));
    await rig.store.rows('update templates set created_at = $1', [new Date(AT - 30_000)]);
    await rig.sync.turn();
    expect(await rig.store.one('select gone_at from templates')).toEqual({ gone_at: null });
    rig.clock.advance(2 * MINUTE);
    await rig.sync.turn();
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'DELETED' });
  });

  test('that fails says so with what Meta said, and backs off: 7.5 s, 15 s, 30 s …, at most 15 min without jitter', async () => {
    rig.answer = () => failure();
    await rig.sync.turn();
    expect(await rig.account()).toMatchObject({
      failures: 1,
      error: 'Service down — It is tried again.',
      error_code: 2,
      synced_at: null,
      retry_at: new Date(AT + 7_500),
    });
    expect(await rig.sync.turn()).toBe(0);
    rig.clock.advance(7_500);
    expect(await rig.sync.turn()).toBe(1);
    expect(await rig.account()).toMatchObject({ failures: 2, retry_at: new Date(AT + 7_500 + 15_000) });
    expect([3, 6, 7, 100].map((failures) => toRetryMs(failures, 0, 0))).toEqual([60_000, 480_000, 900_000, 900_000]);
    expect(toRetryMs(0, HOUR, 0.5)).toBe(HOUR);
    expect(rig.log.said('templates.sync_failed')).toBe(2);
    rig.clock.advance(HOUR);
    rig.answer = () => ok(listed());
    await rig.sync.turn();
    expect(await rig.account()).toMatchObject({
      failures: 0,
      error: null,
      error_code: null,
      synced_at: new Date(rig.clock.now()),
    });
  });

  test('without an access token says what to set', async () => {
    rig.sync = rig.makeSync({ reader: unreachable });
    await rig.sync.turn();
    expect(await rig.account()).toMatchObject({
      error: expect.stringContaining('WHATSAPP_ACCESS_TOKEN'),
      error_code: null,
    });
  });

  test('keeps a template above 2^53 and both listings of one name apart: the deleted one does not count', async () => {
    rig.answer = () =>
      ok(listed({ id: '9007199254740995', status: 'DELETED' }), listed(), listed({ id: '5', language: 'de' }));
    await rig.sync.turn();
    expect(await rig.store.rows('select template_id, language, status from templates order by language')).toEqual([
      { template_id: '5', language: 'de', status: 'APPROVED' },
      { template_id: '9007199254740993', language: 'en_US', status: 'APPROVED' },
    ]);
  });

  test('6,000 templates are stored in one turn', async () => {
    rig.answer = () => ok(...Array.from({ length: 6_000 }, (_, n) => listed({ id: String(n), name: `t_${n}` })));
    await rig.sync.turn();
    expect(await rig.store.one('select count(*)::int as n from templates where synced_at is not null')).toEqual({
      n: 6_000,
    });
  });
});
