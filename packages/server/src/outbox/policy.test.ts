import { describe, expect, test } from 'vitest';
import { decidePolicy, type PolicyView, WINDOW_MS } from './policy.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const view: PolicyView = {
  nowMs: NOW,
  provider: 'meta',
  isTemplate: false,
  origin: 'handler',
  owner: 'bot',
  lastInboundAt: NOW - 60_000,
};
const MINUTE = 60_000;

describe('decidePolicy', () => {
  test.each<[string, Partial<PolicyView>, 'allow' | 'deny', RegExp]>([
    ['an answer inside the window', {}, 'allow', /window is open for 23 h 59 min/],
    ['a last minute', { lastInboundAt: NOW - WINDOW_MS + MINUTE }, 'allow', /open for 0 h 1 min/],
    [
      'just after the window by our clock: Meta decides',
      { lastInboundAt: NOW - WINDOW_MS - 2 * MINUTE },
      'allow',
      /open for 0 h 0 min/,
    ],
    [
      'clearly after the window',
      { lastInboundAt: NOW - WINDOW_MS - 90 * MINUTE },
      'deny',
      /closed 1 h 30 min ago: send a template/,
    ],
    ['a template after the window', { isTemplate: true, lastInboundAt: NOW - 9 * WINDOW_MS }, 'allow', /Templates/],
    ['a stranger', { lastInboundAt: null, origin: 'api' }, 'deny', /only a template may open/],
    ['a template to a stranger', { lastInboundAt: null, isTemplate: true }, 'allow', /Templates/],
    ['anything over Whapi', { provider: 'whapi', lastInboundAt: null }, 'allow', /no service window/],
    ['an automatic answer where a person took over', { owner: 'person' }, 'deny', /belongs to person/],
    ['… or the phone app', { owner: 'phone_app' }, 'deny', /belongs to phone app/],
    ['… or another app', { owner: 'other_app', isTemplate: true }, 'deny', /belongs to other app/],
    ['… also over Whapi', { owner: 'nobody', provider: 'whapi' }, 'deny', /belongs to nobody/],
    ['a message of the API where a person took over', { owner: 'person', origin: 'api' }, 'allow', /window is open/],
  ])('%s', (_name, more, verdict, reason) => {
    const decided = decidePolicy({ ...view, ...more });
    expect(decided.verdict).toBe(verdict);
    expect(decided.reasons.join()).toMatch(reason);
  });
});
