import { describe, expect, test } from 'vitest';
import { numberId, token, wabaId } from '../testing.ts';
import { type PlainScene, template, text, withPlain } from '../testing-plain.ts';
import { parseFieldCalls } from './field-calls.ts';
import { toBuckets } from './time-buckets.ts';

const start = 1_763_683_200;
const day = 86_400;
const midnight = start;
const order = '10152347985345571';

const orderUpdate = template(
  'order_update',
  [{ type: 'body', parameters: ['Ana', '77'].map((value) => ({ type: 'text', text: value })) }],
  'pt_BR',
);

/** Two templates on the first day, of which one person is offline; a text and a template in the window on the second. */
async function twoDays(scene: PlainScene): Promise<void> {
  scene.emulator.updatePerson('ben', { online: false });
  await scene.send(orderUpdate);
  await scene.send({ ...orderUpdate, to: '447700900002' });
  await scene.pass(day * 1_000);
  const [shown] = scene.emulator.inbox('ana');
  const tap = { type: 'button', payload: 'THANKS', text: 'Obrigada' } as const;
  scene.emulator.send({ personId: 'ana', numberId, quotedId: shown?.id ?? '', body: tap });
  await scene.send(text());
  await scene.send(orderUpdate);
  await scene.pass(5_000);
}

const range = `start(${start}).end(${start + 2 * day})`;

describe('analytics', () => {
  test('count what was sent and delivered, by day', async () => {
    await withPlain({}, async (scene) => {
      await twoDays(scene);
      const { body } = await scene.call(`/${wabaId}?fields=id,analytics.${range}.granularity(DAY).phone_numbers([])`);
      expect(body).toMatchObject({
        id: wabaId,
        analytics: {
          phone_numbers: ['15550001111'],
          granularity: 'DAY',
          data_points: [
            { start: midnight, end: midnight + day, sent: 2, delivered: 1 },
            { start: midnight + day, end: midnight + 2 * day, sent: 2, delivered: 2 },
          ],
        },
      });
    });
  });

  test.each([
    ['phone_numbers([15550009999])', 0],
    ['product_types([2])', 1],
    ['country_codes(["GB"])', 1],
  ])('filtered by %s', async (filter, sent) => {
    await withPlain({}, async (scene) => {
      await twoDays(scene);
      const { body } = await scene.call(`/${wabaId}?fields=analytics.${range}.granularity(MONTH).${filter}`);
      const { data_points: points } = body.analytics as { data_points: { sent: number }[] };
      expect(points.reduce((sum, point) => sum + point.sent, 0)).toBe(sent);
    });
  });

  test('price what was delivered, by the dimensions asked for', async () => {
    await withPlain({}, async (scene) => {
      await twoDays(scene);
      const fields = `pricing_analytics.${range}.granularity(MONTHLY).dimensions(PRICING_CATEGORY,PRICING_TYPE,COUNTRY)`;
      const { body } = await scene.call(`/${wabaId}?fields=${fields}`);
      const { data } = body.pricing_analytics as { data: { data_points: unknown[] }[] };
      const point = (category: string, type: string, cost: number): unknown =>
        expect.objectContaining({ country: 'BR', pricing_category: category, pricing_type: type, volume: 1, cost });
      expect(data[0]?.data_points).toEqual([
        point('UTILITY', 'REGULAR', 0.004),
        point('SERVICE', 'FREE_CUSTOMER_SERVICE', 0),
        point('UTILITY', 'FREE_CUSTOMER_SERVICE', 0),
      ]);
    });
  });

  test('a template has its own, once they are enabled', async () => {
    await withPlain({}, async (scene) => {
      await twoDays(scene);
      const query = `start=${midnight}&end=${midnight + 2 * day}&granularity=DAILY&template_ids=["${order}"]`;
      const path = `/${wabaId}/template_analytics?${query}`;
      expect((await scene.call(path)).code).toBe(200007);
      expect((await scene.call(`/${wabaId}?is_enabled_for_insights=true`, {})).body).toEqual({ id: wabaId });
      const { body } = await scene.call(path);
      expect(body.data).toMatchObject([
        {
          granularity: 'DAILY',
          data_points: [
            {
              template_id: order,
              sent: 2,
              delivered: 1,
              read: 1,
              clicked: [{ type: 'quick_reply_button', button_content: 'Obrigada', count: 1 }],
              cost: [
                { type: 'amount_spent', value: 0.004 },
                { type: 'cost_per_delivered', value: 0.004 },
              ],
            },
            { sent: 1, delivered: 1, clicked: [], cost: [{ value: 0 }, { value: 0 }] },
          ],
        },
      ]);
      const many = JSON.stringify(Array.from({ length: 11 }, () => order));
      expect((await scene.call(`/${wabaId}/template_analytics?start=1&end=2&template_ids=${many}`)).code).toBe(100);
    });
  });
});

