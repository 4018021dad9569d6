import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeChance } from '../../../test/support/chance.ts';
import { replay } from './commands.ts';
import { answersOf, byLane, openWorks, reactionsOf, talk, toCall, toMessages, type Works } from './fixtures/workers.ts';
import { makeGate } from './kit/fixtures/rig.ts';

let works: Works;
beforeAll(async () => void (works = await openWorks()));
afterEach(() => works.reset());
afterAll(() => works.close());

describe('A worker', () => {
  test('answers every message once and in order, however often and in whatever parcels it is delivered', async () => {
    const chance = makeChance(7);
    const wires = talk(12, 10);
    const { worker } = works.employ();
    for (let from = 0; from < wires.length; ) {
      const size = 1 + Math.floor(chance() * 25);
      const parcel = wires.slice(from, from + size);
      const again = wires.slice(0, from + size).filter(() => chance() < 0.2);
      await works.deliver([toMessages(parcel)]);
      await works.deliver([toMessages(again.toReversed()), toMessages(parcel)].filter(() => chance() < 0.7));
      from += size;
    }
    await works.until(async () => (await works.replies()).length >= 120 && (await works.tasks()) === 0);
    await works.deliver([toMessages(wires)]);
    const [{ last } = { last: 0 }] = await works.store.rows<{ last: number }>(
      'select max(position) as last from segments',
    );
    await works.until(() => worker.state().scan >= last);
    expect(byLane(await works.replies())).toEqual(answersOf(12, 10));
    expect(await works.store.rows("select count(*)::int as n from messages where direction = 'in'")).toEqual([
      { n: 120 },
    ]);
    expect(await works.store.rows('select count(*)::int as n from events')).toEqual([{ n: 120 }]);
  });
});

