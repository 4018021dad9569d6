import { describe, expect, test } from 'vitest';
import {
  decideDelay,
  decidePolicy,
  type Finding,
  joinFindings,
  type PolicyView,
  toReason,
  WINDOW_MS,
} from './policy.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const view: PolicyView = {
  nowMs: NOW,
  channel: { provider: 'meta', state: 'active', stateReason: null },
  isTemplate: false,
  origin: 'handler',
  owner: 'bot',
  lastInboundAt: NOW - 60_000,
  expiresAt: null,
  findings: [],
};
const whapi = { ...view.channel, provider: 'whapi' } as const;
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
    [
      'a time after the window, of a message that is asked about before it',
      { sendAt: NOW, lastInboundAt: NOW - WINDOW_MS - 90 * MINUTE },
      'deny',
      /will have been closed for 1 h 30 min by then: send a template/,
    ],
    ['a template after the window', { isTemplate: true, lastInboundAt: NOW - 9 * WINDOW_MS }, 'allow', /Templates/],
    ['a stranger', { lastInboundAt: null, origin: 'api' }, 'deny', /only a template may open/],
    ['a template to a stranger', { lastInboundAt: null, isTemplate: true }, 'allow', /Templates/],
    ['anything over Whapi', { channel: whapi, lastInboundAt: null }, 'allow', /no service window/],
    ['an automatic answer where a person took over', { owner: 'person' }, 'deny', /belongs to a person/],
    ['… or the phone app', { owner: 'phone_app' }, 'deny', /belongs to the phone app/],
    ['… or another app', { owner: 'other_app', isTemplate: true }, 'deny', /belongs to another app/],
    ['… also over Whapi', { owner: 'nobody', channel: whapi }, 'deny', /belongs to nobody/],
    ['a message of the API where another app answers', { owner: 'other_app', origin: 'api' }, 'deny', /standby/],
    ['what is too late', { expiresAt: NOW }, 'deny', /sent before 2026-11-21T12:00:00.000Z: too late/],
    ['a moment before it is too late', { expiresAt: NOW + 1 }, 'allow', /window is open/],
    [
      'a bot’s words over Meta’s own API where a person took over',
      { owner: 'person', origin: 'graph' },
      'deny',
      /belongs to a person/,
    ],
    ['… or the phone app', { owner: 'phone_app', origin: 'graph' }, 'deny', /belongs to the phone app/],
    ['… its templates go', { owner: 'person', origin: 'graph', isTemplate: true }, 'allow', /Templates may be sent/],
    [
      '… but not where another app answers',
      { owner: 'other_app', origin: 'graph', isTemplate: true },
      'deny',
      /standby/,
    ],
    ['a bot’s words over Meta’s own API to whom nobody took over', { origin: 'graph' }, 'allow', /window is open/],
    ['a message of the API where a person took over', { owner: 'person', origin: 'api' }, 'allow', /window is open/],
  ])('%s', (_name, more, verdict, reason) => {
    const decided = decidePolicy({ ...view, ...more });
    expect(decided.verdict).toBe(verdict);
    expect(toReason(decided)).toMatch(reason);
  });

  describe('a delay', () => {
    const quiet = {
      rule: 'quiet_hours',
      effect: 'defer',
      text: 'It is night there',
      until: NOW + 60 * MINUTE,
    } as const;
    const note = { rule: 'consent', effect: 'allow', text: 'Said yes' } as const;

    test.each<[string, Finding[], number, string]>([
      ['that ends in time', [note, quiet], NOW + 60 * MINUTE + 1, 'defer'],
      ['that ends when it is too late', [note, quiet], NOW + 60 * MINUTE, 'deny'],
      ['whose end nobody knows', [note, { rule: 'channel', effect: 'defer', text: 'Paused' }], NOW + MINUTE, 'defer'],
      ['there is none', [note], NOW + MINUTE, 'allow'],
      ['it is refused anyway', [{ ...note, effect: 'deny' }, quiet], NOW + MINUTE, 'deny'],
    ])('%s', (_name, findings, expiresAt, verdict) => {
      const decided = decideDelay(joinFindings(findings), expiresAt);
      expect(decided.verdict).toBe(verdict);
      expect(decided.reasons.slice(0, findings.length)).toEqual(findings);
    });

    test('past the expiry says why, until when, and the way out', () => {
      expect(toReason(decideDelay(joinFindings([note, quiet]), NOW + MINUTE))).toBe(
        'It could only expire: it has to wait until 2026-11-21T13:00:00.000Z (It is night there), and is not to be sent after 2026-11-21T12:01:00.000Z: raise ttlSeconds',
      );
    });
  });

  test('a paused channel makes it wait, nobody knows how long', () => {
    const channel = { ...view.channel, state: 'paused', stateReason: 'the token has expired' } as const;
    const decided = decidePolicy({ ...view, channel });
    expect(decided).toMatchObject({ verdict: 'defer', until: null });
    expect(toReason(decided)).toBe(
      'The channel is paused (the token has expired): the message waits until it is resumed',
    );
  });

  test('keeps what every rule says, also of those that let it pass', () => {
    const note: Finding = { rule: 'country', effect: 'note', text: 'Not counted there' };
    expect(decidePolicy({ ...view, findings: [note] }).reasons.map(({ rule }) => rule)).toEqual(['window', 'country']);
  });
});

describe('findings together', () => {
  const say = (effect: Finding['effect'], until?: number): Finding => ({
    rule: 'x',
    effect,
    text: `${effect} ${until ?? ''}`.trim(),
    ...(until === undefined ? {} : { until }),
  });

  test.each<[string, Finding[], [verdict: string, until: number | null, reason: string]]>([
    ['leave and notes', [say('allow'), say('note')], ['allow', null, 'allow; note']],
    ['a delay beats leave', [say('allow'), say('defer', 5)], ['defer', 5, 'defer 5']],
    ['the latest of two delays counts', [say('defer', 5), say('defer', 9)], ['defer', 9, 'defer 5; defer 9']],
    ['a delay without an end has none', [say('defer', 5), say('defer')], ['defer', null, 'defer 5; defer']],
    ['a refusal beats all', [say('deny'), say('defer', 5), say('allow')], ['deny', null, 'deny']],
  ])('%s', (_name, findings, expected) => {
    const joined = joinFindings(findings);
    expect([joined.verdict, joined.until, toReason(joined)]).toEqual(expected);
  });
});
