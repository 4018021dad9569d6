import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Desk, openDesk, PDF, PNG, toDigest } from './fixtures/desk.ts';
import { keepBytes } from './keep.ts';
import { sweepBlobs } from './sweep.ts';
import { removeMedia } from './upload-store.ts';

let desk: Desk;
beforeAll(async () => void (desk = await openDesk()));
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(() => desk.clear());

const HOUR = 3_600_000;
const keep = (bytes: Uint8Array, workspaceId = 'main') =>
  keepBytes(desk, { workspaceId, sha256: toDigest(bytes), bytes, declared: null });
const has = async (bytes: Uint8Array, workspaceId = 'main') =>
  (await desk.blobs.size({ workspaceId, sha256: toDigest(bytes) })) !== null;

test('bytes that nothing names go after an hour, not before; those that a file names stay', async () => {
  await keep(PNG);
  await keep(PDF);
  await desk.insert({ id: 'med_1', state: 'stored', content_sha256: toDigest(PDF) });
  desk.clock.advance(HOUR);
  expect(await sweepBlobs(desk)).toBe(0);
  desk.clock.advance(1);
  expect(await sweepBlobs(desk)).toBe(1);
  expect([await has(PNG), await has(PDF)]).toEqual([false, true]);
  expect(await sweepBlobs(desk)).toBe(0);
});

test('bytes of a deleted file go, small picture too; unless another file has the same', async () => {
  await keep(PNG);
  await keep(PDF);
  await keep(Buffer.from('small'));
  await desk.insert({
    id: 'med_1',
    state: 'stored',
    content_sha256: toDigest(PNG),
    thumbnail_sha256: toDigest(Buffer.from('small')),
  });
  await desk.insert({ id: 'med_2', state: 'stored', content_sha256: toDigest(PDF) });
  await desk.insert({ id: 'med_3', state: 'stored', content_sha256: toDigest(PDF) });
  desk.clock.advance(2 * HOUR);
  expect(await sweepBlobs(desk)).toBe(0);
  expect(await removeMedia(desk.db, 'other', 'med_1')).toBe(false);
  expect(await removeMedia(desk.db, 'main', 'med_1')).toBe(true);
  expect(await removeMedia(desk.db, 'main', 'med_1')).toBe(false);
  expect(await removeMedia(desk.db, 'main', 'med_2')).toBe(true);
  expect(await sweepBlobs(desk)).toBe(2);
  expect([await has(PNG), await has(Buffer.from('small')), await has(PDF)]).toEqual([false, false, true]);
  expect(await desk.row('med_1')).toMatchObject({ state: 'deleted', content_sha256: null, thumbnail_sha256: null });
});

test('the same bytes of another workspace are another matter', async () => {
  await keep(PNG);
  await keep(PNG, 'other');
  await desk.insert({ id: 'med_1', state: 'stored', content_sha256: toDigest(PNG), workspace_id: 'other' });
  desk.clock.advance(2 * HOUR);
  expect(await sweepBlobs(desk)).toBe(1);
  expect([await has(PNG), await has(PNG, 'other')]).toEqual([false, true]);
});

test('who stores a file while it is swept has it afterwards', async () => {
  await keep(PNG);
  desk.clock.advance(2 * HOUR);
  let again: Promise<unknown> = Promise.resolve();
  const blobs = {
    ...desk.blobs,
    remove: async (key: Parameters<typeof desk.blobs.remove>[0]) => {
      again = keep(PNG);
      await desk.blobs.remove(key);
    },
  };
  expect(await sweepBlobs({ ...desk, blobs })).toBe(1);
  await again;
  expect(await has(PNG)).toBe(true);
  expect(await desk.store.rows('select sha256 from blobs')).toEqual([{ sha256: toDigest(PNG) }]);
});