describe('A handler', () => {
  test('that throws is tried four times, then set aside with its stack, and its conversation goes on in order', async () => {
    const seen: string[] = [];
    const reactions = reactionsOf((bot) =>
      bot.on('message.received:text', (c) => {
        const { body } = c.event.message.content;
        seen.push(`${c.event.lane} ${body}`);
        if (body === 'bad') throw new Error('handler is broken');
        c.reply(`re: ${body}`);
      }),
    );
    works.employ({ reactions });
    await works.deliver([
      toMessages([
        { from: '491', text: 'bad' },
        { from: '491', text: 'next' },
        { from: '492', text: 'other' },
      ]),
    ]);
    await works.until(async () => (await works.replies()).length === 2 && (await works.tasks()) === 0);
    expect(seen.filter((line) => line.startsWith('491'))).toEqual([
      '491 bad',
      '491 bad',
      '491 bad',
      '491 bad',
      '491 next',
    ]);
    expect((await works.replies()).map((reply) => reply.text)).toEqual(['re: other', 're: next']);
    const [entry] = await works.quarantined();
    expect(entry).toMatchObject({ stage: 'reaction', attempts: 4, reason: 'Error: handler is broken' });
    expect(entry?.stack).toContain('worker.test.ts');
  });

  test('that fails twice keeps its place in its lane, and what it wanted in failed runs is not done', async () => {
    const runs = new Map<string, number>();
    const reactions = reactionsOf((bot) =>
      bot.on('message.received:text', (c) => {
        const { body } = c.event.message.content;
        const run = (runs.get(body) ?? 0) + 1;
        runs.set(body, run);
        c.reply(`${body}, run ${run}`);
        if (body === 'a' && run <= 2) throw new Error('not yet');
      }),
    );
    works.employ({ reactions });
    await works.deliver([toMessages(['a', 'b', 'c'].map((text) => ({ from: '491', text })))]);
    await works.until(async () => (await works.replies()).length === 3);
    expect((await works.replies()).map((reply) => reply.text)).toEqual(['a, run 3', 'b, run 1', 'c, run 1']);
  });

  test('that was set aside and is replayed gets its four runs again, and the answer goes out once', async () => {
    let broken = true;
    let runs = 0;
    const reactions = reactionsOf((bot) =>
      bot.on('message.received:text', (c) => {
        runs++;
        if (broken) throw new Error('broken');
        c.reply('mended');
      }),
    );
    works.employ({ reactions });
    await works.deliver([toMessages([{ from: '491', text: 'x' }])]);
    await works.until(async () => (await works.quarantined()).length === 1);
    const [first] = await works.quarantined();
    await replay(works.commands(), first?.id ?? '');
    await works.until(async () => (await works.quarantined()).length === 2);
    expect(runs).toBe(8);
    broken = false;
    const [, second] = await works.quarantined();
    expect(second?.attempts).toBe(4);
    await replay(works.commands(), second?.id ?? '');
    await works.until(async () => (await works.replies()).length === 1);
    expect([runs, await works.tasks()]).toEqual([9, 0]);
  });

  test('a replay that a new worker finds is run once, with all its tries', async () => {
    let runs = 0;
    const failing = reactionsOf((bot) => bot.on('message.received:text', () => Promise.reject(new Error('broken'))));
    const second = reactionsOf((bot) =>
      bot.on('message.received:text', (c) => {
        if (++runs === 1) throw new Error('still broken');
        c.reply('ok');
      }),
    );
    const first = works.employ({ owner: 'a', reactions: failing });
    await works.deliver([toMessages([{ from: '491', text: 'x' }])]);
    await works.until(async () => (await works.quarantined()).length === 1);
    await first.end();
    const [entry] = await works.quarantined();
    await replay(works.commands(), entry?.id ?? '');
    works.employ({ owner: 'b', reactions: second });
    await works.until(async () => (await works.tasks()) === 0);
    expect([runs, (await works.replies()).length, (await works.quarantined()).length]).toEqual([2, 1, 1]);
  });

  test('is not run for two events of one lane at once, though one of them belongs to no conversation', async () => {
    const gate = makeGate();
    const steps: string[] = [];
    const reactions = reactionsOf((bot) =>
      bot
        .on('message.received:text', async (c) => {
          steps.push(`begins ${c.event.message.content.body}`);
          await gate.promise;
          steps.push(`ends ${c.event.message.content.body}`);
        })
        .on('call.connect', () => void steps.push('call')),
    );
    works.employ({ reactions });
    await works.deliver([toMessages([{ from: '491', text: 'hello' }])]);
    await works.deliver([toCall('491', 'wacid.1')]);
    await works.until(async () => (await works.tasks()) === 2 && steps.length > 0, 5);
    expect(steps).toEqual(['begins hello']);
    gate.open();
    await works.until(async () => (await works.tasks()) === 0);
    expect(steps).toEqual(['begins hello', 'ends hello', 'call']);
  });

  test('that still runs at a stop may end, and its answer is stored before the leases are given back', async () => {
    const gate = makeGate();
    let runs = 0;
    const reactions = reactionsOf((bot) =>
      bot.on('message.received:text', async (c) => {
        runs++;
        await gate.promise;
        c.reply('in time');
      }),
    );
    const { end } = works.employ({ reactions });
    await works.deliver([toMessages([{ from: '491', text: 'x' }])]);
    await works.until(() => runs === 1, 5);
    const ending = end(0);
    // The worker knows of the stop before the handler is done; time stands still.
    for (let n = 0; n < 10; n++) await works.store.db.ping();
    gate.open();
    await ending;
    expect([(await works.replies()).map((reply) => reply.text), await works.tasks(), runs]).toEqual([
      ['in time'],
      0,
      1,
    ]);
  });

  test('that never ends holds a stop up for a while only; its task stays for the next worker', async () => {
    let runs = 0;
    const endless = reactionsOf((bot) => bot.on('message.received:text', () => (runs++, new Promise(() => undefined))));
    const { end } = works.employ({ reactions: endless });
    await works.deliver([toMessages([{ from: '491', text: 'x' }])]);
    await works.until(() => runs === 1, 5);
    const stoppedAt = works.clock.now();
    await end();
    expect(works.clock.now() - stoppedAt).toBeGreaterThanOrEqual(5_000);
    expect(await works.tasks()).toBe(1);
    works.employ({ owner: 'b' });
    await works.until(async () => (await works.replies()).length === 1);
  });
});

test('reading pauses while too many reactions wait, and nothing is lost by it', { timeout: 30_000 }, async () => {
  const gate = makeGate();
  const reactions = reactionsOf((bot) => bot.on('message.received:text', () => gate.promise));
  const { worker } = works.employ({ reactions });
  for (let n = 0; n < 14; n++)
    await works.deliver([
      toMessages(Array.from({ length: 500 }, (_, m) => ({ from: `49${n}${1000 + m}`, text: 'x' }))),
    ]);
  await works.until(() => worker.state().pending > 5_000, 1);
  const { scan } = worker.state();
  for (let n = 0; n < 20; n++) await works.until(async () => (await works.tasks()) > 0, 1);
  expect([worker.state().pending, worker.state().scan]).toEqual([6_000, scan]);
  gate.open();
  await works.until(async () => worker.state().scan === 14 && (await works.tasks()) === 0);
  expect(worker.state().pending).toBe(0);
});
