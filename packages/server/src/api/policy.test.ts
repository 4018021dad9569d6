import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AUTH, makeRig, type Rig } from './fixtures/rig.ts';
import type { CountryRuleView, Policy } from './ports/policy.ts';

const RULE: CountryRuleView = {
  id: 'us-marketing',
  country: 'US',
  category: 'marketing',
  effect: 'deny',
  reason: 'Not delivered',
  since: '2025-04-01',
  source: 'Meta',
};
const FIRST: Policy = {
  requireOptIn: [],
  quietHours: null,
  frequency: null,
  countryRulesOff: [],
  resendLost: ['service'],
};

let rig: Rig;
let stored = { value: FIRST, version: 3 };
beforeAll(async () => {
  rig = await makeRig({
    policy: {
      countryRules: [RULE],
      isTimeZone: (name) => name === 'Europe/Berlin',
      read: async () => stored,
      write: async (_workspaceId, value, version) => {
        if (version !== null && version !== stored.version) return null;
        stored = { value, version: stored.version + 1 };
        return stored;
      },
    },
  });
});
afterAll(() => rig.close());
beforeEach(() => void (stored = { value: FIRST, version: 3 }));

const put = (body: object, headers: Record<string, string> = { 'if-match': '"3"' }) =>
  rig.app.inject({ method: 'PUT', url: '/api/v1/policy', headers: { ...AUTH, ...headers }, payload: body });
const quietHours = { purposes: ['marketing'], from: '21:00', to: '08:00', defaultZone: 'Europe/Berlin' };

describe('the policy', () => {
  test('is answered with its version and all country rules', async () => {
    const response = await rig.app.inject({ url: '/api/v1/policy', headers: AUTH });
    expect(response.headers['etag']).toBe('"3"');
    expect(response.json()).toEqual({ ...FIRST, countryRules: [RULE] });
  });

  test.each([{ 'if-match': '"3"' }, { 'if-match': '*' }])('is changed by whoever knows it: %o', async (headers) => {
    const wanted = { ...FIRST, quietHours, frequency: { cap: 2, hours: 24 }, countryRulesOff: ['us-marketing'] };
    const response = await put(wanted, headers);
    expect([response.statusCode, response.headers['etag']]).toEqual([200, '"4"']);
    expect(response.json()).toMatchObject(wanted);
  });

  test.each<[Record<string, string>, number, string]>([
    [{}, 428, 'precondition_needed'],
    [{ 'if-match': '"2"' }, 412, 'changed_meanwhile'],
    [{ 'if-match': 'three' }, 412, 'changed_meanwhile'],
  ])('is not changed by whoever does not: %o', async (headers, status, code) => {
    expect((await put(FIRST, headers)).json()).toMatchObject({ status, code });
    expect(stored.version).toBe(3);
  });

  test.each<[object, string]>([
    [{ requireOptIn: ['ads'] }, 'requireOptIn.0'],
    [{ requireOptIn: ['marketing', 'marketing'] }, 'requireOptIn'],
    [{ quietHours: { ...quietHours, from: '24:00' } }, 'quietHours.from'],
    [{ quietHours: { ...quietHours, defaultZone: 'Mars' } }, 'quietHours.defaultZone'],
    [{ frequency: { cap: 0, hours: 24 } }, 'frequency.cap'],
    [{ frequency: { cap: 1, hours: 745 } }, 'frequency.hours'],
    [{ countryRulesOff: ['us-marketing', 'xx'] }, 'countryRulesOff.1'],
    [{ resendLost: undefined }, 'resendLost'],
    [{ colour: 'red' }, 'colour'],
  ])('takes no %o', async (more, field) => {
    const { code, errors } = (await put({ ...FIRST, ...more })).json();
    expect([code, errors.map((error: { field: string }) => error.field)]).toEqual(['invalid_request', [field]]);
    expect(stored.version).toBe(3);
  });
});
