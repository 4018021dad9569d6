import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decideFailure, failureOfStatusErrors } from './decide.ts';
import type { HttpReply } from './reply.ts';
import { whapiFailure } from './whapi.ts';

const none = (): null => null;
const head =
  (headers: { readonly [name: string]: string }) =>
  (name: string): string | null =>
    headers[name] ?? null;
const reply = (httpStatus: number, error: unknown, headers: HttpReply['headers'] = none): HttpReply => ({
  httpStatus,
  body: JSON.stringify({ error }),
  headers,
});

describe('decideFailure', () => {
  test('carries what Meta said', () => {
    const failure = decideFailure(
      reply(400, {
        message: '(#131030) Recipient phone number not in allowed list',
        type: 'OAuthException',
        code: 131030,
        error_data: { messaging_product: 'whatsapp', details: 'Add it first' },
        fbtrace_id: 'AbC',
      }),
    );
    expect(failure).toEqual({
      kind: 'permanent',
      alert: true,
      code: 131030,
      httpStatus: 400,
      advice: expect.stringContaining('API Setup') as string,
      error: {
        code: 131030,
        title: 'OAuthException',
        message: '(#131030) Recipient phone number not in allowed list',
        details: 'Add it first',
      },
      traceId: 'AbC',
    });
  });

  const cases: [string, number, unknown, object][] = [
    ['a known code whatever the status', 500, { code: 131045 }, { kind: 'channel' }],
    ['a code in a string', 400, { code: '131056' }, { kind: 'throttled', scope: 'pair', waitMs: 6000 }],
    ['a range', 403, { code: 240 }, { kind: 'channel' }],
    ['code 0, which is a code', 401, { code: 0 }, { kind: 'channel', code: 0 }],
    [
      'a subcode that says more',
      400,
      { code: 100, error_subcode: 2388023 },
      { kind: 'permanent', advice: expect.stringContaining('four weeks') },
    ],
    ['a missing node', 400, { code: 100, error_subcode: 33 }, { kind: 'channel' }],
    ['a subcode that says nothing', 400, { code: 100, error_subcode: 2018001 }, { kind: 'permanent' }],
    ['an unknown code', 400, { code: 987_654 }, { kind: 'permanent', code: 987_654 }],
    ['an unknown code of the server', 500, { code: 987_654 }, { kind: 'ambiguous' }],
    ['an unknown code that is transient', 400, { code: 987_654, is_transient: true }, { kind: 'ambiguous' }],
    ['a known final code that Meta calls transient', 400, { code: 100, is_transient: true }, { kind: 'ambiguous' }],
    [
      'an opt-out stays one even if called transient',
      400,
      { code: 131050, is_transient: true },
      { kind: 'permanent', recipient: true },
    ],
    ['an unknown code with 401', 401, { code: 987_654 }, { kind: 'channel' }],
    ['an unknown code with 429', 429, { code: 987_654 }, { kind: 'throttled' }],
    ['a retry that ends', 400, { code: 1 }, { kind: 'ambiguous', maxAttempts: 2 }],
    ['an error inside a 200', 200, { code: 190 }, { kind: 'channel' }],
    ['a partial group answer', 206, { code: 131201 }, { kind: 'permanent' }],
    ['an error without code', 400, {}, { kind: 'permanent', code: 0 }],
    ['details in a string', 400, { code: 100, error_data: 'why' }, { error: { details: 'why' } }],
  ];
  test.each(cases)('reads %s', (_name, status, error, expected) => {
    expect(decideFailure(reply(status, error))).toMatchObject(expected);
  });

  const bare: [number, string, string][] = [
    [100, '', 'ambiguous'],
    [200, '', 'ambiguous'],
    [206, '{}', 'ambiguous'],
    [302, '', 'channel'],
    [400, '<html>', 'permanent'],
    [401, '', 'channel'],
    [403, '<html>Forbidden</html>', 'channel'],
    [404, '<html>', 'channel'],
    [407, '', 'channel'],
    [408, '', 'ambiguous'],
    [413, '<html>', 'permanent'],
    [418, 'null', 'permanent'],
    [429, '', 'throttled'],
    [500, '"error"', 'ambiguous'],
    [502, '<html>', 'ambiguous'],
    [503, '', 'ambiguous'],
    [504, '[1]', 'ambiguous'],
  ];
  test.each(bare)('reads a bare %d with body %j as %s', (httpStatus, body, kind) => {
    expect(decideFailure({ httpStatus, body, headers: none })).toMatchObject({ kind, code: 0, httpStatus });
  });

  const waits: [string, number, { readonly [name: string]: string }, number | undefined][] = [
    ["the row's own", 130429, {}, 1000],
    ['a longer Retry-After', 130429, { 'retry-after': '30' }, 30_000],
    ['not a shorter one', 131056, { 'retry-after': '1' }, 6000],
    [
      'a date',
      130429,
      { 'retry-after': 'Sat, 21 Nov 2026 08:01:00 GMT', date: 'Sat, 21 Nov 2026 08:00:00 GMT' },
      60_000,
    ],
    ['a date without a date to measure by', 130429, { 'retry-after': 'Sat, 21 Nov 2026 08:01:00 GMT' }, 1000],
    ['nonsense', 130429, { 'retry-after': 'soon' }, 1000],
    ['at most a week', 130429, { 'retry-after': '99999999999' }, 604_800_000],
    [
      "Meta's minutes to regain access",
      80007,
      { 'x-business-use-case-usage': '{"1":[{"estimated_time_to_regain_access":9}]}' },
      540_000,
    ],
    [
      'a broken usage header',
      80007,
      { 'x-business-use-case-usage': '{"1":[{"estimated_time_to_regain_access":"x"},3],"2":4' },
      60_000,
    ],
    [
      'the usage header only for throttles',
      131009,
      { 'x-business-use-case-usage': '{"1":[{"estimated_time_to_regain_access":9}]}' },
      undefined,
    ],
  ];
  test.each(waits)('waits %s', (_name, code, headers, waitMs) => {
    expect(decideFailure(reply(400, { code }, head(headers))).waitMs).toBe(waitMs);
  });

  test('cuts texts that are too long for an error', () => {
    const failure = decideFailure(
      reply(400, { code: 100, message: 'x'.repeat(10_000), error_data: { details: 'y'.repeat(10_000) } }),
    );
    expect(JSON.stringify(failure).length).toBeLessThan(2000);
  });

  test('gives an outcome for any status, body and header', () => {
    const kinds = ['throttled', 'transient', 'ambiguous', 'channel', 'permanent'];
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.jsonValue().map((error) => JSON.stringify({ error })),
    );
    const header = fc.option(fc.string(), { nil: null });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), body, header, (httpStatus, text, value) => {
        for (const decide of [decideFailure, whapiFailure]) {
          const failure = decide({ httpStatus, body: text, headers: () => value });
          expect(kinds).toContain(failure.kind);
          expect(failure.advice).not.toBe('');
          expect(Number.isSafeInteger(failure.waitMs ?? 0)).toBe(true);
        }
      }),
    );
  });
});

