import type { Policy } from '../api/types.ts';
import type { Place } from './field-errors.ts';
import type { Purpose } from './consent.ts';

/** The policy as its form holds it: what is switched off keeps what was written there. */
export interface PolicyDraft {
  requireOptIn: Purpose[];
  quiet: { isOn: boolean; purposes: Purpose[]; from: string; to: string; defaultZone: string };
  frequency: { isOn: boolean; cap: string; hours: string };
  countryRulesOff: string[];
  resendLost: Purpose[];
}

/** `zone`: of who looks, for a policy that has no quiet hours yet. */
export function toPolicyDraft(policy: Policy, zone: string): PolicyDraft {
  const { quietHours, frequency } = policy;
  return {
    requireOptIn: [...policy.requireOptIn],
    quiet: {
      isOn: quietHours !== null,
      ...(quietHours ?? { purposes: ['marketing'], from: '21:00', to: '08:00', defaultZone: zone }),
    },
    frequency: {
      isOn: frequency !== null,
      cap: String(frequency?.cap ?? 2),
      hours: String(frequency?.hours ?? 24),
    },
    countryRulesOff: [...policy.countryRulesOff],
    resendLost: [...policy.resendLost],
  };
}

/** What is no number stays none, for the API to refuse. */
const toNumber = (word: string): number => (word.trim() === '' ? Number.NaN : Number(word));

export function toPolicy({ quiet, frequency, ...rest }: PolicyDraft): Policy {
  const { isOn, ...quietHours } = quiet;
  return {
    ...rest,
    quietHours: isOn ? quietHours : null,
    frequency: frequency.isOn ? { cap: toNumber(frequency.cap), hours: toNumber(frequency.hours) } : null,
  };
}

export const POLICY_PLACES: readonly Place[] = [
  ['requireOptIn', 'requireOptIn'],
  ['quietHours.purposes', 'quiet.purposes'],
  ['quietHours.from', 'quiet.from'],
  ['quietHours.to', 'quiet.to'],
  ['quietHours.defaultZone', 'quiet.defaultZone'],
  ['frequency.cap', 'frequency.cap'],
  ['frequency.hours', 'frequency.hours'],
  ['resendLost', 'resendLost'],
];
