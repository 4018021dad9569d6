import { describe, expect, test } from 'vitest';
import { decideFailure } from '../errors/decide.ts';
import { ERROR_ROWS } from '../errors/table.ts';
import { graphErrorOfProblems, toGraphError } from './graph-error.ts';

describe('toGraphError', () => {
  test("has Meta's shape", () => {
    const error = { code: 131030, message: 'Not listed', details: 'Add it', subcode: 2655007, traceId: 'AbC' };
    expect(toGraphError(error)).toEqual({
      httpStatus: 400,
      body: {
        error: {
          message: '(#131030) Not listed',
          type: 'OAuthException',
          code: 131030,
          error_subcode: 2655007,
          is_transient: false,
          error_data: { messaging_product: 'whatsapp', details: 'Add it' },
          fbtrace_id: 'AbC',
        },
      },
    });
  });

  test.each([
    [0, 401],
    [2, 503],
    [3, 500],
    [10, 403],
    [100, 400],
    [190, 401],
    [200, 403],
    [299, 403],
    [130429, 400],
    [131000, 500],
    [131057, 500],
    [131208, 429],
    [132001, 404],
    [133004, 503],
    [999_999, 400],
  ])('%d goes with HTTP %d', (code, httpStatus) => {
    expect(toGraphError({ code }).httpStatus).toBe(httpStatus);
    expect(toGraphError({ code, httpStatus: 418 }).httpStatus).toBe(418);
  });

  test('says of passing failures that they pass', () => {
    const transient = [1, 2, 131000, 131016, 131057, 133004].map((code) => toGraphError({ code }).body.error);
    expect(transient.every((error) => error.is_transient)).toBe(true);
    expect(toGraphError({ code: 131047 }).body.error.is_transient).toBe(false);
  });

  test('is read back by our own client as what it is, for every code of the table', () => {
    for (const row of ERROR_ROWS) {
      const { httpStatus, body } = toGraphError({ code: row.code });
      const failure = decideFailure({ httpStatus, body: JSON.stringify(body), headers: () => null });
      const isRepeatable = row.kind === 'ambiguous' || row.kind === 'transient';
      expect([row.code, failure.code]).toEqual([row.code, row.code]);
      expect([row.code, failure.kind]).toEqual([row.code, row.kind]);
      expect(body.error.is_transient).toBe(isRepeatable);
    }
  });
});

describe('graphErrorOfProblems', () => {
  test.each([
    ['unknown', 'text.bold', 100],
    ['word', 'interactive.type', 100],
    ['missing', 'text.body', 100],
    [undefined, 'to', 100],
    ['missing', 'interactive.action', 131008],
    ['missing', 'template.components', 131008],
    [undefined, 'interactive.body.text', 131009],
    [undefined, 'contacts', 131009],
    [undefined, 'template.components[0].parameters[0].text', 131009],
    ['count', 'template.components[0].parameters', 132000],
  ] as const)('answers %s of %s with %d', (reason, field, code) => {
    const problem = reason === undefined ? { field, message: 'x' } : { field, message: 'x', reason };
    expect(graphErrorOfProblems([problem]).body.error.code).toBe(code);
  });

  test('carries the trace id, and has an answer even for no problem at all', () => {
    const { httpStatus, body } = graphErrorOfProblems([], 'T1');
    expect(httpStatus).toBe(400);
    expect(body.error).toMatchObject({ code: 100, fbtrace_id: 'T1' });
  });
});
