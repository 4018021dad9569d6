import { describe, expect, test } from 'vitest';
import { toFailure, toRefusal } from './failures.ts';
import type { Refused } from './options.ts';
import type { Outcome } from './store.ts';

const denied = (rule: string, code?: string): Refused => ({
  code: 'policy_denied',
  status: 422,
  detail: 'Because. Nothing was queued.',
  denied: [code === undefined ? { rule } : { rule, code }],
});
const errorOf = (answer: { body: object }) => (answer.body as { error: { [key: string]: unknown } }).error;

// What a client branches on.
const RULES = [
  ['window', undefined, 131047, 400],
  ['template', 'template_unknown', 132001, 404],
  ['template', 'template_pending', 132001, 404],
  ['template', 'template_rejected', 132001, 404],
  ['template', 'template_paused', 132015, 400],
  ['template', 'template_disabled', 132016, 400],
  ['template', 'template_parameters', 132000, 400],
  ['template', 'a_code_of_tomorrow', 132001, 404],
  ['consent', undefined, 131050, 400],
  ['country', 'us-marketing', 131049, 400],
  ['country', 'cu-all', 130497, 403],
  ['frequency', undefined, 131049, 400],
  ['quiet_hours', undefined, 131049, 400],
  ['tier', undefined, 131048, 400],
  ['owner', undefined, 131005, 403],
  ['a_rule_of_tomorrow', undefined, 131000, 500],
] as const;

describe('What the policy refuses', () => {
  test.each(RULES)('%s %s is Meta’s %i, answered %i', (rule, code, expected, status) => {
    const answer = toRefusal(denied(rule, code));
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({ code: expected, error_data: { details: 'Because. Nothing was queued.' } });
  });

  test.each(RULES)('%s %s is the same when it is found out after queueing, and never a 5xx', (rule, code, expected) => {
    const reasons = [
      { rule: 'price', effect: 'note', text: 'Free' },
      { rule, effect: 'deny', text: 'Because', ...(code === undefined ? {} : { code }) },
    ];
    const answer = toFailure(ended({ state: 'blocked', reason: 'Because', policy: { reasons } }), 'meta');
    expect(answer.status).toBeLessThan(500);
    expect(errorOf(answer)).toMatchObject({ code: expected, is_transient: false, error_data: { details: 'Because' } });
  });
});

describe('What else is refused before queueing', () => {
  const refused = (code: string, more: Partial<Refused> = {}): Refused => ({
    code,
    status: 422,
    detail: 'Why.',
    ...more,
  });
  test('names the field as Meta’s caller wrote it', () => {
    const errors = [{ field: 'message.image.link', message: 'cannot be reached' }];
    expect(errorOf(toRefusal(refused('message_invalid', { errors })))).toMatchObject({
      code: 100,
      message: '(#100) Param image.link cannot be reached',
    });
  });

  test.each([
    ['capability_missing', 422, 131051, 400],
    ['idempotency_conflict', 409, 100, 409],
    ['a_problem_of_tomorrow', 503, 100, 400],
  ])('%s', (code, status, expected, answered) => {
    const answer = toRefusal(refused(code, { status }));
    expect([answer.status, errorOf(answer)['code']]).toEqual([answered, expected]);
  });
});

function ended(more: Partial<Outcome>): Outcome {
  return {
    id: 'msg_1',
    state: 'failed',
    whatsappId: null,
    reason: null,
    error: null,
    code: null,
    policy: null,
    ...more,
  };
}

describe('A message that failed', () => {
  test.each([
    [
      'Meta’s words',
      ended({ error: { code: 131026, message: '(#131026) Message undeliverable', details: 'Not on WhatsApp' } }),
      131026,
      '(#131026) Message undeliverable',
      'Not on WhatsApp',
    ],
    [
      'Meta’s title',
      ended({ error: { code: 131026, title: 'Undeliverable' }, reason: 'Ask them' }),
      131026,
      '(#131026) Undeliverable',
      'Ask them',
    ],
    [
      'the last attempt’s code',
      ended({ error: { code: 0 }, code: 131016, reason: 'Away' }),
      131016,
      expect.stringMatching(/^\(#131016\) /),
      'Away',
    ],
    [
      'no code at all',
      ended({ reason: 'The answer was lost' }),
      131000,
      expect.stringMatching(/^\(#131000\) /),
      'The answer was lost',
    ],
    ['a cancelled one', ended({ state: 'cancelled' }), 135000, expect.any(String), 'The message is cancelled.'],
    ['one that was too late', ended({ state: 'expired', reason: 'Too late' }), 131016, expect.any(String), 'Too late'],
  ])('answers with %s', (...[, outcome, code, message, details]) => {
    const answer = toFailure(outcome, 'meta');
    expect(errorOf(answer)).toMatchObject({ code, message, is_transient: false, error_data: { details } });
    expect(answer.status).toBe(400);
  });

  test('over Whapi has HTTP’s codes, which mean something else at Meta', () => {
    expect(errorOf(toFailure(ended({ code: 402, error: { code: 402 }, reason: 'Pay' }), 'whapi'))).toMatchObject({
      code: 131000,
    });
  });
});
