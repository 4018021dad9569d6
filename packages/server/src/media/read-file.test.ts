import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Desk, openDesk, PNG, toDigest } from './fixtures/desk.ts';
import { readFile } from './read-file.ts';

let desk: Desk;
beforeAll(async () => void (desk = await openDesk()));
afterAll(() => desk[Symbol.asyncDispose]());
beforeEach(async () => {
  await desk.clear();
  await keep('med_1');
});

const SHA256 = toDigest(PNG);
async function keep(id: string, more: Record<string, string | number | null> = {}): Promise<void> {
  await desk.blobs.put({ workspaceId: 'main', sha256: SHA256 }, { bytes: PNG });
  const stored = { state: 'stored', content_sha256: SHA256, sniffed_type: 'image/png', stored_bytes: PNG.length };
  await desk.insert({ id, ...stored, filename: '../a.png', ...more });
}
const read = (more: Partial<Parameters<typeof readFile>[1]> = {}) =>
  readFile(desk, { workspaceId: 'main', id: 'med_1', maxBytes: PNG.length, ...more });

test('a stored file is read whole, under the type of its content and a name without folders', async () => {
  expect(await read()).toEqual({ bytes: PNG, mimeType: 'image/png', filename: '_a.png' });
});

test('one that is larger than wanted is not read', async () => {
  expect(await read({ maxBytes: PNG.length - 1 })).toBe('too-large');
  await desk.store.rows('update media set stored_bytes = null');
  expect(await read({ maxBytes: PNG.length - 1 })).toBe('too-large');
});

test('one of another workspace, unknown, deleted or gone from the store is none', async () => {
  await keep('med_2', { state: 'deleted', content_sha256: null });
  expect([await read({ workspaceId: 'other' }), await read({ id: 'med_9' }), await read({ id: 'med_2' })]).toEqual([
    null,
    null,
    null,
  ]);
  await desk.blobs.remove({ workspaceId: 'main', sha256: SHA256 });
  expect(await read()).toBeNull();
});
