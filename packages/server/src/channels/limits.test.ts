import type { PhoneNumber } from '@wharf/whatsapp';
import { describe, expect, test } from 'vitest';
import { isFit, toLearned, toLimits, toTier } from './limits.ts';
import type { Channel } from './store.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const channel: Channel = {
  id: 'chn_1',
  workspaceId: 'main',
  provider: 'meta',
  externalId: '106',
  accountId: '202',
  name: 'Shop',
  phone: null,
  state: 'active',
  stateReason: null,
  pausedBy: null,
  mps: null,
  tier: null,
  portfolioId: null,
  warmUp: null,
  learned: {},
};
const number = (more: Partial<PhoneNumber> = {}): PhoneNumber => ({
  id: '106',
  displayPhoneNumber: '+1 555',
  raw: {},
  ...more,
});

describe('how fast and how far a channel may go', () => {
  test.each<[string, Partial<Channel>, object]>([
    ['by default at Meta', {}, { mps: 80, mpsFrom: 'default', tier: 0, tierFrom: 'default' }],
    ['by default at Whapi.Cloud', { provider: 'whapi' }, { mps: 2, mpsFrom: 'default' }],
    [
      'as the provider says',
      { learned: { mps: 1_000, tier: 2_000 } },
      { mps: 1_000, mpsFrom: 'provider', tier: 2_000 },
    ],
    [
      'as a person says, before the provider',
      { mps: 5, tier: 10, learned: { mps: 80 } },
      { mps: 5, mpsFrom: 'person', tier: 10, tierFrom: 'person' },
    ],
    ["without a limit by a person's word", { tier: 0, learned: { tier: 250 } }, { tier: 0, tierFrom: 'person' }],
  ])('%s', (_name, more, limits) => {
    expect(toLimits({ ...channel, ...more })).toMatchObject(limits);
  });
});

describe('what Meta says about a number', () => {
  test.each<[string | undefined, number | undefined]>([
    ['TIER_250', 250],
    ['TIER_2K', 2_000],
    ['TIER_10K', 10_000],
    ['TIER_100K', 100_000],
    ['TIER_UNLIMITED', 0],
    ['TIER_NOT_SET', undefined],
    [undefined, undefined],
  ])('%s means %s people', (word, people) => {
    expect(toTier(word)).toBe(people);
  });

  test.each<[string, Partial<PhoneNumber>, number | undefined]>([
    ['an ordinary number', { throughput: 'STANDARD' }, 80],
    ['one that was raised', { throughput: 'HIGH' }, 1_000],
    ['one in use in the phone app too', { throughput: 'STANDARD', isOnBizApp: true }, 20],
    ['one of which nothing is said', {}, undefined],
  ])('the rate of %s', (_name, more, mps) => {
    expect(toLearned(number(more), NOW).mps).toBe(mps);
  });

  test('only what it said is kept, with the time', () => {
    expect(toLearned(number({ qualityRating: 'GREEN', messagingLimit: 'TIER_250' }), NOW)).toEqual({
      tier: 250,
      quality: 'GREEN',
      lookedAt: '2026-11-21T12:00:00.000Z',
    });
  });

  test('its reasons against sending are told in its own words', () => {
    const error = { code: 141006, description: 'No payment method.', solution: 'Add one in the billing hub.' };
    const entities = [{ type: 'WABA', canSend: 'BLOCKED', notes: [], errors: [error] }];
    const learned = toLearned(number({ health: { canSend: 'BLOCKED', entities } }), NOW);
    expect(learned).toMatchObject({ canSend: 'BLOCKED', problem: 'No payment method. Add one in the billing hub.' });
    expect(toLearned(number({ health: { canSend: 'LIMITED', entities: [] } }), NOW).problem).toMatch(/LIMITED/);
    expect(toLearned(number({ health: { canSend: 'AVAILABLE', entities: [] } }), NOW)).not.toHaveProperty('problem');
  });

  test.each([
    [{ canSend: 'AVAILABLE', status: 'CONNECTED' }, true],
    [{ canSend: 'LIMITED' }, true],
    [{}, true],
    [{ canSend: 'BLOCKED', status: 'CONNECTED' }, false],
    [{ canSend: 'AVAILABLE', status: 'BANNED' }, false],
    [{ status: 'DISCONNECTED' }, false],
  ])('%o is fit to send: %s', (learned, fit) => {
    expect(isFit(learned)).toBe(fit);
  });
});
