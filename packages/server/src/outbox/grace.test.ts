import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Lease } from '#kit';
import { makeTestClock, makeTestLog, openStore, type Store, type TestClock } from '../kit/fixtures/rig.ts';
import { makeClaim } from './claims.ts';
import { type IntakeOptions, makeIntake } from './intake.ts';
import { judgeAlone } from './fixtures/rig.ts';
import { makeNumberPace } from './number-pace.ts';
import { makePairPace } from './pair-pace.ts';
import { makeSendQueue } from './queue.ts';
import { settleByEvidence } from './store.ts';

const GRACE_MS = 60_000;
const CHANNEL = 'chn_grace';
const LEASE: Lease = { name: `sender/${CHANNEL}`, epoch: 1, cursor: 0 };

let store: Store;
let clock: TestClock;
beforeAll(async () => {
  store = await openStore();
  await store.rows('insert into leases (name, epoch) values ($1, 1)', [LEASE.name]);
});
afterAll(() => store.close());

/** A message whose answer was lost, its grace over at `dueAt`. */
beforeEach(async () => {
  clock = makeTestClock();
  for (const table of ['outbox', 'messages']) await store.rows(`delete from ${table}`);
  await store.rows(
    `insert into messages (id, workspace_id, channel_id, direction, origin, type, preview, body, at, state)
     values ('msg_1', 'main', $1, 'out', 'handler', 'text', '', '{}', now(), 'ambiguous')`,
    [CHANNEL],
  );
  await store.rows(
    `insert into outbox (id, workspace_id, channel_id, lane, kind, class, address, payload, state, attempt, epoch, due_at)
     values ('msg_1', 'main', $1, 'ana', 'message', 0, '{}', '{"type": "text"}', 'ambiguous', 1, 1, to_timestamp($2::float8 / 1000))`,
    [CHANNEL, clock.now() + GRACE_MS],
  );
});

const stateOf = async () => (await store.rows<{ state: string }>('select state from outbox'))[0]?.state;

const makeQueue = () => makeSendQueue(makePairPace(0));

function makeListener(
  readProgress: IntakeOptions['readProgress'] = async () => ({ stored: 0, handled: 0, openMs: Infinity }),
  queue = makeQueue(),
) {
  return makeIntake({
    db: store.db,
    clock,
    log: makeTestLog(),
    rules: { maxAttempts: 4, graceMs: GRACE_MS },
    channel: { id: CHANNEL, provider: 'meta' },
    claim: makeClaim(store.db, clock),
    judge: judgeAlone,
    readResend: async () => ['service'],
    pairs: makePairPace(0),
    pace: makeNumberPace(80),
    lease: LEASE,
    queue,
    readProgress,
  });
}

/** Polls every second, as a sender does. */
async function listen(intake: ReturnType<typeof makeListener>, ms: number): Promise<void> {
  for (const endsAt = clock.now() + ms; clock.now() < endsAt; clock.advance(1_000)) await intake.refresh();
}

describe('the grace of a send whose answer was lost', () => {
  test('ends when it was listened to in silence', async () => {
    const intake = makeListener();
    await listen(intake, GRACE_MS);
    expect(await stateOf()).toBe('ambiguous');
    await listen(intake, 2_000);
    expect(await stateOf()).toBe('retry');
  });

  test('begins anew for who takes over after a crash: while nobody was here, no evidence could come in', async () => {
    clock.advance(GRACE_MS * 5);
    const intake = makeListener();
    await intake.adopt();
    await listen(intake, GRACE_MS);
    expect(await stateOf()).toBe('ambiguous');
    await listen(intake, 2_000);
    expect(await stateOf()).toBe('retry');
  });

  test('begins anew when the database was away for a while', async () => {
    const intake = makeListener();
    await listen(intake, GRACE_MS - 2_000);
    clock.advance(30_000);
    await listen(intake, GRACE_MS);
    expect(await stateOf()).toBe('ambiguous');
    await listen(intake, 2_000);
    expect(await stateOf()).toBe('retry');
  });

  test('does not end while reports that came in by then wait to be handled', async () => {
    let handled = 10;
    const intake = makeListener(async () => ({ stored: 1_000, handled, openMs: Infinity }));
    await listen(intake, GRACE_MS * 3);
    expect(await stateOf()).toBe('ambiguous');
    handled = 1_000;
    await listen(intake, 2_000);
    expect(await stateOf()).toBe('retry');
  });

  test('does not end while no gateway takes webhooks, nor before they were taken for a whole grace without a gap', async () => {
    let openSince = Infinity;
    const openMs = () => Math.max(0, clock.now() - openSince);
    const intake = makeListener(async () => ({ stored: 0, handled: 0, openMs: openMs() }));
    await listen(intake, GRACE_MS * 3);
    expect(await stateOf()).toBe('ambiguous');
    openSince = clock.now();
    await listen(intake, GRACE_MS - 2_000);
    expect(await stateOf()).toBe('ambiguous');
    await listen(intake, 4_000);
    expect(await stateOf()).toBe('retry');
  });

  test('ends under a steady stream of reports, once those of its time are handled', async () => {
    let stored = 1_000;
    const intake = makeListener(async () => ({ stored: (stored += 100), handled: stored - 250, openMs: Infinity }));
    await listen(intake, GRACE_MS + 10_000);
    expect(await stateOf()).toBe('retry');
  });

  test('ends at once when another process has brought the evidence: the lane goes on', async () => {
    const queue = makeQueue();
    const intake = makeListener(undefined, queue);
    await listen(intake, 2_000);
    expect(queue.ids()).toEqual(['msg_1']);
    await settleByEvidence(store.db, ['msg_1'], clock.now());
    await listen(intake, 2_000);
    expect(queue.ids()).toEqual([]);
  });

  test('also of one that was on its way from here', async () => {
    await store.rows(`update outbox set state = 'retry', due_at = to_timestamp($1::float8 / 1000)`, [clock.now()]);
    const queue = makeQueue();
    const intake = makeListener(undefined, queue);
    await listen(intake, 2_000);
    expect((await intake.claim({ slots: 20, messages: 10, replies: 10 })).items).toHaveLength(1);
    await listen(intake, 2_000);
    expect(queue.ids()).toEqual(['msg_1']);
    await settleByEvidence(store.db, ['msg_1'], clock.now());
    await listen(intake, 2_000);
    expect(queue.ids()).toEqual([]);
  });
});