describe('failureOfStatusErrors', () => {
  test.each([
    ['a window that closed', 131047, 'permanent'],
    ['a cap on marketing', 131049, 'permanent'],
    ['a payment problem', 131042, 'channel'],
    ['a failure of Meta: the status proves it did not arrive', 131000, 'transient'],
    ['an unknown code', 999_999, 'permanent'],
    ['a missing code, which is not a dead token', 0, 'permanent'],
  ])('reads %s', (_name, code, kind) => {
    expect(failureOfStatusErrors([{ code }])).toMatchObject({ kind, code, httpStatus: null });
  });

  test('takes the first code it knows', () => {
    expect(failureOfStatusErrors([{ code: 999_999 }, { code: 131026, details: 'd' }])).toMatchObject({
      code: 131026,
      error: { details: 'd' },
    });
  });

  test('says so when WhatsApp gave no reason', () => {
    expect(failureOfStatusErrors([])).toMatchObject({
      kind: 'permanent',
      code: 0,
      advice: expect.stringContaining('no reason'),
    });
  });
});

describe('whapiFailure', () => {
  const cases: [string, number, string, object][] = [
    [
      "does not take an HTTP status for one of Meta's codes",
      400,
      '{"error":{"code":190,"message":"m","details":"d"}}',
      { kind: 'permanent', error: { details: 'd' } },
    ],
    ['pauses when the plan is used up', 402, '{"error":{"code":402}}', { kind: 'channel', alert: true }],
    ['pauses when the phone is not linked', 406, '', { kind: 'channel' }],
    ["condemns one message on Whapi's own 403", 403, '{"error":{"code":403}}', { kind: 'permanent' }],
    ["keeps the queue on a proxy's 403", 403, '<html>', { kind: 'channel' }],
    ['slows down', 429, '', { kind: 'throttled', scope: 'number', waitMs: 60_000 }],
    ['leaves a 500 open', 500, '{"error":{"code":500}}', { kind: 'ambiguous', code: 500 }],
    ['leaves a 503 open', 503, '', { kind: 'ambiguous' }],
  ];
  test.each(cases)('%s', (_name, httpStatus, body, expected) => {
    expect(whapiFailure({ httpStatus, body, headers: none })).toMatchObject(expected);
  });
});
