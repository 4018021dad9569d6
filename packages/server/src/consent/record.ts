import { toDigestUuid } from '#kit';
import type { Source } from './hear.ts';
import type { Evidence } from './store.ts';
import type { Purpose } from './words.ts';

/** What somebody reports that a person said. */
export interface Report {
  readonly purposes: readonly Purpose[];
  readonly state: 'in' | 'out' | 'unknown';
  /** When it was said, unix ms; missing = now. */
  readonly at: number | undefined;
  readonly source: Source;
  readonly text: string | undefined;
  readonly language: string | undefined;
}

export interface ReportProblem {
  readonly code: 'consent_evidence_missing' | 'invalid_request';
  readonly field: string;
  readonly message: string;
}

/** Clocks of other systems differ; what lies further ahead is a mistake, and would outweigh all that is said until then. */
const AHEAD_MS = 5 * 60_000;

const EVIDENCE =
  'is needed for an opt-in: who agreed must have agreed to something, at some time, and be able to see it';

/** What is wrong with a report: an opt-in without wording and time proves nothing, and is refused. */
export function checkReport({ state, at, text }: Report, nowMs: number): ReportProblem[] {
  const problems: ReportProblem[] = [];
  const lacks = (field: string, what: string) =>
    problems.push({ code: 'consent_evidence_missing', field, message: `${EVIDENCE}. Give ${what}` });
  if (state === 'in' && !text?.trim()) lacks('text', 'the wording the person agreed to');
  if (state === 'in' && at === undefined) lacks('at', 'the time at which they agreed');
  if (at !== undefined && at > nowMs + AHEAD_MS) {
    problems.push({
      code: 'invalid_request',
      field: 'at',
      message: 'must not lie in the future. Give the time at which it was said',
    });
  }
  return problems;
}

export interface Reporter {
  readonly workspaceId: string;
  readonly contactId: string;
  readonly channelId: string | null;
  readonly keyId: string | null;
}

/** The rows a report becomes. The same report again has the same marks, so it adds nothing. */
export function toEvidence(report: Report, from: Reporter, nowMs: number): Evidence[] {
  const { purposes, state, source } = report;
  const at = report.at ?? nowMs;
  const [text, language] = [report.text ?? null, report.language ?? null];
  const mark = `report ${toDigestUuid(JSON.stringify([state, at, source, text, language]))}`;
  const said = { ...from, state, at, source, text, language, mark, eventId: null, conversationId: null };
  return [...new Set(purposes)].map((purpose) => ({ ...said, purpose }));
}
