import { beforeEach, expect, test } from 'vitest';
import { makeTestClock, makeTestLog, turns } from '../kit/fixtures/rig.ts';
import { makeSettlements, type Settlements } from './settlements.ts';

let clock = makeTestClock();
let log = makeTestLog();
let looks: string[][] = [];
let settled = new Map<string, object>();
let fault: Error | null = null;
let settlements: Settlements;

async function rows<T extends object>(_statement: unknown, [ids]: readonly unknown[] = []): Promise<T[]> {
  looks.push(ids as string[]);
  if (fault) throw fault;
  return (ids as string[]).flatMap((id) => (settled.has(id) ? [{ id, ...settled.get(id) } as unknown as T] : []));
}
beforeEach(() => {
  clock = makeTestClock();
  log = makeTestLog();
  looks = [];
  settled = new Map();
  fault = null;
  settlements = makeSettlements({ db: { rows, run: async () => 0 }, clock, log, waitMs: 20_000 });
});

async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 25) {
    clock.advance(25);
    await turns(2);
  }
}

test('many wait, and one look serves them all', async () => {
  const waiting = ['a', 'b', 'c'].map((id) => settlements.wait(id));
  await pass(25);
  expect(looks).toEqual([['a', 'b', 'c']]);
  for (const id of ['a', 'b', 'c']) settled.set(id, { state: 'accepted', whatsappId: `wamid.${id}` });
  await pass(25);
  expect(await Promise.all(waiting)).toMatchObject([
    { whatsappId: 'wamid.a' },
    { whatsappId: 'wamid.b' },
    { whatsappId: 'wamid.c' },
  ]);
  await pass(1_000);
  expect(looks).toHaveLength(2);
});

test('several may wait for one', async () => {
  const both = [settlements.wait('a'), settlements.wait('a')];
  settled.set('a', { state: 'failed' });
  await pass(25);
  expect(await Promise.all(both)).toMatchObject([{ state: 'failed' }, { state: 'failed' }]);
});

test('whoever waits too long is told that nothing is known, to the millisecond', async () => {
  let answer: unknown = 'waiting';
  void settlements.wait('a').then((outcome) => (answer = outcome));
  await pass(19_975);
  clock.advance(24);
  await turns();
  expect(answer).toBe('waiting');
  clock.advance(1);
  await turns();
  expect(answer).toBeNull();
  const before = looks.length;
  await pass(1_000);
  expect(looks.length).toBeLessThanOrEqual(before + 1);
});

test('a database that is away is asked less often, and told of', async () => {
  fault = new Error('away');
  const waiting = settlements.wait('a');
  await pass(2_000);
  expect(looks.length).toBeLessThan(6);
  expect(log.said('graph.look_failed')).toBe(looks.length);
  fault = null;
  settled.set('a', { state: 'accepted', whatsappId: 'wamid.a' });
  await pass(500);
  expect(await waiting).toMatchObject({ whatsappId: 'wamid.a' });
});

test('nobody is kept when the process stops', async () => {
  const waiting = settlements.wait('a');
  settlements.stop();
  expect(await Promise.all([waiting, settlements.wait('b')])).toEqual([null, null]);
});
