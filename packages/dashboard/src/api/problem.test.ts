import { expect, test } from 'vitest';
import { ApiProblem, isAway, parseProblem, toProblem } from './problem.ts';

const problem = { type: 'about:blank', title: 'Not found', status: 404, code: 'not_found', next: 'Check the id.' };

test('our own problem is passed on whole', () => {
  expect(parseProblem(404, JSON.stringify(problem))).toEqual(problem);
});

test.each(['', '<html>Bad gateway</html>', 'null', '[]', '{"error":"x"}'])(
  'another answer (%s) still says what to do next',
  (body) => {
    expect(parseProblem(502, body)).toMatchObject({ status: 502, code: 'unexpected_answer', next: expect.any(String) });
  },
);

test('an error without an answer means the server is unreachable', () => {
  expect(toProblem(new TypeError('fetch failed')).code).toBe('unreachable');
  expect(toProblem(new ApiProblem(problem))).toBe(problem);
});

test.each([
  [new TypeError('fetch failed'), true],
  [new ApiProblem({ ...problem, status: 503 }), true],
  [new ApiProblem({ ...problem, status: 502 }), true],
  [new ApiProblem({ ...problem, status: 500 }), false],
  [new ApiProblem(problem), false],
  [null, false],
])('%s means that the server is away: %s', (error, away) => {
  expect(isAway(error)).toBe(away);
});
