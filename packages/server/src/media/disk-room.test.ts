import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeRoom } from './disk-room.ts';

test('the disk is asked once a second, however many files come', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-room-'));
  let nowMs = 0;
  const hasRoom = makeRoom(folder, { now: () => nowMs, elapsed: () => nowMs, after: () => () => undefined });
  expect(await hasRoom()).toBe(true);
  rmSync(folder, { recursive: true });
  nowMs = 999;
  expect(await hasRoom()).toBe(true);
  nowMs = 1_000;
  await expect(hasRoom()).rejects.toMatchObject({ code: 'ENOENT' });
});
