import { describe, expect, test } from 'vitest';
import { makeTestClock, makeTestLog } from './kit/fixtures/rig.ts';
import { makeProbation } from './probation.ts';
import type { Task } from '#reactions';

const toTask = (position: number, more: Partial<Task> = {}): Task => ({
  position,
  reaction: 'handlers',
  workspaceId: 'main',
  shard: 1,
  lane: '491',
  channelId: 'chn_1',
  receivedAt: new Date(0),
  delivery: 0,
  event: { kind: 'unknown' } as unknown as Task['event'],
  view: { conversationId: null, contactId: null, messageId: null, owner: 'bot', ownerEpoch: null },
  attempts: 1,
  ...more,
});

const open = (count: () => Promise<void> = () => Promise.resolve()) =>
  makeProbation({ clock: makeTestClock(), log: makeTestLog(), count, hasEarlier: () => false, hasMore: () => true });

/** `waiting`, as long as nobody has said anything. */
const hear = (admission: Promise<boolean> | null) =>
  Promise.race([admission, new Promise((resolve) => setImmediate(() => resolve('waiting')))]);

describe('The lane of a suspect', () => {
  test('runs alone: the next one begins when what came of the one before is committed', async () => {
    const probation = open();
    const [one, two] = [toTask(1), toTask(2, { lane: '492' })];
    probation.suspect(one);
    probation.suspect(two);
    expect(await hear(probation.admit(one))).toBe(true);
    const next = probation.admit(two);
    expect(await hear(next)).toBe('waiting');
    probation.pass([one]);
    expect(await hear(next)).toBe(true);
  });

  test('a second run that is due before the first one is committed waits for that, and is not forgotten', async () => {
    const probation = open();
    const task = toTask(1);
    probation.suspect(task);
    expect(await hear(probation.admit(task))).toBe(true);
    const again = probation.admit(toTask(1, { attempts: 2 }));
    expect(await hear(again)).toBe('waiting');
    probation.pass([task]);
    expect(await hear(again)).toBe(true);
  });

  test('what is forgotten is not admitted', async () => {
    const probation = open();
    const [one, two] = [toTask(1), toTask(2)];
    probation.suspect(one);
    expect(await hear(probation.admit(one))).toBe(true);
    const next = probation.admit(two);
    probation.drop([one, two]);
    expect(await hear(next)).toBe(false);
  });

  test('others run at once', () => {
    const probation = open();
    probation.suspect(toTask(1));
    expect(probation.admit(toTask(2, { lane: '492' }))).toBeNull();
  });
});
