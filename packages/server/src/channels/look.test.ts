import type { CallOutcome, Failure } from '@wharf/whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeTestClock, makeTestLog, openStore, type Store, type TestClock } from '../kit/fixtures/rig.ts';
import { lookAtChannels, toNextLook, wantLooks } from './look.ts';
import {
  type Channel,
  changeChannel,
  ensureChannel,
  type Learned,
  listChannels,
  pauseChannel,
  pruneAlerts,
  resumeChannel,
} from './store.ts';

const refused: Failure = {
  kind: 'channel',
  code: 190,
  httpStatus: 401,
  advice: 'The token has expired.',
  error: { code: 190 },
};
const ok = (value: Learned): CallOutcome<Learned> => ({ kind: 'ok', value });

let store: Store;
let clock: TestClock;
let answer: CallOutcome<Learned> | null;
const asked: string[] = [];

beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());
beforeEach(async () => {
  clock = makeTestClock();
  answer = ok({ mps: 80, canSend: 'AVAILABLE' });
  asked.length = 0;
  for (const table of ['channels', 'alerts']) await store.rows(`delete from ${table}`);
  await connect('chn_1', '106');
});

async function connect(id: string, externalId: string, more: Partial<Channel> = {}): Promise<void> {
  const shop = { workspaceId: 'main', provider: 'meta', accountId: '202', name: 'Shop', phone: null } as const;
  await ensureChannel(store.db, { ...shop, id, externalId, ...more });
  await store.rows('update channels set look_at = $1 where id = $2', [new Date(clock.now()), id]);
}
const look = () =>
  lookAtChannels({
    db: store.db,
    clock,
    log: makeTestLog(),
    ask: async ({ id }) => {
      asked.push(id);
      return answer;
    },
  });
const channel = async (id = 'chn_1') => (await listChannels(store.db)).find((one) => one.id === id);
const fall = async (pauses = 0) => {
  await store.rows(
    `update channels set state = 'paused', paused_by = 'error', state_reason = 'The token has expired.', pauses = $1, look_at = $2`,
    [pauses, new Date(clock.now())],
  );
  await store.rows(
    `insert into alerts (id, workspace_id, channel_id, kind, detail) values ('alr_1', 'main', 'chn_1', 'channel_paused', 'x')`,
  );
};
const openAlerts = async () => (await store.rows('select from alerts where ended_at is null')).length;

describe('a look at a channel', () => {
  test('learns what the provider says, when it is due and every six hours then', async () => {
    await look();
    await look();
    expect([asked, (await channel())?.learned]).toEqual([['chn_1'], { mps: 80, canSend: 'AVAILABLE' }]);
    clock.advance(6 * 3_600_000 - 1);
    await look();
    expect(asked).toHaveLength(1);
    clock.advance(1);
    await look();
    expect(asked).toHaveLength(2);
  });

  test('that fails keeps what was known, and says why', async () => {
    await look();
    answer = refused;
    clock.advance(6 * 3_600_000);
    await look();
    expect((await channel())?.learned).toMatchObject({ mps: 80, problem: 'The token has expired.' });
    expect(await channel()).toMatchObject({ state: 'active' });
  });

  test.each<[string, CallOutcome<Learned> | null]>([
    ['refused', refused],
    ['told that it is blocked', ok({ canSend: 'BLOCKED' })],
    ['told that it is banned', ok({ status: 'BANNED' })],
    ['not answered, as with Whapi.Cloud', null],
  ])('leaves a paused channel paused when it is %s', async (_name, said) => {
    await fall();
    answer = said;
    await look();
    expect([await channel(), await openAlerts()]).toMatchObject([{ state: 'paused', pausedBy: 'error' }, 1]);
  });

  test('resumes a channel that was paused for an error and is well again; its alert ends', async () => {
    await fall();
    await look();
    expect([await channel(), await openAlerts()]).toMatchObject([
      { state: 'active', stateReason: null, pausedBy: null },
      0,
    ]);
  });

  test('never resumes what a person has paused', async () => {
    await pauseChannel(store.db, 'chn_1', 'Holidays');
    await look();
    expect(await channel()).toMatchObject({ state: 'paused', stateReason: 'Holidays', pausedBy: 'person' });
    expect(await resumeChannel(store.db, 'chn_1')).toMatchObject({ state: 'active' });
  });

  test('comes soon after a first fall, and ever more rarely after others', () => {
    const next = (pauses: number) => toNextLook({ pauses, pausedMs: 0 }) / 1_000;
    expect([0, 1, 2, 7, 99].map(next)).toEqual([30, 60, 120, 3_600, 3_600]);
    expect(toNextLook(null)).toBe(6 * 3_600_000);
  });

  test('that finds a channel no better is followed by one twice as late, up to an hour', async () => {
    await fall();
    const fellAt = clock.now();
    await store.rows('update channels set paused_at = $1, look_at = $2', [new Date(fellAt), new Date(fellAt + 30_000)]);
    answer = refused;
    const seconds: number[] = [];
    for (let n = 0; n < 4 * 3_600; n += 10) {
      clock.advance(10_000);
      const before = asked.length;
      await look();
      if (asked.length > before) seconds.push((clock.now() - fellAt) / 1_000);
    }
    expect(seconds).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_840, 7_440, 11_040]);
  });

  test.each([-3_600_000, 3_600_000])('comes within the hour when the clock was set by %d ms', async (byMs) => {
    await fall();
    await store.rows('update channels set paused_at = $1', [new Date(clock.now() - byMs)]);
    answer = refused;
    await look();
    const [row] = await store.rows<{ look_at: Date }>('select look_at from channels');
    const waitMs = (row?.look_at.getTime() ?? 0) - clock.now();
    expect([waitMs >= 30_000, waitMs <= 3_600_000]).toEqual([true, true]);
  });

  test('is one, of all processes', async () => {
    await Promise.all([look(), look(), look()]);
    expect(asked).toEqual(['chn_1']);
  });
});

