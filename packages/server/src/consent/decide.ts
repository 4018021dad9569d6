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

const PROVE = 'an opt-in that you can prove and record with POST /api/v1/consents';

function toWayOut(purpose: Purpose, { source }: Consent): string {
  // WhatsApp itself refuses marketing until the person turns it on again (131050).
  if (source === 'meta_preference') return 'Only the person can change that, in WhatsApp, where it was said';
  const spoken = purpose === 'marketing' || purpose === 'utility' ? 'by writing START, or ' : '';
  return `Only the person can change that, ${spoken}by ${PROVE}`;
}

const told = ({ at, source }: Consent): string => `on ${new Date(at).toISOString().slice(0, 10)}, ${BY[source]}`;

/** May this person be written to for this purpose? An opt-out always counts; silence counts as the settings say. */
export function decideConsent(view: ConsentView, { purpose, requireOptIn }: ConsentQuestion): ConsentVerdict {
  const consent = view[purpose];
  if (consent?.state === 'out')
    return {
      ok: false,
      reason: `This person wants no ${purpose} messages (${told(consent)}). ${toWayOut(purpose, consent)}`,
    };
  if (consent?.state === 'in')
    return { ok: true, note: `This person agreed to ${purpose} messages (${told(consent)})` };
  if (!requireOptIn.includes(purpose)) return { ok: true, note: `This person has not objected to ${purpose} messages` };
  return {
    ok: false,
    reason: `No opt-in to ${purpose} messages is recorded for this person. Record it with its wording and time by POST /api/v1/consents, or end requiring it in the settings`,
  };
}
