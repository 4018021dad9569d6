import type { CallOutcome, Download, Failure } from '@wharf/whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { until as untilSeen } from '../../../../test/support/until.ts';
import { makeGate, makeTestClock } from '../kit/fixtures/rig.ts';
import { type Fetch, type FetcherOptions, startFetcher } from './fetcher.ts';
import { type Desk, NOW, openDesk, PNG, toDigest } from './fixtures/desk.ts';
import { claimAgain, countWaiting } from './store.ts';

let desk: Desk;
beforeAll(async () => void (desk = await openDesk()));
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.clear());

type Asked = Parameters<Fetch>;
const found: CallOutcome<Download> = { kind: 'ok', value: { bytes: PNG, mimeType: 'text/html' } };
const failure = (more: Partial<Failure>): Failure => ({
  kind: 'transient',
  code: 0,
  httpStatus: null,
  advice: 'Not now.',
  error: { code: 0 },
  ...more,
});

/** A fetcher that is stopped at the end, with what it asked and said. */
function start(
  answer: (asked: Asked) => CallOutcome<Download> | Promise<CallOutcome<Download>> | null,
  more: Partial<FetcherOptions> = {},
) {
  const asked: Asked[] = [];
  const outcomes: [string, number][] = [];
  const clock = makeTestClock(NOW);
  const fetcher = startFetcher({
    ...desk,
    clock,
    random: () => 1,
    fetch: (...args) => {
      asked.push(args);
      return Promise.resolve(answer(args));
    },
    onOutcome: (...outcome) => void outcomes.push(outcome),
    onStored: () => {},
    ...more,
  });
  return { fetcher, asked, outcomes, clock, [Symbol.asyncDispose]: () => fetcher.stop() };
}
const until = (ask: () => boolean) => untilSeen('the fetcher comes to it', ask, { everyMs: 2 });
const settled = (outcomes: unknown[], count = 1) => until(() => outcomes.length >= count);

describe('a file of a message', () => {
  test('is fetched, compared, stored by its content, and described by it', async () => {
    await desk.insert({
      id: 'med_1',
      provider_id: '900',
      mime_type: 'text/html',
      sha256: toDigest(PNG),
      url: 'https://x.fbsbx.com/1',
    });
    await using run = start(() => found);
    await settled(run.outcomes);
    expect(run.asked).toEqual([['chn_1', { id: '900', url: 'https://x.fbsbx.com/1' }, 100 << 20]]);
    expect(await desk.row('med_1')).toMatchObject({
      state: 'stored',
      content_sha256: toDigest(PNG),
      sniffed_type: 'image/png',
      mime_type: 'text/html',
      stored_bytes: PNG.length,
      thumbnail_state: 'wanted',
      reason: null,
    });
    expect(await desk.blobs.size({ workspaceId: 'main', sha256: toDigest(PNG) })).toBe(PNG.length);
    expect(run.outcomes).toEqual([['stored', PNG.length]]);
  });

  test('whose content is not what the provider said is kept nowhere, and that is said', async () => {
    await desk.insert({ id: 'med_1', provider_id: '900', sha256: 'a'.repeat(64) });
    const other = Buffer.concat([PNG, Buffer.from('x')]);
    await using run = start(() => ({ kind: 'ok', value: { bytes: other, mimeType: 'image/png' } }));
    await settled(run.outcomes);
    expect(await desk.row('med_1')).toMatchObject({
      state: 'corrupt',
      content_sha256: null,
      reason: expect.stringContaining('SHA-256'),
    });
    expect(await desk.blobs.size({ workspaceId: 'main', sha256: toDigest(other) })).toBeNull();
    expect(await desk.store.rows('select * from blobs')).toEqual([]);
  });

  test('that cannot be had now is tried again when its pause is over, not before', async () => {
    await desk.insert({ id: 'med_1', provider_id: '900' });
    const answers = [failure({}), found];
    await using run = start(() => answers.shift() ?? found);
    await settled(run.outcomes);
    expect(await desk.row('med_1')).toMatchObject({
      state: 'referenced',
      attempts: 1,
      reason: 'Not now. Tried once.',
      due_at: new Date(NOW + 1_000),
    });
    run.clock.advance(999);
    run.fetcher.wake();
    run.clock.advance(50);
    await settled(run.outcomes, 2);
    expect(await desk.row('med_1')).toMatchObject({ state: 'stored', attempts: 2, reason: null });
  });

  test('that the provider does not have is lost, with the reason, and can be asked for again', async () => {
    await desk.insert({ id: 'med_1', provider_id: '900', attempts: 4 });
    await using run = start(() =>
      run.asked.length === 1 ? failure({ kind: 'permanent', httpStatus: 404, advice: 'Gone.' }) : found,
    );
    await settled(run.outcomes);
    expect(await desk.row('med_1')).toMatchObject({ state: 'lost', reason: 'Gone. Tried 5 times.' });
    expect(await claimAgain(desk.db, 'other', 'med_1')).toBe(false);
    expect(await claimAgain(desk.db, 'main', 'med_1')).toBe(true);
    run.fetcher.wake();
    run.clock.advance(50);
    await settled(run.outcomes, 2);
    expect(await desk.row('med_1')).toMatchObject({ state: 'stored', attempts: 1 });
    expect(await claimAgain(desk.db, 'main', 'med_1')).toBe(false);
  });

  test('is not asked for by a link that is nearly over', async () => {
    const at = (ms: number) => new Date(NOW - ms);
    await desk.insert({ id: 'med_1', provider_id: '901', url: 'https://x/1', created_at: at(239_999) });
    await desk.insert({ id: 'med_2', provider_id: '902', url: 'https://x/2', created_at: at(240_000) });
    await desk.insert({ id: 'med_3', url: 'https://x/3', created_at: at(240_000) });
    await using run = start(() => found);
    await settled(run.outcomes, 3);
    const references = new Map(run.asked.map(([, reference]) => [reference.id, reference.url]));
    expect([references.get('901'), references.get('902'), references.get(null)]).toEqual([
      'https://x/1',
      null,
      'https://x/3',
    ]);
  });

  test('that came without any reference is lost at once, one of a channel that is gone waits for it', async () => {
    await desk.insert({ id: 'med_1' });
    await desk.insert({ id: 'med_2', provider_id: '900', channel_id: 'chn_9' });
    await using run = start(() => null);
    await settled(run.outcomes, 2);
    expect(await desk.row('med_1')).toMatchObject({
      state: 'lost',
      reason: expect.stringContaining('without its file'),
    });
    expect(await desk.row('med_2')).toMatchObject({
      state: 'referenced',
      reason: expect.stringContaining('not connected'),
    });
  });

  test('waits while the disk is full', async () => {
    await desk.insert({ id: 'med_1', provider_id: '900' });
    await using run = start(() => found, { hasRoom: () => Promise.resolve(false) });
    await settled(run.outcomes);
    expect(run.asked).toEqual([]);
    expect(await desk.row('med_1')).toMatchObject({
      state: 'referenced',
      reason: expect.stringContaining('WHARF_BUCKET'),
    });
  });
});

