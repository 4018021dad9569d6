import type { Source } from './hear.ts';
import type { Consent, ConsentView } from './store.ts';
import type { Purpose } from './words.ts';

export interface ConsentQuestion {
  readonly purpose: Purpose;
  /** Purposes for which silence is a no. */
  readonly requireOptIn: readonly Purpose[];
}

export type ConsentVerdict =
  | { readonly ok: true; readonly note: string }
  | { readonly ok: false; readonly reason: string };

const BY: { readonly [S in Source]: string } = {
  keyword: 'by a message to this business',
  meta_preference: 'in WhatsApp’s own settings of this chat',
  api: 'as recorded over the API',
  import: 'as imported',
  signup: 'by signing up',
  handler: 'as a handler recorded',
};

const WAY_OUT: { readonly [P in Purpose]: string } = {
  marketing:
    'Only the person can change that: by writing START, in WhatsApp’s settings, or by an opt-in that you can prove and record with POST /api/v1/consents',
  utility:
    'Only the person can change that: by writing START, or by an opt-in that you can prove and record with POST /api/v1/consents',
  authentication: 'Ask the person, and record the new opt-in with POST /api/v1/consents',
  service: 'Ask the person, and record the new opt-in with POST /api/v1/consents',
};

const told = ({ at, source }: Consent): string => `on ${new Date(at).toISOString().slice(0, 10)}, ${BY[source]}`;

/** May this person be written to for this purpose? An opt-out always counts; silence counts as the settings say. */
export function decideConsent(view: ConsentView, { purpose, requireOptIn }: ConsentQuestion): ConsentVerdict {
  const consent = view[purpose];
  if (consent?.state === 'out')
    return { ok: false, reason: `This person wants no ${purpose} messages (${told(consent)}). ${WAY_OUT[purpose]}` };
  if (consent?.state === 'in')
    return { ok: true, note: `This person agreed to ${purpose} messages (${told(consent)})` };
  if (!requireOptIn.includes(purpose)) return { ok: true, note: `This person has not objected to ${purpose} messages` };
  return {
    ok: false,
    reason: `No opt-in to ${purpose} messages is recorded for this person. Record it with its wording and time by POST /api/v1/consents, or end requiring it in the settings`,
  };
}
