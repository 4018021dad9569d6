import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { replay } from './commands.ts';
import {
  answersOf,
  byLane,
  expireLeases,
  openWorks,
  reactionsOf,
  talk,
  toMessages,
  type Works,
} from './fixtures/workers.ts';

let works: Works;
beforeAll(async () => void (works = await openWorks()));
afterEach(() => works.reset());
afterAll(() => works.close());

describe('What cannot be stored', () => {
  test('an event that cannot be stored is set aside alone; its batch and its own conversation go on', async () => {
    await poisonTable();
    const wires = talk(10, 4).map((wire) =>
      wire.from === '49170000103' && wire.text === '1' ? { ...wire, text: 'poison' } : wire,
    );
    await works.deliver([toMessages(wires)]);
    const { log } = works.employ();
    await works.until(async () => (await works.replies()).length === 39 && (await works.tasks()) === 0);
    const answered = byLane(await works.replies());
    expect(answered['49170000103']).toEqual(['re: 0', 're: 2', 're: 3']);
    expect({ ...answered, '49170000103': null }).toEqual({ ...answersOf(10, 4), '49170000103': null });
    expect(await works.quarantined()).toMatchObject([
      { stage: 'fold', state: 'open', attempts: 1, reason: 'error: this row is poison' },
    ]);
    expect((await works.quarantined())[0]?.stack).toContain('\n    at ');
    expect(log.said('event.quarantined')).toBe(1);
  });

  test('what was set aside and is delivered again stays aside, once; replayed, it is answered once', async () => {
    await poisonTable();
    const poison = { from: '49170000100', text: 'poison' };
    await works.deliver([toMessages([poison])]);
    works.employ();
    await works.until(async () => (await works.quarantined()).length === 1);
    await works.deliver([toMessages([poison]), toMessages([{ from: '49170000100', text: 'after' }])]);
    await works.until(async () => (await works.replies()).length === 1);
    await cureTable();
    await works.deliver([toMessages([poison]), toMessages([{ from: '49170000100', text: 'later' }])]);
    await works.until(async () => (await works.replies()).length === 2);
    const [entry, ...more] = await works.quarantined();
    expect([entry?.state, more]).toEqual(['open', []]);
    expect(await replay(works.commands(), entry?.id ?? '')).toBe(true);
    expect(await replay(works.commands(), entry?.id ?? '')).toBe(false);
    await works.until(async () => (await works.replies()).length === 3);
    await works.deliver([toMessages([poison]), toMessages([{ from: '49170000100', text: 'last' }])]);
    await works.until(async () => (await works.replies()).length === 4);
    expect((await works.replies()).map((reply) => reply.text)).toEqual([
      're: after',
      're: later',
      're: poison',
      're: last',
    ]);
    expect((await works.quarantined()).map((row) => row.state)).toEqual(['replayed']);
  });

  test('an event of which no row can be written is set aside under a name of its own; its conversation goes on', async () => {
    await poisonEvents('wamid.49170000103.1');
    await works.deliver([toMessages(talk(10, 4))]);
    const { log, worker } = works.employ();
    await works.until(async () => (await works.replies()).length === 39 && (await works.tasks()) === 0);
    await works.until(() => worker.state().scan === 1);
    const answered = byLane(await works.replies());
    expect(answered['49170000103']).toEqual(['re: 0', 're: 2', 're: 3']);
    expect({ ...answered, '49170000103': null }).toEqual({ ...answersOf(10, 4), '49170000103': null });
    const position = 100_013;
    expect(await works.quarantined()).toMatchObject([
      { stage: 'fold', state: 'open', reason: 'error: this event is poison', position },
    ]);
    expect(
      await works.store.rows('select event_id, kind, pointer from events where position = $1', [position]),
    ).toEqual([{ event_id: `x:${position}`, kind: 'unreadable', pointer: '/entry/0/changes/0/value/messages/13' }]);
    expect(log.said('event.unrecorded')).toBe(1);
  });

  test('such an event is handled as itself when it is replayed after the fault was mended', async () => {
    await poisonEvents('wamid.491.x');
    await works.deliver([toMessages([{ from: '491', text: 'x' }])]);
    works.employ();
    await works.until(async () => (await works.quarantined()).length === 1);
    await cureEvents();
    const [entry] = await works.quarantined();
    expect(await replay(works.commands(), entry?.id ?? '')).toBe(true);
    await works.until(async () => (await works.replies()).length === 1);
    expect(await works.replies()).toEqual([{ lane: '491', text: 're: x' }]);
    expect(await works.store.rows('select kind from events order by position')).toEqual([
      { kind: 'unreadable' },
      { kind: 'message.received' },
    ]);
  });

  test('a lease that is stolen before an event is set aside undoes that as well: the new owner sets it aside', async () => {
    await poisonTable();
    let hasFailed = false;
    let stolen = 0;
    const first = works.employ({
      owner: 'a',
      pool: (db) => ({
        ...db,
        async transaction(work) {
          if (hasFailed && stolen++ === 0)
            await works.store.rows(
              "update leases set owner = 'thief', epoch = epoch + 1, expires_at = now() + interval '1 hour' where name like 'shard/%'",
            );
          return db.transaction(work).catch((error: unknown) => {
            hasFailed = true;
            throw error;
          });
        },
      }),
    });
    await works.deliver([toMessages([{ from: '491', text: 'poison' }])]);
    await works.until(() => stolen > 0 && first.worker.state().shards === 0);
    expect([await works.quarantined(), await works.store.rows('select 1 from events')]).toEqual([[], []]);
    expect([first.log.said('event.quarantined'), first.log.said('event.unrecorded')]).toEqual([1, 0]);
    await first.end();
    await expireLeases(works);
    works.employ({ owner: 'b' });
    await works.until(async () => (await works.quarantined()).length > 0);
    expect(await works.store.rows('select event_id from quarantine')).toEqual([
      { event_id: expect.stringContaining('wamid.491.poison') },
    ]);
  });

  test('an intent that cannot be stored costs only its own task', async () => {
    await poisonTable();
    const reactions = reactionsOf((bot) =>
      bot.on('message.received:text', (c) =>
        c.reply(c.event.message.content.body === '1' ? 'poison' : `re: ${c.event.message.content.body}`),
      ),
    );
    await works.deliver([toMessages(talk(5, 3))]);
    works.employ({ reactions });
    await works.until(async () => (await works.replies()).length === 10 && (await works.tasks()) === 0);
    expect(Object.values(byLane(await works.replies()))).toEqual(Array.from({ length: 5 }, () => ['re: 0', 're: 2']));
    expect((await works.quarantined()).map((row) => row.stage)).toEqual(Array.from({ length: 5 }, () => 'reaction'));
  });

  test('a statement that runs into its time limit is tried again, not set aside, until it is clear who is at fault', async () => {
    let limits = 0;
    works.employ({
      pool: (db) => ({
        ...db,
        transaction: (work) =>
          limits++ < 1 ? Promise.reject(Object.assign(new Error('limit'), { code: '57014' })) : db.transaction(work),
      }),
    });
    await works.deliver([toMessages([{ from: '491', text: 'slow' }])]);
    await works.until(async () => (await works.replies()).length === 1);
    expect(await works.quarantined()).toEqual([]);
  });

  test('an event that alone runs into the limit every time is set aside at the third', async () => {
    await poisonTable('57014');
    works.employ();
    await works.deliver([
      toMessages([
        { from: '491', text: 'poison' },
        { from: '492', text: 'good' },
      ]),
    ]);
    await works.until(async () => (await works.replies()).length === 1 && (await works.quarantined()).length === 1);
    expect((await works.quarantined())[0]?.reason).toBe('error: this row is poison');
  });
});

async function poisonTable(code = '22023'): Promise<void> {
  await works.store.rows(`create or replace function poison() returns trigger language plpgsql as $$ begin
    if new.preview = 'poison' then raise exception 'this row is poison' using errcode = '${code}'; end if; return new; end $$`);
  await works.store.rows(
    'create or replace trigger poison before insert on messages for each row execute function poison()',
  );
}

/** Refuses the event whose id ends like this, as a column would refuse a text it cannot hold. */
async function poisonEvents(end: string): Promise<void> {
  await works.store.rows(`create or replace function poison_events() returns trigger language plpgsql as $$ begin
    if new.event_id like '%${end}' then raise exception 'this event is poison' using errcode = '22021'; end if; return new; end $$`);
  await works.store.rows(
    'create or replace trigger poison before insert on events for each row execute function poison_events()',
  );
}

const cureTable = () => works.store.rows('drop trigger if exists poison on messages');
const cureEvents = () => works.store.rows('drop trigger if exists poison on events');
afterEach(() => cureTable());
afterEach(() => cureEvents());
