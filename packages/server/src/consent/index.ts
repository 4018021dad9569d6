/**
 * What people agreed to. Comes in: events of the walk, what the API brings, marketing that was sent. Goes out: the state
 * of each purpose with its evidence, whether a person may be written to, how often they were. Never sends, never
 * answers a STOP itself, never deletes evidence.
 */
export { type ConsentQuestion, type ConsentVerdict, decideConsent } from './decide.ts';
export { type Batch, foldConsents } from './fold.ts';
export { decideFrequency, type FrequencyVerdict, type FrequencyView } from './frequency.ts';
export type { Source } from './hear.ts';
export { compileWords, type Words } from './keywords.ts';
export { type ConsentRow, type EvidenceRow, listConsents, listEvidence } from './lists.ts';
export { readWhereabouts, type Whereabouts } from './people.ts';
export { checkReport, type Report, toEvidence } from './record.ts';
export { countMarketing, type MarketingCount, type MarketingSend, pruneMarketing, recordMarketing } from './sends.ts';
export { appendEvidence, type Consent, type ConsentView, type Evidence, readConsents } from './store.ts';
export { type Keyword, KEYWORDS, type Purpose, PURPOSES } from './words.ts';
