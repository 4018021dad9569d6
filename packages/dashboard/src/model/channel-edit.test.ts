import { expect, test } from 'vitest';
import type { Channel } from '../api/types.ts';
import { type ChannelDraft, toChannelChange, toChannelDraft, toHealthTone, toWarmUpDay } from './channel-edit.ts';

const now = '2026-11-21T12:00:00.000Z';
const channel: Channel = {
  id: 'chn_1',
  provider: 'meta',
  externalId: '106',
  accountId: '102',
  portfolioId: null,
  name: 'Shop',
  phone: '15550001111',
  state: 'active',
  stateReason: null,
  pausedBy: null,
  queued: 0,
  scheduled: 0,
  pacing: {
    perSecond: 40,
    perSecondFrom: 'person',
    tier: 250,
    tierFrom: 'provider',
    people: 3,
    warmUp: { startedAt: '2026-11-20T00:00:00.000Z', perDay: [10, 20] },
  },
  health: { quality: null, status: null, canSend: null, problem: null, lookedAt: null },
};

const changed = (more: Partial<ChannelDraft>) => toChannelChange(channel, { ...toChannelDraft(channel), ...more }, now);

test('a form that says what is so already changes nothing', () => {
  expect(changed({})).toBeNull();
  expect(changed({ name: ' Shop ' })).toBeNull();
});

test.each<[Partial<ChannelDraft>, object]>([
  [{ name: 'Store' }, { name: 'Store' }],
  [{ perSecond: '80' }, { perSecond: 80 }],
  [{ perSecond: '' }, { perSecond: null }],
  [{ perSecond: 'many' }, { perSecond: Number.NaN }],
  [{ tier: '0' }, { tier: 0 }],
  [{ portfolioId: '77' }, { portfolioId: '77' }],
  [{ perDay: '' }, { warmUp: null }],
  [{ perDay: '5 10; 15' }, { warmUp: { startedAt: '2026-11-20T00:00:00.000Z', perDay: [5, 10, 15] } }],
])('%j is sent as %j', (more, change) => {
  expect(changed(more)).toEqual(change);
});

test('a new warm-up begins now', () => {
  const cold = { ...channel, pacing: { ...channel.pacing, warmUp: null } };
  expect(toChannelChange(cold, { ...toChannelDraft(cold), perDay: '10' }, now)).toEqual({
    warmUp: { startedAt: now, perDay: [10] },
  });
});

test.each([
  ['2026-11-19T23:59:59Z', { day: 1, of: 2, people: 10 }],
  ['2026-11-20T00:00:00Z', { day: 1, of: 2, people: 10 }],
  ['2026-11-21T23:59:59Z', { day: 2, of: 2, people: 20 }],
  ['2026-11-22T00:00:00Z', null],
])('at %s it is that day of the warm-up', (at, day) => {
  expect(toWarmUpDay(channel.pacing.warmUp, Date.parse(at))).toEqual(day);
});

test('a word that Meta made later counts as bad news until it is known', () => {
  expect(['GREEN', 'LIMITED', 'UNKNOWN', 'BLOCKED', 'NEW_WORD'].map(toHealthTone)).toEqual([
    'good',
    'busy',
    'neutral',
    'bad',
    'bad',
  ]);
});
