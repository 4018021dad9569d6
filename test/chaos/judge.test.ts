import type { LedgerArrival, LedgerSend } from '@wharf/emulator';
import { describe, expect, test } from 'vitest';
import { type CountName, type Evidence, findOvertaken, isRight, judge } from './judge.ts';

const arrival = (mark: string, id: string, personId = 'p'): LedgerArrival => ({
  personId,
  numberId: 'n',
  wamid: `wamid.${id}`,
  callbackData: id,
  at: 0,
  type: 'text',
  body: { type: 'text', text: { body: mark } },
});
const send = (id: string): LedgerSend => ({
  wamid: `wamid.${id}`,
  numberId: 'n',
  personId: 'p',
  address: { by: 'phone', value: '1' },
  callbackData: id,
  at: 0,
  type: 'text',
  outsideWindow: false,
});

const OPEN = { outbox: 0, tasks: 0, parked: 0, unread: 0, behind: 0 };

/** Two messages of one person, answered in order, and a template by the API. */
const WELL: Evidence = {
  heard: [
    { mark: '0/0', wamid: 'a', offeredAt: 1, ackedAt: 2 },
    { mark: '0/1', wamid: 'b', offeredAt: 3, ackedAt: 4 },
  ],
  orders: [{ mark: 'api/0', kind: 'template', offeredAt: 1, ackedAt: 2, ids: new Set(['m3']), refused: null }],
  arrivals: [arrival('0/0', 'm1'), arrival('0/1', 'm2'), arrival('api/0', 'm3')],
  sends: [send('m1'), send('m2'), send('m3')],
  books: {
    open: OPEN,
    received: ['a', 'b'],
    told: [
      { id: 'm1', state: 'read', reason: null },
      { id: 'm2', state: 'read', reason: null },
      { id: 'm3', state: 'read', reason: null },
    ],
    quarantined: [],
    crimes: [],
    strayEvents: 0,
    ambiguous: 0,
  },
  forgedAccepted: 0,
  givenUp: 0,
  oddAnswers: [],
  stuck: [],
};
const books = (change: Partial<Evidence['books']>): Partial<Evidence> => ({ books: { ...WELL.books, ...change } });
const [first, second, ordered] = WELL.arrivals as [LedgerArrival, LedgerArrival, LedgerArrival];

test('a run in which all is well has no findings', () => {
  expect(isRight(judge(WELL))).toBe(true);
});

describe('what is wrong is found, and under its own name', () => {
  const CASES: readonly (readonly [string, Partial<Evidence>, readonly CountName[]])[] = [
    ['a message was answered 200 and is not stored', books({ received: ['a'] }), ['lost']],
    [
      'an answer never came',
      { arrivals: [first, ordered], ...books({ told: WELL.books.told.filter(({ id }) => id !== 'm2') }) },
      ['missing'],
    ],
    ['an answer never came, and Wharf says it was read', { arrivals: [first, ordered] }, ['missing', 'untrue']],
    [
      'an answer was made twice',
      {
        arrivals: [...WELL.arrivals, arrival('0/1', 'm9')],
        ...books({ told: [...WELL.books.told, { id: 'm9', state: 'read', reason: null }] }),
      },
      ['doubled'],
    ],
    [
      'a key was answered with two messages',
      { orders: [{ ...WELL.orders[0]!, ids: new Set(['m3', 'm4']) }] },
      ['doubled'],
    ],
    ['an event was stored twice', books({ strayEvents: 1 }), ['doubled']],
    ['an answer overtook an earlier one', { arrivals: [second, first, ordered] }, ['disordered']],
    [
      'one message was sent twice',
      { sends: [...WELL.sends, send('m1')], arrivals: [...WELL.arrivals, first] },
      ['resent'],
    ],
    [
      'what arrived is not known as read',
      books({ told: [{ id: 'm1', state: 'sent', reason: null }, ...WELL.books.told.slice(1)] }),
      ['untrue'],
    ],
    ['a status went down', books({ crimes: ['m1 went down'] }), ['down']],
    ['an event was quarantined', books({ quarantined: ['reaction'] }), ['quarantined']],
    ['a fact is left parked', books({ open: { ...OPEN, parked: 1 } }), ['parked']],
    ['a message is left in the outbox', books({ open: { ...OPEN, outbox: 1 } }), ['outbox']],
    ['a task is left', books({ open: { ...OPEN, tasks: 1 } }), ['outbox']],
    ['a forged webhook was taken', { forgedAccepted: 1 }, ['refused']],
    ['a signed webhook was answered 401', { oddAnswers: [401] }, ['refused']],
    ['a fault was not recovered from', { stuck: ['kill-node'] }, ['stuck']],
    ['the API refused', { orders: [{ ...WELL.orders[0]!, refused: '422 window_closed' }] }, ['refused']],
  ];
  test.each(CASES)('%s', (_, change, names) => {
    const findings = judge({ ...WELL, ...change });
    const found = (Object.keys(findings) as CountName[]).filter((name) => findings[name].length > 0);
    expect(found).toEqual(names);
  });
});

test('a template given up for want of evidence is not missing, as Wharf says so and why; a text would be', () => {
  const told = [...WELL.books.told.slice(0, 2), { id: 'm3', state: 'failed', reason: 'answer_lost' }];
  const given = { ...WELL, arrivals: [first, second], ...books({ told }) };
  expect(judge(given).missing).toEqual([]);
  expect(judge({ ...given, orders: [{ ...WELL.orders[0]!, kind: 'text' }] }).missing).toEqual(['api/0']);
});

describe('order is owed only between what was acknowledged and what was offered after that', () => {
  const step = (mark: string, offeredAt: number, ackedAt: number) => ({ mark, offeredAt, ackedAt });
  test.each([
    ['in order', [step('a', 1, 2), step('b', 3, 4)], []],
    ['under way at once', [step('b', 2, 5), step('a', 1, 3)], []],
    ['overtaken', [step('b', 3, 4), step('a', 1, 2)], ['b overtook a']],
    [
      'overtaken by one long ago',
      [step('c', 9, 10), step('b', 3, 4), step('a', 1, 2)],
      ['c overtook b', 'c overtook a'],
    ],
    ['never acknowledged', [step('b', 3, 4), step('a', 1, Infinity)], []],
  ])('%s', (_, steps, wrong) => {
    expect(findOvertaken(steps)).toEqual(wrong);
  });
});
