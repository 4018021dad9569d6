import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../kit/fixtures/rig.ts';
import { task, VIEW } from './fixtures/tasks.ts';
import type { Result, Task } from './run.ts';
import {
  claimQuarantined,
  claimReplayed,
  claimTasks,
  countQuarantined,
  quarantineRow,
  replayTask,
  settleResults,
  storeTasks,
} from './store.ts';

let store: Store;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  for (const table of ['reaction_tasks', 'reaction_runs', 'quarantine', 'conversations'])
    await store.rows(`delete from ${table}`);
});

const NOW = Date.UTC(2026, 10, 21, 12);
const result = (of: Task, more: Partial<Result> = {}): Result => ({
  task: of,
  outcome: 'done',
  intents: [],
  notes: [],
  tookMs: 3,
  error: null,
  notBefore: null,
  ...more,
});
const ERROR = { reason: 'Error: no price\u0000', stack: 'Error: no price\n  at \ud800' };
const settle = (...results: Result[]) => store.db.transaction((tx) => settleResults(tx, results, NOW));
const tasks = () =>
  store.rows<{ position: number; attempts: number; deaths: number }>(
    'select position, attempts, deaths from reaction_tasks order by position',
  );
const runs = () => store.rows('select position, state, attempts, error, notes from reaction_runs order by position');

describe('tasks', () => {
  test('come back as they were stored, in journal order, with the owner of the conversation now', async () => {
    await store.rows(
      `insert into conversations (id, workspace_id, channel_id, contact_id, lane, address, owner) values ('cnv_1', 'main', 'chn_1', 'con_1', 'a', '{}', 'person')`,
    );
    const [one, two] = [task({ lane: 'b' }), task({ view: { ...VIEW, conversationId: null, ownerEpoch: null } })];
    await storeTasks(store.db, [two, one]);
    await storeTasks(store.db, [one]);
    const claimed = await claimTasks(store.db, [1], []);
    expect(claimed).toMatchObject([
      {
        position: one.position,
        eventId: one.event.id,
        lane: 'b',
        conversationId: 'cnv_1',
        messageId: 'msg_1',
        owner: 'person',
        ownerEpoch: 0,
        attempts: 1,
      },
      { position: two.position, conversationId: null, owner: 'bot', ownerEpoch: null },
    ]);
    expect(await claimTasks(store.db, [2, 3], [2])).toEqual([]);
  });

  test('a claim of what was abandoned counts a death for the head of each lane only: those behind it are innocent', async () => {
    const [a1, a2, b1] = [task({ lane: 'a' }), task({ lane: 'a' }), task({ lane: 'b' })];
    const other = task({ lane: 'a', channelId: 'chn_2' });
    const elsewhere = task({ lane: 'z', shard: 2 });
    await storeTasks(store.db, [a1, a2, b1, other, elsewhere]);
    await claimTasks(store.db, [1, 2], [1]);
    await claimTasks(store.db, [1, 2], [1]);
    expect((await tasks()).map((row) => row.deaths)).toEqual([2, 0, 2, 2, 0]);
  });
});

