import type { Failure, MessageProblem } from '@wharf/whatsapp';

/** Why something was not done; `code` is one of the API's registry. */
export interface TemplateProblem {
  readonly code: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly MessageProblem[];
}

/** `replayed`: it was so already, and Meta was not asked. */
export type Outcome<T = unknown> =
  | ({ readonly ok: true; readonly replayed: boolean } & T)
  | { readonly ok: false; readonly problem: TemplateProblem };

export type Refused = Extract<Outcome, { ok: false }>;

export const refuse = (status: number, code: string, detail: string, errors?: readonly MessageProblem[]): Refused => ({
  ok: false,
  problem: errors ? { status, code, detail, errors } : { status, code, detail },
});

export const refuseInvalid = (problems: readonly MessageProblem[], under: string): Refused =>
  refuse(
    422,
    'template_invalid',
    'Meta would refuse this template. It was not asked.',
    problems.map((problem) => ({ ...problem, field: problem.field === '' ? under : `${under}.${problem.field}` })),
  );

/** What went wrong and the way out, in Meta's own words where there are any. */
export function toFailureText({ error, advice }: Failure): string {
  const said = [error.title, error.message, error.details].filter((part) => part !== undefined && part !== '');
  return said.length === 0 ? advice : `${[...new Set(said)].join(' · ')} — ${advice}`;
}

const AGAIN: ReadonlySet<Failure['kind']> = new Set(['transient', 'throttled', 'ambiguous']);

/** Meta's answer as a problem. After a lost answer it may have been done all the same: a reading tells. */
export function refuseAsMeta(failure: Failure): Refused {
  const code = failure.code === 0 ? '' : ` (code ${failure.code})`;
  const text = toFailureText(failure);
  if (AGAIN.has(failure.kind)) return refuse(502, 'meta_unavailable', `Meta did not do it${code}: ${text}`);
  if (failure.httpStatus === null) return refuse(422, 'request_refused', `Meta was not asked: ${text}`);
  return refuse(422, 'meta_refused', `Meta says${code}: ${text}`);
}
