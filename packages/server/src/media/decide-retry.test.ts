import type { Failure } from '@wharf/whatsapp';
import { describe, expect, test } from 'vitest';
import { decideRetry, KEPT_MS, toPauseMs } from './decide-retry.ts';

const failure = (more: Partial<Failure>): Failure => ({
  kind: 'transient',
  code: 0,
  httpStatus: null,
  advice: 'Try again.',
  error: { code: 0, message: 'no answer' },
  ...more,
});
const tried = { attempts: 1, createdAt: 0, nowMs: 10_000, chance: 0 };
const decide = (more: Partial<Failure>, at: Partial<typeof tried> = {}) =>
  decideRetry({ ...tried, ...at, failure: failure(more) });

describe('a file that could not be fetched', () => {
  test('is tried again after 1 s doubling to 1 h, half of it by chance', () => {
    expect([1, 2, 3, 12, 13, 14, 900].map((attempts) => toPauseMs(attempts, 1))).toEqual([
      1_000, 2_000, 4_000, 2_048_000, 3_600_000, 3_600_000, 3_600_000,
    ]);
    expect([toPauseMs(3, 0), toPauseMs(3, 0.5), toPauseMs(3, 0, 60_000)]).toEqual([2_000, 3_000, 60_000]);
    expect(decide({})).toMatchObject({
      state: 'referenced',
      dueAt: 10_500,
      reason: 'Try again. (no answer) Tried once.',
    });
  });

  test('waits as long as the provider asks', () => {
    expect(decide({ kind: 'throttled', waitMs: 30_000 })).toMatchObject({ dueAt: 40_000 });
  });

  test.each(['transient', 'throttled', 'channel', 'ambiguous'] as const)(
    'with a %s failure is tried until the provider has forgotten it',
    (kind) => {
      const at = { attempts: 700, nowMs: KEPT_MS - 1_800_000 };
      expect(decide({ kind }, at)).toMatchObject({ state: 'referenced', dueAt: KEPT_MS });
      expect(decide({ kind }, { ...at, nowMs: at.nowMs + 1 })).toMatchObject({ state: 'lost', dueAt: null });
    },
  );

  test('is lost when the provider has said five times that it does not have it', () => {
    const gone = { kind: 'permanent', httpStatus: 404 } as const;
    expect(decide(gone, { attempts: 4 })).toMatchObject({ state: 'referenced' });
    expect(decide(gone, { attempts: 5 })).toMatchObject({ state: 'lost', reason: expect.stringContaining('5 times') });
  });

  test.each([
    ['a link to a foreign host', { httpStatus: null }],
    ['a file that is too large', { httpStatus: 200 }],
  ])('is lost at once for %s', (_name, more) => {
    expect(decide({ kind: 'permanent', ...more })).toMatchObject({ state: 'lost' });
  });

  test('has a reason of at most 500 characters', () => {
    expect(decide({ advice: 'x'.repeat(600) }).reason).toHaveLength(500);
  });
});
