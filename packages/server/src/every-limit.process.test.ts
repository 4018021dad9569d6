import type { PhonePerson } from '@wharf/emulator';
import { authentication, text, toGraphBody } from '@wharf/whatsapp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { LIMITS } from './fixtures/every/limits.ts';
import { makeTemplates, TEMPLATES } from './fixtures/every/templates.ts';
import { KEY, NUMBER, openWhole, type Whole } from './fixtures/whole.ts';

// What is as long as it may be reaches the phone, past the emulator's own rules; one more is refused here, by both APIs,
// before anything is queued.
let whole: Whole;
let people: PhonePerson[] = [];

beforeAll(async () => {
  whole = await openWhole({
    env: { WHARF_CHECK_LINKS: 'off' },
    prepare: makeTemplates,
    emulator: { reviewDelayMs: 0 },
  });
  await until(
    'the templates are read',
    async () => (await whole.store.rows("select from templates where status = 'APPROVED'")).length > TEMPLATES.length,
  );
  people = [...LIMITS, null].map(() => whole.add());
  await Promise.all(people.map((person) => whole.write(person, 'hello')));
});
afterAll(() => whole.close());

interface Answered {
  readonly status: number;
  readonly body: { readonly [key: string]: unknown };
}

async function post(path: string, body: object): Promise<Answered> {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
  const response = await fetch(`${whole.program.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as Answered['body'] };
}
const byApi = (to: string, message: object, more: object = {}) => post('/api/v1/messages', { to, message, ...more });
const byGraph = (body: object) => post(`/graph/v26.0/${NUMBER}/messages`, body);
const queued = async () =>
  (await whole.store.rows<{ n: number }>("select count(*)::int as n from messages where direction = 'out'"))[0]?.n;
const arrived = (person: PhonePerson) => whole.emulator.ledger().arrivals.filter((one) => one.personId === person.id);

describe('A limit', () => {
  test.each(LIMITS.map((limit, n) => [limit.at(1).type, limit, n] as const))(
    'of %s: $field',
    async (_type, { field, limit, at }, n) => {
      const person = people[n];
      if (!person) throw new Error('everybody has a limit');
      const { phone: to } = person;
      expect(await byGraph(toGraphBody(at(limit), { to }))).toMatchObject({ status: 200 });
      await until('it has arrived', () => arrived(person).length > 0);

      const before = await queued();
      const [api, graph] = await Promise.all([byApi(to, at(limit + 1)), byGraph(toGraphBody(at(limit + 1), { to }))]);
      expect(api).toMatchObject({ status: 422, body: { code: 'message_invalid' } });
      expect(api.body['errors']).toContainEqual({
        field: `message.${field}`,
        message: expect.any(String),
        limit,
        actual: limit + 1,
      });
      expect(graph).toMatchObject({
        status: 400,
        body: { error: { error_data: { details: expect.stringContaining(field) } } },
      });
      expect([await queued(), arrived(person).length]).toEqual([before, 1]);
    },
  );

  test('of a code is known by its template’s category', async () => {
    const to = people.at(-1)?.phone ?? '';
    const code = (length: number) => authentication('login_code', 'en_US', '1'.repeat(length));
    expect(await byGraph(toGraphBody(code(15), { to }))).toMatchObject({ status: 200 });
    const before = await queued();
    expect(await byApi(to, code(16))).toMatchObject({ status: 422, body: { code: 'policy_denied' } });
    expect(await byGraph(toGraphBody(code(16), { to }))).toMatchObject({
      status: 400,
      body: { error: { code: 132000 } },
    });
    expect(await queued()).toBe(before);
  });

  test('of callback data, of a phone number, of a request and of its time to live', async () => {
    const to = people.at(-1)?.phone ?? '';
    const before = await queued();
    const refused = async (more: object, field: string) =>
      expect((await byApi(to, text('hi'), more)).body, field).toMatchObject({ errors: [{ field }] });
    await refused({ callbackData: 'x'.repeat(513) }, 'callbackData');
    await refused({ to: '1'.repeat(16) }, 'to');
    await refused({ ttlSeconds: 29 }, 'ttlSeconds');
    await refused({ ttlSeconds: 30 * 86_400 + 1 }, 'ttlSeconds');
    expect(
      await byGraph({ ...toGraphBody(text('hi'), { to }), biz_opaque_callback_data: 'x'.repeat(513) }),
    ).toMatchObject({ status: 400, body: { error: { code: 100 } } });
    expect(await byGraph(toGraphBody(text('hi'), { to: '1'.repeat(16) }))).toMatchObject({ status: 400 });
    const many = (count: number) => ({ messages: Array.from({ length: count }, () => ({ to, message: text('') })) });
    expect(await post('/api/v1/messages', many(1_001))).toMatchObject({ status: 400 });
    const { status, body } = await post('/api/v1/messages', many(1_000));
    expect([status, (body['data'] as unknown[]).length]).toEqual([200, 1_000]);
    expect(await queued()).toBe(before);

    const taken = [{ callbackData: 'x'.repeat(512) }, { ttlSeconds: 30 }, { ttlSeconds: 30 * 86_400 }];
    for (const more of taken) expect(await byApi(to, text('hi'), more)).toMatchObject({ status: 201 });
    // Nobody has it, and that is found out later: it is a number.
    expect(await byApi('1'.repeat(15), text('hi'))).toMatchObject({ body: { code: 'policy_denied' } });
  });
});
