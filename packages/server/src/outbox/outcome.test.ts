import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Failure, SendOutcome } from '@wharf/whatsapp';
import { fail } from './fixtures/rig.ts';
import { decideNextStep, toBackoff } from './outcome.ts';

const NOW = 1_000_000;
const rules = { maxAttempts: 4, graceMs: 90_000 };
const at = (more: { attempt?: number; chance?: number; repeatable?: boolean } = {}) => ({
  attempt: 1,
  nowMs: NOW,
  chance: 0.5,
  repeatable: false,
  ...more,
});

describe('decideNextStep', () => {
  test.each<[string, SendOutcome, ReturnType<typeof at>, object]>([
    ['accepted', { kind: 'accepted', messageId: 'wamid.1' }, at(), { state: 'accepted', whatsappId: 'wamid.1' }],
    [
      'throttled, the number',
      fail('throttled', { scope: 'number' }),
      at(),
      { state: 'retry', spent: false, slow: 'number', dueAt: NOW + 1_000 },
    ],
    [
      'throttled, the account',
      fail('throttled', { scope: 'account' }),
      at(),
      { state: 'retry', spent: false, slow: 'number' },
    ],
    [
      'throttled, the app',
      fail('throttled', { scope: 'app', waitMs: 9_000 }),
      at(),
      { state: 'retry', spent: false, slow: 'number', dueAt: NOW + 9_000 },
    ],
    [
      'throttled, the pair',
      fail('throttled', { scope: 'pair' }),
      at(),
      { state: 'retry', spent: false, slow: 'pair', dueAt: NOW + 6_000 },
    ],
    [
      'throttled, nobody else',
      fail('throttled', { waitMs: 5_000 }),
      at(),
      { state: 'retry', spent: false, slow: null, dueAt: NOW + 5_000 },
    ],
    [
      'throttled for the hundredth time',
      fail('throttled', { scope: 'number' }),
      at({ attempt: 100 }),
      { state: 'retry', spent: false },
    ],
    ['transient', fail('transient'), at(), { state: 'retry', spent: true, slow: null, dueAt: NOW + 500 }],
    ['transient, with a wait', fail('transient', { waitMs: 60_000 }), at(), { state: 'retry', dueAt: NOW + 60_000 }],
    ['transient, before the last try', fail('transient'), at({ attempt: 3 }), { state: 'retry', dueAt: NOW + 2_000 }],
    ['transient, at the last try', fail('transient'), at({ attempt: 4 }), { state: 'failed' }],
    [
      'transient, the table allows fewer tries',
      fail('transient', { maxAttempts: 2 }),
      at({ attempt: 2 }),
      { state: 'failed' },
    ],
    [
      'transient, the table allows more tries',
      fail('transient', { maxAttempts: 9 }),
      at({ attempt: 4 }),
      { state: 'failed' },
    ],
    [
      'never left, for the hundredth time',
      fail('transient', { neverLeft: true }),
      at({ attempt: 100 }),
      { state: 'retry', spent: false, slow: null, dueAt: NOW + 3_000 },
    ],
    [
      'never left, a read mark at its last try',
      fail('transient', { neverLeft: true }),
      at({ attempt: 4, repeatable: true }),
      { state: 'failed' },
    ],
    ['ambiguous', fail('ambiguous'), at(), { state: 'ambiguous', dueAt: NOW + 90_000, isLast: false }],
    ['ambiguous, at the last try', fail('ambiguous'), at({ attempt: 4 }), { state: 'ambiguous', isLast: true }],
    [
      'ambiguous, the table allows fewer tries',
      fail('ambiguous', { maxAttempts: 2 }),
      at({ attempt: 2 }),
      { state: 'ambiguous', isLast: true },
    ],
    [
      'ambiguous, and doing it twice does no harm',
      fail('ambiguous'),
      at({ repeatable: true }),
      { state: 'retry', spent: true },
    ],
    [
      'ambiguous, harmless, at the last try',
      fail('ambiguous'),
      at({ repeatable: true, attempt: 4 }),
      { state: 'failed' },
    ],
    ['channel', fail('channel', { alert: true }), at(), { state: 'paused' }],
    ['permanent', fail('permanent', { recipient: true }), at(), { state: 'failed' }],
  ])('%s', (_name, outcome, attempt, step) => {
    expect(decideNextStep(outcome, attempt, rules)).toMatchObject(step);
  });

  test('every failure keeps its reason', () => {
    const kinds: Failure['kind'][] = ['throttled', 'transient', 'ambiguous', 'channel', 'permanent'];
    for (const kind of kinds) {
      const failure = fail(kind);
      expect(decideNextStep(failure, at(), rules)).toMatchObject({ failure });
    }
  });
});

describe('toBackoff', () => {
  test('is full jitter: anything from nothing up to a bound that doubles, and never more than a minute', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, chance) => {
          const waitMs = toBackoff(attempt, chance);
          expect(waitMs).toBeGreaterThanOrEqual(0);
          expect(waitMs).toBeLessThanOrEqual(Math.min(60_000, 500 * 2 ** attempt));
          expect(toBackoff(attempt + 1, chance)).toBeGreaterThanOrEqual(waitMs);
        },
      ),
    );
    expect([toBackoff(1, 0), toBackoff(1, 0.999), toBackoff(20, 0.999)]).toEqual([0, 999, 59_940]);
  });
});
