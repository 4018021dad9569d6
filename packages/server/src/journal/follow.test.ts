import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeGate, openStore, type Store } from '../kit/fixtures/rig.ts';
import { drive } from './fixtures/deliveries.ts';
import { type Following, idsOf, openJournal } from './fixtures/following.ts';
import type { JournalRow } from './store.ts';

let store: Store;
let close: () => Promise<void> = async () => undefined;
beforeAll(async () => void (store = await openStore()));
afterEach(() => close());
afterAll(() => store.close());

const open = async () => {
  const journal = await openJournal(store);
  close = journal.close;
  return journal;
};

describe('The follower', () => {
  test('hands over every row once, in order, however many batches that takes', async () => {
    const { clock, follow, append, events } = await open();
    const all = events(73);
    await append(all.slice(0, 41));
    const { handed, follower } = follow();
    await drive(clock, () => handed.length === 41);
    await append(all.slice(41));
    follower.wake();
    await drive(clock, () => handed.length === 73);
    expect(idsOf(handed)).toEqual(idsOf(all));
    await drive(clock, () => follower.state().scan === 2);
    expect(follower.state()).toEqual({ scan: 2, horizon: 2, shards: 256 });
  });

  test('a wake during a batch is not lost: what came meanwhile is read without waiting for the poll', async () => {
    const { clock, follow, append, events } = await open();
    const gate = makeGate();
    const handed: JournalRow[] = [];
    await append(events(1));
    const { follower } = follow({
      handle: async (rows) => {
        handed.push(...rows);
        if (handed.length === 1) await gate.promise;
      },
    });
    await drive(clock, () => handed.length === 1);
    await append(events(1));
    follower.wake();
    gate.open();
    // The clock stands still from here on.
    await drive(clock, () => handed.length === 2, 0);
    expect(handed).toHaveLength(2);
  });

  test('a batch that fails is handed over again, whole and in order, and after that never again', async () => {
    const { clock, follow, append, events } = await open();
    const all = events(10);
    const tries: string[][] = [];
    await append(all);
    const { told, log } = follow({
      handle: async (rows) => {
        tries.push(idsOf(rows));
        if (tries.length <= 2) throw new Error('no');
      },
    });
    await drive(clock, () => tries.length === 3);
    await append(events(1));
    await drive(clock, () => tries.length === 4);
    expect(tries.slice(0, 3)).toEqual([idsOf(all), idsOf(all), idsOf(all)]);
    expect(tries[3]).toHaveLength(1);
    expect(told.filter((line) => line === 'doubt')).toHaveLength(2);
    expect(log.said('journal.batch_failed')).toBe(2);
  });

  test('is told of a doubt before it reads again, and again when that fails', async () => {
    const { clock, follow, append, events } = await open();
    const steps: string[] = [];
    await append(events(1));
    follow({
      handle: async () => {
        steps.push('handle');
        if (steps.length === 1) throw new Error('the answer to the commit was lost');
      },
      onDoubt: async () => {
        steps.push('doubt');
        if (steps.length === 2) throw new Error('still away');
      },
    });
    await drive(clock, () => steps.length === 4);
    expect(steps).toEqual(['handle', 'doubt', 'doubt', 'handle']);
  });

  test('reads nothing while it is full, and goes on when there is room', async () => {
    const { clock, follow, append, events } = await open();
    let full = true;
    const handed: JournalRow[] = [];
    let looks = 0;
    await append(events(25));
    const { follower } = follow({
      isFull: () => {
        looks++;
        return full;
      },
      handle: async (rows) => {
        handed.push(...rows);
        full = handed.length === 10;
      },
    });
    await drive(clock, () => looks >= 5);
    expect(handed).toEqual([]);
    full = false;
    follower.wake();
    await drive(clock, () => handed.length === 10);
    looks = 0;
    await drive(clock, () => looks >= 5);
    expect(handed).toHaveLength(10);
    full = false;
    await drive(clock, () => handed.length === 25);
  });

  describe('what is committed beside the reading', () => {
    /** Steps of what stands beside, and of the turns. */
    const watch = (steps: string[], more: Following = {}): Following => ({
      beside: {
        hold: async () => void steps.push('hold'),
        go: () => void steps.push('go'),
        finish: async () => void steps.push('finish'),
      },
      onGained: async () => void steps.push('gained'),
      onLost: () => void steps.push('lost'),
      onDoubt: async () => void steps.push('doubt'),
      onTurn: async () => void steps.push('turn'),
      onStopping: async () => void steps.push('stopping'),
      ...more,
    });

    test('stands still while leases change hands', async () => {
      const { clock, follow, steal } = await open();
      const steps: string[] = [];
      const { end } = follow(watch(steps));
      await drive(clock, () => steps.includes('go'), 0);
      await steal(7);
      await drive(clock, () => steps.includes('lost') && steps.at(-1) === 'go');
      await end();
      expect(steps.slice(0, 8)).toEqual(['hold', 'gained', 'turn', 'go', 'hold', 'lost', 'turn', 'go']);
      expect(steps.slice(-2)).toEqual(['stopping', 'finish']);
    });

    test('goes on after a turn that went well, and not after one that failed', async () => {
      const { clock, follow } = await open();
      const steps: string[] = [];
      let isDown = true;
      const onTurn = async () => {
        steps.push('turn');
        if (isDown) throw new Error('the database went away');
      };
      follow(watch(steps, { onTurn }));
      await drive(clock, () => steps.filter((step) => step === 'turn').length === 2);
      expect(steps.slice(0, 5)).toEqual(['hold', 'gained', 'turn', 'hold', 'doubt']);
      isDown = false;
      await drive(clock, () => steps.at(-1) === 'go');
      expect(steps.filter((step) => step === 'go')).toHaveLength(1);
    });

    test('when it fails, the tables are asked before it goes on, and the failure is told', async () => {
      const { clock, follow } = await open();
      const steps: string[] = [];
      const { follower, log } = follow(watch(steps));
      await drive(clock, () => steps.includes('go'), 0);
      steps.length = 0;
      follower.fail(new Error('the answer to a commit was lost'));
      await drive(clock, () => steps.includes('go'));
      expect(steps).toEqual(['hold', 'doubt', 'turn', 'go']);
      expect(log.lines).toContainEqual(expect.objectContaining({ reason: 'Error: the answer to a commit was lost' }));
    });
  });

  test('a shard is read only once its waiting work was taken up, which is tried until it goes well', async () => {
    const { clock, follow, append, events } = await open();
    const steps: string[] = [];
    await append(events(3));
    follow({
      onGained: async (shards) => {
        steps.push(`gained ${shards.length}`);
        if (steps.length < 3) throw new Error('the database went away');
      },
      handle: async (rows) => void steps.push(`rows ${rows.length}`),
    });
    await drive(clock, () => steps.length === 4);
    expect(steps).toEqual(['gained 256', 'gained 256', 'gained 256', 'rows 3']);
  });

  test('a stop lets what runs come to its end, commits it under the leases, and gives them back with their cursor', async () => {
    const { clock, follow, append, events } = await open();
    const steps: string[] = [];
    await append(events(5));
    const finish = async () => {
      const [found] = await store.rows<{ held: number }>("select count(*)::int as held from leases where owner = 'a'");
      steps.push(`work under ${found?.held} leases`);
    };
    const { follower, end } = follow({
      beside: { hold: async () => undefined, go: () => undefined, finish },
      onStopping: async () => void steps.push('stopping'),
    });
    await drive(clock, () => follower.state().scan === 1);
    await end();
    expect(steps).toEqual(['stopping', 'work under 256 leases']);
    expect(await store.rows('select distinct owner, cursor from leases')).toEqual([{ owner: null, cursor: 1 }]);
    expect(await store.rows('select id from workers')).toEqual([]);
  });

  test('what follows takes up exactly where the one before stopped', async () => {
    const { clock, follow, append, events } = await open();
    const all = events(30);
    await append(all.slice(0, 15));
    const first = follow({ owner: 'a' });
    await drive(clock, () => first.handed.length === 15);
    await first.end();
    await append(all.slice(15));
    const second = follow({ owner: 'b' });
    await drive(clock, () => second.handed.length === 15);
    expect(idsOf([...first.handed, ...second.handed])).toEqual(idsOf(all));
  });
});
