import { describe, expect, test } from 'vitest';
import type { PhoneMessage, PhonePerson, PhoneState } from '../../../src/contract.ts';
import { EMPTY_PHONE, reducePhone, toChatKey, type Phone } from './phone-state.ts';

const message = (id: string, over: Partial<PhoneMessage> = {}): PhoneMessage => ({
  id,
  personId: 'ana',
  numberId: 'n1',
  direction: 'in',
  at: 1,
  body: { type: 'text' },
  reactions: {},
  ...over,
});
const person = (id: string, name = id): PhonePerson => ({
  id,
  name,
  phone: '1',
  bsuid: 'US.1',
  identity: 'phone',
  readReceipts: true,
  online: true,
});
const state = (messages: PhoneMessage[]): PhoneState => ({
  numbers: [],
  people: [person('ana')],
  messages,
  webhook: { url: null, lastStatus: null, lastError: null, pending: 0 },
  now: 5_000,
});
const load = (phone: Phone, messages: PhoneMessage[]): Phone =>
  reducePhone(phone, { type: 'loaded', state: state(messages), localNow: 2_000 });
const arrive = (phone: Phone, item: PhoneMessage): Phone =>
  reducePhone(phone, { type: 'update', update: { type: 'message', message: item } });

describe('unread', () => {
  const first = load(EMPTY_PHONE, [message('old')]);

  test('what was there at the first load is not news', () => {
    expect([...first.unread]).toEqual([]);
  });

  test('what the business sends later is news, what the customer sends is not', () => {
    const phone = arrive(arrive(first, message('new')), message('mine', { direction: 'out' }));
    expect([...phone.unread]).toEqual(['new']);
  });

  test('what arrived while disconnected is news after the reload', () => {
    expect([...load(first, [message('old'), message('missed')]).unread]).toEqual(['missed']);
  });

  test('a change of a known message is not news again', () => {
    const seen = reducePhone(arrive(first, message('new')), { type: 'seen', personId: 'ana', numberId: 'n1' });
    expect([...arrive(seen, message('new', { edited: true })).unread]).toEqual([]);
  });

  test('looking at one chat leaves the others unread', () => {
    const phone = arrive(arrive(first, message('a')), message('b', { personId: 'ben' }));
    expect([...reducePhone(phone, { type: 'seen', personId: 'ana', numberId: 'n1' }).unread]).toEqual(['b']);
  });
});

describe('updates', () => {
  test('the clock of the emulator is kept as a difference to ours', () => {
    expect(load(EMPTY_PHONE, []).skewMs).toBe(3_000);
  });

  test('an answer ends typing in its own chat only', () => {
    const typing = { type: 'typing', numberId: 'n1', until: 9_999 } as const;
    let phone = reducePhone(EMPTY_PHONE, { type: 'update', update: { ...typing, personId: 'ana' } });
    phone = reducePhone(phone, { type: 'update', update: { ...typing, personId: 'ben' } });
    phone = arrive(phone, message('answer'));
    expect([...phone.typing.keys()]).toEqual([toChatKey('ben', 'n1')]);
  });

  test('a changed person replaces the old one and the list stays sorted by name', () => {
    let phone = reducePhone(EMPTY_PHONE, { type: 'update', update: { type: 'person', person: person('2', 'Zoe') } });
    phone = reducePhone(phone, { type: 'update', update: { type: 'person', person: person('1', 'Ana') } });
    phone = reducePhone(phone, {
      type: 'update',
      update: { type: 'person', person: { ...person('2', 'Zoe'), online: false } },
    });
    expect(phone.people.map((p) => [p.name, p.online])).toEqual([
      ['Ana', true],
      ['Zoe', false],
    ]);
  });
});
