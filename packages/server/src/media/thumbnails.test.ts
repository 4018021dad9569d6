import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../../../../test/support/until.ts';
import { makeGate, makeTestClock, turns } from '../kit/fixtures/rig.ts';
import { type Desk, NOW, openDesk, PNG, toDigest } from './fixtures/desk.ts';
import type { Shrunk } from './shrink.ts';
import { startThumbnails } from './thumbnails.ts';

let desk: Desk;
beforeAll(async () => void (desk = await openDesk()));
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.clear());

const SMALL = Buffer.from('small');
async function want(id: string, more: Record<string, string | number> = {}): Promise<void> {
  const sha256 = toDigest(PNG);
  await desk.blobs.put({ workspaceId: 'main', sha256 }, { bytes: PNG });
  await desk.insert({
    id,
    state: 'stored',
    content_sha256: sha256,
    sniffed_type: 'image/png',
    stored_bytes: PNG.length,
    thumbnail_state: 'wanted',
    ...more,
  });
}
function start(answer: () => Shrunk | Promise<Shrunk> = () => ({ ok: true, jpeg: SMALL })) {
  const seen: Uint8Array[] = [];
  const shrinker = {
    shrink: async (bytes: Uint8Array) => {
      seen.push(bytes);
      return answer();
    },
    stop: () => Promise.resolve(),
  };
  const clock = makeTestClock(NOW);
  const thumbnails = startThumbnails({ ...desk, clock, shrinker });
  return { seen, clock, thumbnails, [Symbol.asyncDispose]: () => thumbnails.stop() };
}
const stateOf = async (id: string) => (await desk.row(id))['thumbnail_state'];
const comesTo = (id: string, state: string) =>
  until(`${id} is ${state}`, async () => (await stateOf(id)) === state, { everyMs: 2 });

test('those that wait are made one after the other, and stored like any file', async () => {
  await want('med_1');
  await want('med_2');
  await using run = start();
  await comesTo('med_2', 'made');
  expect(await desk.row('med_1')).toMatchObject({ thumbnail_state: 'made', thumbnail_sha256: toDigest(SMALL) });
  const stream = await desk.blobs.open({ workspaceId: 'main', sha256: toDigest(SMALL) });
  expect(stream && String(await buffer(stream))).toBe('small');
  expect(run.seen).toHaveLength(2);
});

test('one that cannot be made is not tried again; the picture stays', async () => {
  await want('med_1');
  await using run = start(() => ({ ok: false, reason: 'The picture cannot be read' }));
  await comesTo('med_1', 'failed');
  expect(await desk.row('med_1')).toMatchObject({ state: 'stored', thumbnail_sha256: null });
  expect(run.seen).toHaveLength(1);
});

test('one that ended its process three times, or is too large, is not tried once more', async () => {
  await want('med_1', { thumbnail_attempts: 3 });
  await want('med_2', { stored_bytes: (25 << 20) + 1 });
  await want('med_3', { thumbnail_attempts: 2, stored_bytes: 25 << 20 });
  await using run = start();
  await comesTo('med_3', 'made');
  expect([await stateOf('med_1'), await stateOf('med_2'), run.seen.length]).toEqual(['failed', 'failed', 1]);
});

test('one that a stopped process had taken is due again after a minute', async () => {
  await want('med_1');
  const gate = makeGate<Shrunk>();
  const stopped = start(() => gate.promise);
  await until('it is taken', () => stopped.seen.length === 1, { everyMs: 2 });
  const stopping = stopped.thumbnails.stop();
  gate.open({ ok: false, reason: 'stopped' });
  await stopping;
  expect(await stateOf('med_1')).toBe('wanted');
  await using heir = start();
  heir.clock.advance(59_999);
  heir.thumbnails.wake();
  await turns(200);
  expect(heir.seen).toEqual([]);
  heir.clock.advance(1);
  await until('it is made', async () => {
    heir.thumbnails.wake();
    return (await stateOf('med_1')) === 'made';
  });
});