describe('news of Meta about a number or its account', () => {
  test.each<
    [
      string,
      {
        kind: 'number.quality' | 'account.capability' | 'message.status';
        channel: string | null;
        account: string | null;
      },
      string[],
    ]
  >([
    ['the number', { kind: 'number.quality', channel: '106', account: '999' }, ['chn_1']],
    ['the account', { kind: 'account.capability', channel: null, account: '202' }, ['chn_1', 'chn_2']],
    ['a stranger', { kind: 'number.quality', channel: '1', account: '1' }, []],
    ['a message', { kind: 'message.status', channel: '106', account: '202' }, []],
  ])('has channels looked at: %s', async (_name, event, ids) => {
    await connect('chn_2', '107');
    await look();
    asked.length = 0;
    await wantLooks(store.db, [event], clock.now());
    await look();
    expect(asked.sort()).toEqual(ids);
  });
});

describe("a person's word about a channel", () => {
  test('changes what it names and nothing else', async () => {
    const warmUp = { startedAt: '2026-11-21T00:00:00.000Z', perDay: [50, 100] };
    expect(await changeChannel(store.db, 'chn_1', { mps: 20, tier: 250, warmUp })).toMatchObject({
      mps: 20,
      tier: 250,
      warmUp,
      name: 'Shop',
    });
    expect(await changeChannel(store.db, 'chn_1', { name: 'Store', portfolioId: 'pf' })).toMatchObject({
      mps: 20,
      name: 'Store',
      portfolioId: 'pf',
    });
    expect(await changeChannel(store.db, 'chn_1', { mps: null, warmUp: null })).toMatchObject({
      mps: null,
      warmUp: null,
      tier: 250,
    });
    expect(await changeChannel(store.db, 'chn_9', { mps: 1 })).toBeNull();
  });
});

test('alerts that ended long ago are forgotten, open ones never', async () => {
  await store.rows(`insert into alerts (id, workspace_id, channel_id, kind, detail, at, ended_at) values
    ('alr_old', 'main', 'a', 'channel_paused', 'x', 'epoch', '2026-01-01'), ('alr_new', 'main', 'b', 'channel_paused', 'x', 'epoch', '2026-01-02'),
    ('alr_open', 'main', 'c', 'channel_paused', 'x', 'epoch', null)`);
  expect(await pruneAlerts(store.db, Date.UTC(2026, 0, 2))).toBe(1);
  expect(await store.rows('select id from alerts order by id')).toEqual([{ id: 'alr_new' }, { id: 'alr_open' }]);
});