describe('results', () => {
  test('of finished runs take the task away and leave the run, with its notes', async () => {
    const one = task();
    await storeTasks(store.db, [one]);
    await settle(result(one, { notes: [{ name: 'mood\u0000', data: { '\ud800': '👍' } }] }));
    expect(await tasks()).toEqual([]);
    expect(await runs()).toEqual([
      {
        position: one.position,
        state: 'done',
        attempts: 1,
        error: null,
        notes: [{ name: 'mood\ufffd', data: { '\ufffd': '👍' } }],
      },
    ]);
  });

  test('of failed runs keep the task for its next try', async () => {
    const one = task();
    await storeTasks(store.db, [one]);
    await settle(result(one, { outcome: 'retry', error: ERROR, notBefore: NOW + 200 }));
    expect(await tasks()).toMatchObject([{ attempts: 2 }]);
    expect(await store.rows('select not_before from reaction_tasks')).toEqual([{ not_before: new Date(NOW + 200) }]);
    expect(await runs()).toMatchObject([{ state: 'retrying', attempts: 1, error: 'Error: no price\ufffd' }]);
  });

  test('of the same task in one batch: the last word counts', async () => {
    const one = task();
    await storeTasks(store.db, [one]);
    await settle(result(one, { outcome: 'retry', error: ERROR, notBefore: NOW }), result({ ...one, attempts: 2 }));
    expect(await tasks()).toEqual([]);
    expect(await runs()).toMatchObject([{ state: 'done', attempts: 2, error: null }]);
  });

  test('of hopeless runs go to quarantine whole: reason, stack, attempts and the task itself', async () => {
    const one = task({ attempts: 4 });
    await storeTasks(store.db, [one]);
    await settle(result(one, { outcome: 'quarantine', error: ERROR }));
    expect(await tasks()).toEqual([]);
    expect(
      await store.rows(
        'select position, event_id, kind, stage, reaction, reason, stack, attempts, state from quarantine',
      ),
    ).toEqual([
      {
        position: one.position,
        event_id: one.event.id,
        kind: 'message.received',
        stage: 'reaction',
        reaction: 'handlers',
        reason: 'Error: no price\ufffd',
        stack: 'Error: no price\n  at \ufffd',
        attempts: 4,
        state: 'open',
      },
    ]);
    expect(await countQuarantined(store.db)).toBe(1);
  });

  test('none is none', async () => {
    await settle();
    await storeTasks(store.db, []);
    expect(await runs()).toEqual([]);
  });
});

describe('replay', () => {
  const quarantined = async () => {
    const one = task({ attempts: 4 });
    await storeTasks(store.db, [one]);
    await claimTasks(store.db, [1], [1]);
    await settle(result(one, { outcome: 'quarantine', error: ERROR }));
    const [entry] = await store.rows<{ id: string }>('select id from quarantine');
    return { one, id: entry?.id ?? '' };
  };

  test('puts the task back as new, once, for whoever holds its shard', async () => {
    const { one, id } = await quarantined();
    const replay = () =>
      store.db.transaction(async (tx) => {
        const entry = await claimQuarantined(tx, id, 'replayed');
        if (entry) await replayTask(tx, id);
        return entry;
      });
    expect(await replay()).toEqual({ stage: 'reaction', position: one.position });
    expect(await replay()).toBeNull();
    expect(await claimReplayed(store.db, [2])).toEqual([]);
    expect(await claimReplayed(store.db, [1])).toMatchObject([
      { position: one.position, eventId: one.event.id, attempts: 1, deaths: 0 },
    ]);
    expect(await claimReplayed(store.db, [1])).toEqual([]);
    expect(await countQuarantined(store.db)).toBe(0);
  });

  test('two people at once: one of them does it', async () => {
    const { id } = await quarantined();
    const claims = await Promise.all([
      claimQuarantined(store.db, id, 'replayed'),
      claimQuarantined(store.db, id, 'discarded'),
    ]);
    expect(claims.filter((claim) => claim !== null)).toHaveLength(1);
  });

  test('an event that could not even be folded has no task, only its place', async () => {
    await quarantineRow(
      store.db,
      { workspaceId: 'main', position: 5, eventId: 'e', kind: 'message.received' },
      new RangeError('bad\u0000'),
      NOW,
    );
    const [entry] = await store.rows<{ id: string; reason: string }>('select id, reason, stage from quarantine');
    expect(entry).toMatchObject({ stage: 'fold', reason: 'RangeError: bad\ufffd' });
    expect(await claimQuarantined(store.db, entry?.id ?? '', 'discarded')).toEqual({ stage: 'fold', position: 5 });
    await replayTask(store.db, entry?.id ?? '');
    expect(await tasks()).toEqual([]);
    expect(await claimQuarantined(store.db, 'qua_unknown', 'replayed')).toBeNull();
  });
});
