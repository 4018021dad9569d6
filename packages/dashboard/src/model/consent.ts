import type { Consent, Evidence } from '../api/types.ts';
import type { StateView } from './delivery-state.ts';

export const PURPOSES = ['marketing', 'utility', 'authentication', 'service'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const PURPOSE_WORDS: Record<Purpose, { label: string; about: string }> = {
  marketing: { label: 'Marketing', about: 'offers and news' },
  utility: { label: 'Utility', about: 'orders, appointments, payments' },
  authentication: { label: 'Authentication', about: 'codes to sign in' },
  service: { label: 'Service', about: 'answers to what they ask' },
};

const STATES: Record<Evidence['state'], StateView> = {
  in: { label: 'Agreed', tone: 'good', mark: '✓' },
  out: { label: 'Objected', tone: 'bad', mark: '✕' },
  unknown: { label: 'Withdrawn', tone: 'neutral', mark: '' },
  resume: { label: 'Took the objection back', tone: 'neutral', mark: '↻' },
};
const NEVER: StateView = { label: 'Never asked', tone: 'neutral', mark: '' };

export const toConsentState = (state: Evidence['state']): StateView => STATES[state] ?? NEVER;

const SOURCES: Record<Consent['source'], string> = {
  keyword: 'A keyword they wrote',
  meta_preference: 'WhatsApp’s own switch',
  api: 'The API or this page',
  import: 'An import',
  signup: 'A sign-up form',
  handler: 'A handler',
};

export const toSource = (source: Consent['source']): string => SOURCES[source] ?? source;

export interface ConsentLine {
  purpose: Purpose;
  view: StateView;
  consent: Consent | null;
}

/** Every purpose, also those of which nothing was said. */
export const toConsentLines = (consents: readonly Consent[]): ConsentLine[] =>
  PURPOSES.map((purpose) => {
    const consent = consents.find((one) => one.purpose === purpose) ?? null;
    return { purpose, consent, view: consent ? toConsentState(consent.state) : NEVER };
  });
