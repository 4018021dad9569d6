import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { deliver, toMessages } from './fixtures/workers.ts';
import { makeTestClock, openStore, type Store } from './kit/fixtures/rig.ts';

const PROGRAM = fileURLToPath(new URL('./fixtures/worker-process.ts', import.meta.url));

let store: Store;
const children: ChildProcess[] = [];
beforeAll(async () => void (store = await openStore()));
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await store.close();
});

function launch(owner: string): ChildProcess {
  const child = spawn(process.execPath, [PROGRAM, store.url, owner], { stdio: ['pipe', 'ignore', 'inherit'] });
  children.push(child);
  return child;
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
const count = async (sql: string) =>
  (await store.rows<{ n: number }>(`select count(*)::int as n from ${sql}`))[0]?.n ?? 0;
const replies = () => count("outbox where kind = 'message'");
const held = (owner: string) => count(`leases where owner = '${owner}' and expires_at > now()`);

test('two processes share the work; one is killed, its leases are stolen, and every answer goes out once and in order', {
  timeout: 60_000,
}, async () => {
  const PEOPLE = 40;
  const ROUNDS = 12;
  const [one, two] = [launch('one'), launch('two')];
  await until('both hold their share', async () => (await held('one')) === 128 && (await held('two')) === 128);
  const clock = makeTestClock();
  const say = (round: number) =>
    deliver(store.db, clock, [
      toMessages(Array.from({ length: PEOPLE }, (_, n) => ({ from: `49${1000 + n}`, text: String(round) }))),
    ]);
  for (let round = 0; round < ROUNDS; round++) {
    await say(round);
    if (round === 4) await until('the first half is under way', async () => (await replies()) > PEOPLE);
    if (round === 5) one.kill('SIGKILL');
    // Theft from the living as well: half of its leases, at their next epoch, given to nobody.
    if (round === 8)
      await store.rows(
        "update leases set epoch = epoch + 1, owner = null, expires_at = '-infinity' where owner = 'two' and right(name, 1)::int < 5",
      );
  }
  await until(
    'all are answered',
    async () => (await replies()) >= PEOPLE * ROUNDS && (await count('reaction_tasks')) === 0,
  );
  const rows = await store.rows<{ lane: string; texts: string[] }>(
    "select lane, array_agg(payload->'text'->>'body' order by seq) as texts from outbox where kind = 'message' group by lane",
  );
  const inOrder = Array.from({ length: ROUNDS }, (_, n) => `re: ${n}`);
  expect(rows.map((row) => row.texts)).toEqual(Array.from({ length: PEOPLE }, () => inOrder));
  const ending = ended(two);
  two.stdin?.end();
  expect(await ending).toBe(0);
  expect(await held('two')).toBe(0);
});
