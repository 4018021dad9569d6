import { expect, test } from 'vitest';
import type { Policy } from '../api/types.ts';
import { toPolicy, toPolicyDraft } from './policy-draft.ts';

const whole: Policy = {
  requireOptIn: ['marketing'],
  quietHours: { purposes: ['marketing'], from: '22:00', to: '07:30', defaultZone: 'Asia/Tokyo' },
  frequency: { cap: 3, hours: 48 },
  countryRulesOff: ['us-marketing'],
  resendLost: ['service'],
};
const bare: Policy = { ...whole, quietHours: null, frequency: null };

test.each([
  ['with everything', whole],
  ['without quiet hours and cap', bare],
])('a policy %s goes through the form unchanged', (_, policy) => {
  expect(toPolicy(toPolicyDraft(policy, 'Europe/Berlin'))).toEqual(policy);
});

test('what is switched on begins with something sensible, in the zone of who looks', () => {
  const draft = toPolicyDraft(bare, 'Europe/Berlin');
  const on = toPolicy({
    ...draft,
    quiet: { ...draft.quiet, isOn: true },
    frequency: { ...draft.frequency, isOn: true },
  });
  expect(on.quietHours).toEqual({ purposes: ['marketing'], from: '21:00', to: '08:00', defaultZone: 'Europe/Berlin' });
  expect(on.frequency).toEqual({ cap: 2, hours: 24 });
});

test('what is no number is not turned into one', () => {
  const draft = toPolicyDraft(whole, 'UTC');
  expect(toPolicy({ ...draft, frequency: { ...draft.frequency, cap: ' ' } }).frequency).toEqual({
    cap: Number.NaN,
    hours: 48,
  });
});
