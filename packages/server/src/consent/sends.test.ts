import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { NOW, openPeople, type People } from './fixtures/people.ts';
import { readWhereabouts } from './people.ts';
import { countMarketing, pruneMarketing, recordMarketing } from './sends.ts';

let people: People;
beforeAll(async () => void (people = await openPeople()));
afterAll(() => people.close());
beforeEach(async () => {
  await people.rows('truncate contacts, identities, marketing_sends');
  for (const id of ['con_1', 'con_2', 'con_3']) await people.addContact(id);
});

const HOUR = 3_600_000;
const send = (contactId: string, messageId: string, at = NOW) =>
  people.db.transaction((tx) => recordMarketing(tx, [{ workspaceId: 'main', contactId, messageId, at }]));
const countOf = async (contactId: string, since = NOW - 24 * HOUR) =>
  (await countMarketing(people.db, [{ contactId, messageId: 'msg_new', sinceMs: since }])).get('msg_new');

describe('marketing sends', () => {
  test('are counted within the window, and the first of them is told', async () => {
    await send('con_1', 'msg_1', NOW - 25 * HOUR);
    await send('con_1', 'msg_2', NOW - 24 * HOUR);
    await send('con_1', 'msg_3', NOW - 24 * HOUR + 1);
    await send('con_1', 'msg_4', NOW);
    expect(await countOf('con_1')).toEqual({ count: 2, oldestAt: NOW - 24 * HOUR + 1 });
    expect(await countOf('con_2')).toBeUndefined();
  });

  test('of one message count once, however often it is recorded', async () => {
    await send('con_1', 'msg_1');
    await send('con_1', 'msg_1', NOW + HOUR);
    expect(await countOf('con_1')).toEqual({ count: 1, oldestAt: NOW });
  });

  test('to any contact of one person count for all of them', async () => {
    await send('con_1', 'msg_1');
    await send('con_2', 'msg_2', NOW - HOUR);
    await people.merge('con_1', 'con_2');
    const counts = await countMarketing(
      people.db,
      ['con_1', 'con_2', 'con_3'].map((id) => ({ contactId: id, messageId: `to_${id}`, sinceMs: NOW - 24 * HOUR })),
    );
    expect(counts).toEqual(new Map(['to_con_1', 'to_con_2'].map((id) => [id, { count: 2, oldestAt: NOW - HOUR }])));
  });

  test('of the messages that are decided on do not count', async () => {
    await send('con_1', 'msg_1', NOW - HOUR);
    await send('con_1', 'msg_2');
    const counts = await countMarketing(
      people.db,
      ['msg_1', 'msg_9'].map((messageId) => ({ contactId: 'con_1', messageId, sinceMs: NOW - 24 * HOUR })),
    );
    expect([...counts.values()]).toEqual([1, 2].map(() => ({ count: 1, oldestAt: NOW })));
  });

  test('are counted for each message by its own time', async () => {
    await send('con_1', 'msg_1', NOW - HOUR);
    await send('con_1', 'msg_2');
    const since = [2 * HOUR, HOUR, 0].map((ago) => NOW - ago);
    const counts = await countMarketing(
      people.db,
      since.map((sinceMs, n) => ({ contactId: 'con_1', messageId: `new_${n}`, sinceMs })),
    );
    expect(new Map([...counts].map(([id, { count }]) => [id, count]))).toEqual(
      new Map([
        ['new_0', 2],
        ['new_1', 1],
      ]),
    );
  });

  test('nothing asked, nothing told', async () => {
    expect(await countMarketing(people.db, [])).toEqual(new Map());
    await people.db.transaction((tx) => recordMarketing(tx, []));
  });

  test('older than a limit are forgotten, also more than go at once', async () => {
    await people.rows(
      `insert into marketing_sends select 'main', 'con_1', 'old_' || n, to_timestamp($1::float8 / 1000) from generate_series(1, 20001) n`,
      [NOW - 1],
    );
    await send('con_1', 'msg_1', NOW);
    expect(await pruneMarketing(people.db, NOW)).toBe(20_001);
    expect(await countOf('con_1')).toEqual({ count: 1, oldestAt: NOW });
  });
});

describe('whereabouts', () => {
  const identify = (contactId: string, kind: string, value: string, seenAt = NOW) =>
    people.rows('insert into identities values ($1, $2, $3, $4, $5)', [
      'main',
      kind,
      value,
      contactId,
      new Date(seenAt).toISOString(),
    ]);

  test('are the contact’s own zone, the latest phone and the latest user id', async () => {
    await identify('con_1', 'phone', '491700000001', NOW - HOUR);
    await identify('con_1', 'phone', '491700000002');
    await identify('con_1', 'bsuid', 'DE.1001');
    await people.rows("update contacts set time_zone = 'Asia/Tokyo' where id = 'con_1'");
    const found = await readWhereabouts(people.db, 'main', ['con_1', 'con_2', 'con_x']);
    expect(found).toEqual(
      new Map([
        ['con_1', { timeZone: 'Asia/Tokyo', phone: '491700000002', bsuid: 'DE.1001' }],
        ['con_2', { timeZone: null, phone: null, bsuid: null }],
      ]),
    );
    expect(await readWhereabouts(people.db, 'other', ['con_1'])).toEqual(new Map());
  });

  test('of merged contacts: the zone of the one that was kept, else of one that went into it', async () => {
    const zoneOf = async (id: string) => (await readWhereabouts(people.db, 'main', [id])).get(id)?.timeZone;
    await people.merge('con_1', 'con_2');
    await people.rows("update contacts set time_zone = 'Asia/Tokyo' where id = 'con_2'");
    expect([await zoneOf('con_1'), await zoneOf('con_2')]).toEqual(['Asia/Tokyo', 'Asia/Tokyo']);
    await people.rows("update contacts set time_zone = 'Europe/Berlin' where id = 'con_1'");
    expect([await zoneOf('con_1'), await zoneOf('con_2')]).toEqual(['Europe/Berlin', 'Europe/Berlin']);
  });
});