describe('several at once', () => {
  test('at most four are on their way, by however many fetchers each file is fetched once', async () => {
    for (let n = 0; n < 12; n += 1) await desk.insert({ id: `med_${n}`, provider_id: `${n}` });
    const gate = makeGate();
    let most = 0;
    let flying = 0;
    const answer = async () => {
      most = Math.max(most, (flying += 1));
      await gate.promise;
      flying -= 1;
      return found;
    };
    await using one = start(answer);
    await until(() => one.asked.length === 4);
    expect([most, await countWaiting(desk.db)]).toEqual([4, 12]);
    await using two = start(answer);
    await until(() => two.asked.length === 4);
    gate.open();
    await until(() => one.outcomes.length + two.outcomes.length === 12);
    const ids = [...one.asked, ...two.asked].map(([, reference]) => reference.id);
    expect(new Set(ids).size).toBe(12);
    expect([ids.length, await countWaiting(desk.db)]).toEqual([12, 0]);
  });

  test('what a dead one had taken is due again when its claim is over, and its late answer changes nothing', async () => {
    await desk.insert({ id: 'med_1', provider_id: '900', sha256: toDigest(PNG) });
    const gate = makeGate<CallOutcome<Download>>();
    await using dead = start(() => gate.promise);
    await until(() => dead.asked.length === 1);
    await using heir = start(() => found);
    heir.clock.advance(299_999);
    heir.fetcher.wake();
    heir.clock.advance(1);
    await settled(heir.outcomes);
    gate.open(failure({ kind: 'permanent', httpStatus: 404 }));
    await settled(dead.outcomes);
    expect(await desk.row('med_1')).toMatchObject({ state: 'stored', attempts: 2 });
  });

  test('a file that breaks the store is told and leaves the others alone', async () => {
    await desk.insert({ id: 'med_1', provider_id: '1' });
    await desk.insert({ id: 'med_2', provider_id: '2' });
    await using run = start(([, { id }]) => (id === '1' ? Promise.reject(new Error('bug')) : found));
    await until(() => desk.log.said('media.failed') === 1 && run.outcomes.length === 1);
    expect(await desk.row('med_1')).toMatchObject({ state: 'referenced', attempts: 1 });
    expect(await desk.row('med_2')).toMatchObject({ state: 'stored' });
  });

  test('stopping takes nothing new and waits for what is on its way', async () => {
    await desk.insert({ id: 'med_1', provider_id: '1' });
    const gate = makeGate<CallOutcome<Download>>();
    const run = start(() => gate.promise);
    await until(() => run.asked.length === 1);
    const stopping = run.fetcher.stop();
    await desk.insert({ id: 'med_2', provider_id: '2' });
    gate.open(found);
    await stopping;
    expect([run.asked.length, run.outcomes]).toEqual([1, [['stored', PNG.length]]]);
    expect(await desk.row('med_2')).toMatchObject({ state: 'referenced', attempts: 0 });
  });
});
