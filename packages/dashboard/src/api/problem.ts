import type { Problem } from './types.ts';

/** Any answer that is not a success, as the problem it carries or the one we make of it. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
}

const UNREACHABLE: Problem = {
  type: 'about:blank',
  title: 'Wharf does not answer',
  status: 0,
  code: 'unreachable',
  next: 'Is it still running? This page tries again by itself.',
};

/** A problem of ours stays as it is; a proxy's HTML or an empty body becomes a problem with the status. */
export function parseProblem(status: number, body: string): Problem {
  try {
    const value: unknown = JSON.parse(body);
    if (isProblem(value)) return value;
  } catch {
    // Not JSON: something between us and the API answered.
  }
  return {
    type: 'about:blank',
    title: `The server answered ${status}`,
    status,
    code: 'unexpected_answer',
    next: 'If a proxy stands before Wharf, look at its log first.',
  };
}

function isProblem(value: unknown): value is Problem {
  return (
    typeof value === 'object' &&
    value !== null &&
    'title' in value &&
    typeof value.title === 'string' &&
    'status' in value
  );
}

const AWAY: ReadonlySet<number> = new Set([UNREACHABLE.status, 502, 503, 504]);

/** Nobody is there to answer right now: the server restarts, or the proxy before it waits for it. Asking again helps. */
export function isAway(error: unknown): boolean {
  return error !== null && error !== undefined && AWAY.has(toProblem(error).status);
}

export function toProblem(error: unknown): Problem {
  return error instanceof ApiProblem ? error.problem : UNREACHABLE;
}
