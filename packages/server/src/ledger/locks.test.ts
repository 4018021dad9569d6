import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Transaction } from '#kit';
import { WAITING } from '../kit/fixtures/rig.ts';
import { touchConversations } from './conversations.ts';
import { AT, CHANNEL, type Ledger, openLedger } from './fixtures/ledger.ts';
import { lockTargets } from './targets.ts';

let ledger: Ledger;
beforeAll(async () => {
  ledger = await openLedger();
  // Neither the order of their ids nor that of their writing is the one to lock in.
  await ledger.rows(
    `insert into conversations (id, workspace_id, channel_id, contact_id, lane, address)
     values ('cnv_1', 'main', $1, 'con_b', 'b', '{}'), ('cnv_2', 'main', $1, 'con_a', 'a', '{}')`,
    [CHANNEL],
  );
});
afterAll(() => ledger.close());

const touch = (contactId: string) => ({
  workspaceId: 'main',
  channelId: CHANNEL,
  contactId,
  lane: contactId,
  address: {},
  at: AT,
  inbound: true,
  messageId: null,
});
type Work = (tx: Transaction) => Promise<{ readonly size: number }>;
const touchBoth =
  (...contacts: string[]): Work =>
  (tx) =>
    touchConversations(tx, contacts.map(touch), AT);
const lockBoth =
  (...ids: string[]): Work =>
  (tx) =>
    lockTargets(tx, ids);

test.each<readonly [string, Work]>([
  ['answers to b and a', lockBoth('cnv_1', 'cnv_2')],
  ['answers to a and b', lockBoth('cnv_2', 'cnv_1')],
  ['messages of b and a', touchBoth('con_b', 'con_a')],
  ['messages of a and b', touchBoth('con_a', 'con_b')],
])('%s: who waits for conversation a does not hold b meanwhile, so that nobody waits in a circle', async (_, work) => {
  const other = await ledger.connect();
  await other.query('begin');
  await other.query(`select 1 from conversations where contact_id = 'con_a' for update`);
  const working = ledger.db.transaction(work);
  while ((await ledger.rows(WAITING)).length === 0);
  const free = await other.query(`select 1 from conversations where contact_id = 'con_b' for update nowait`);
  expect(free.rowCount).toBe(1);
  await other.query('rollback');
  expect((await working).size).toBe(2);
});
