import { randomBytes } from 'node:crypto';
import type { CallOutcome, TemplateSummary } from '@wharf/whatsapp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeGate } from '../kit/fixtures/rig.ts';
import { ok, openSync, type SyncRig } from './fixtures/sync.ts';
import { listed } from './fixtures/templates.ts';
import { askSync } from './sync-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let rig: SyncRig;
beforeAll(async () => {
  rig = await openSync();
});
afterAll(() => rig.store.close());
beforeEach(() => rig.reset());

describe('A reading', () => {
  test('is done by one process at a time', async () => {
    const gate = makeGate<CallOutcome<TemplateSummary[]>>();
    rig.answer = () => gate.promise;
    const other = rig.makeSync({ db: rig.store.pool(1) });
    const first = rig.sync.turn();
    await expect.poll(() => rig.asked.length).toBe(1);
    expect(await other.turn()).toBe(0);
    gate.open(ok(listed()));
    expect(await first).toBe(1);
    expect(rig.asked).toEqual(['202']);
  });

  test('of a process that is gone is taken over after 5 min, and what that one read is not stored any more', async () => {
    const gate = makeGate<CallOutcome<TemplateSummary[]>>();
    rig.answer = () => gate.promise;
    const first = rig.sync.turn();
    await expect.poll(() => rig.asked.length).toBe(1);
    rig.clock.advance(5 * MINUTE);
    rig.answer = () => ok(listed({ status: 'PAUSED' }));
    expect(await rig.makeSync({ db: rig.store.pool(1) }).turn()).toBe(1);
    gate.open(ok(listed({ status: 'APPROVED' })));
    await first;
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'PAUSED' });
    expect(rig.log.said('templates.claim_lost')).toBe(1);
  });

  test('asked for while one runs comes after it', async () => {
    const gate = makeGate<CallOutcome<TemplateSummary[]>>();
    rig.answer = () => gate.promise;
    const first = rig.sync.turn();
    await expect.poll(() => rig.asked.length).toBe(1);
    await askSync(rig.store.db, { workspaceId: 'main', accountId: null });
    gate.open(ok(listed()));
    await first;
    rig.clock.advance(20_000);
    expect(await rig.sync.turn()).toBe(1);
  });

  test('that is stopped in the middle of a reading leaves it to the next process at once', async () => {
    const gate = makeGate<CallOutcome<TemplateSummary[]>>();
    rig.answer = () => gate.promise;
    const running = rig.sync.run();
    await expect.poll(() => rig.asked.length).toBe(1);
    await rig.sync.stop();
    rig.answer = () => ok(listed());
    expect(await rig.makeSync({ db: rig.store.pool(1) }).turn()).toBe(1);
    gate.open(ok());
    await running;
    expect(await rig.store.one('select status from templates')).toEqual({ status: 'APPROVED' });
  });

  test('whose answer cannot be stored is a failure like another, and told', async () => {
    rig.answer = () => ok(listed({ name: randomBytes(6_000).toString('base64') }));
    await expect(rig.sync.turn()).rejects.toThrow('index row');
    expect(await rig.account()).toMatchObject({ failures: 1, error: expect.stringContaining('could not be stored') });
    rig.clock.advance(HOUR);
    rig.answer = () => ok(listed());
    expect(await rig.sync.turn()).toBe(1);
  });
});
