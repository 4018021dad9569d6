import { expect, test } from 'vitest';
import { ApiProblem, parseProblem, toProblem } from './problem.ts';

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