test('fields with arguments are read', () => {
  const calls = parseFieldCalls('id,analytics.start(1).end(2).product_types([0,2]),name');
  expect([...calls.keys()]).toEqual(['id', 'analytics', 'name']);
  expect(Object.fromEntries(calls.get('analytics') ?? [])).toEqual({ start: '1', end: '2', product_types: '[0,2]' });
});

test.each([
  ['HALF_HOUR', 0, 3_601, [0, 1_800, 3_600]],
  ['DAY', 100, day + 1, [0, day]],
  ['MONTH', 31 * day - 1, 31 * day + 1, [0, 31 * day]],
  ['DAY', Number.NaN, 1, []],
] as const)('%s buckets from %d to %d begin at %j', (grain, from, until, starts) => {
  expect(toBuckets(from, until, grain).map((bucket) => bucket.start)).toEqual(starts);
});

describe('uploads in parts', () => {
  const post = async (
    { emulator }: PlainScene,
    url: string,
    { body = '', offset = 0 }: { body?: string; offset?: number } = {},
  ): Promise<Record<string, unknown>> => {
    const headers = { authorization: `OAuth ${token}`, file_offset: String(offset) };
    const response = await emulator.handle({ method: 'POST', url, headers, body });
    if (response.kind !== 'answer') throw new Error('no answer');
    return JSON.parse(Buffer.from(response.body).toString('utf8')) as Record<string, unknown>;
  };
  const session = '/v26.0/1402500010001/uploads?file_name=a.png&file_type=image/png';

  test('give the handle with the last byte, and the place to go on before', async () => {
    await withPlain({}, async (scene) => {
      const { id } = await post(scene, `${session}&file_length=6`);
      const path = `/v26.0/${String(id)}`;
      expect(await post(scene, path, { body: '{"a' })).toEqual({ id, file_offset: 3 });
      expect((await scene.call(path)).body).toEqual({ id, file_offset: 3 });
      expect(await post(scene, path, { body: 'xyz', offset: 0 })).toMatchObject({ error: { code: 100 } });
      expect(await post(scene, path, { body: 'wxyz', offset: 3 })).toMatchObject({ error: { code: 100 } });
      expect(await post(scene, path, { body: 'xyz', offset: 3 })).toEqual({ h: expect.stringMatching(/^4::/) });
    });
  });

  test('are begun for the app of the token without its id', async () => {
    await withPlain({}, async (scene) => {
      const opened = await post(scene, '/v26.0/app/uploads?file_name=a.png&file_type=image/png&file_length=1');
      expect(await post(scene, `/v26.0/${String(opened.id)}`, { body: 'x' })).toEqual({
        h: expect.stringMatching(/^4::/),
      });
      expect(await post(scene, '/v26.0/999/uploads?file_type=image/png&file_length=1')).toHaveProperty('error');
    });
  });

  test.each([
    ['no length', session],
    ['a type that is not taken', '/1402500010001/uploads?file_length=3&file_type=text/html'],
  ])('%s is refused', async (_, url) => {
    await withPlain({}, async (scene) => {
      expect(await post(scene, url)).toMatchObject({ error: { code: 100 } });
    });
  });
});
