import { describe, expect, test } from 'vitest';
import { wabaId } from '../testing.ts';
import { addTemplate, type PlainScene, type Reply, template, withPlain } from '../testing-plain.ts';

const path = `/v26.0/${wabaId}/message_templates`;
const components = [{ type: 'body', text: 'Your order left us today.' }];
const note = { name: 'note', language: 'en_US', category: 'UTILITY', components };
const hourMs = 3_600_000;

const eventsOf = (scene: PlainScene): unknown[] =>
  scene.values('message_template_status_update').map(({ event }) => event);

describe('review', () => {
  test('a created template waits, is approved after the delay, and can then be sent', async () => {
    await withPlain({ reviewDelayMs: 1_000 }, async (scene) => {
      const created = await scene.call(path, note);
      expect(created.body).toEqual({ id: expect.any(String), status: 'PENDING', category: 'UTILITY' });
      expect((await scene.send(template('note'))).code).toBe(132001);
      await scene.pass(999);
      expect((await scene.send(template('note'))).code).toBe(132001);
      await scene.pass(1);
      expect((await scene.send(template('note'))).status).toBe(200);
      expect(scene.values('message_template_status_update')).toMatchObject([
        { event: 'APPROVED', message_template_name: 'note', message_template_language: 'en-US', reason: 'NONE' },
      ]);
    });
  });

  test('webhooks carry the id as a JSON number with all its digits, and the time of the entry', async () => {
    await withPlain({}, async (scene) => {
      const id = await addTemplate(scene, note);
      await scene.pass(0);
      expect(BigInt(id)).toBeGreaterThan(2n ** 53n);
      expect(String(Number(id))).not.toBe(id);
      expect(scene.texts[0]).toContain(`"message_template_id":${id},`);
      expect(JSON.parse(scene.texts[0] ?? '')).toMatchObject({ entry: [{ id: wabaId, time: 1_763_683_200 }] });
    });
  });

  test.each([
    ['order_rejected', 'REJECTED', 132001],
    ['order_scam', 'REJECTED', 132001],
    ['order_paused', 'PAUSED', 132015],
    ['order_disabled', 'DISABLED', 132016],
    ['order_red', 'PAUSED', 132015],
    ['order_pending', 'PENDING', 132001],
  ])('the name %s ends %s', async (name, status, code) => {
    await withPlain({}, async (scene) => {
      const id = await addTemplate(scene, { ...note, name }, false);
      await scene.pass(3_000);
      expect((await scene.call(`/${id}?fields=status`)).body).toEqual({ id, status });
      expect((await scene.send(template(name))).code).toBe(code);
    });
  });

  test('a rejection has its reason, in the webhook and when read', async () => {
    await withPlain({}, async (scene) => {
      const id = await addTemplate(scene, note, false);
      scene.emulator.setTemplate(id, { status: 'REJECTED', reason: 'PROMOTIONAL' });
      await scene.pass(10_000);
      expect(scene.values('message_template_status_update')).toMatchObject([
        { event: 'REJECTED', reason: 'PROMOTIONAL', rejection_info: { reason: expect.any(String) } },
      ]);
      expect((await scene.call(`/${id}?fields=rejected_reason`)).body).toMatchObject({
        rejected_reason: 'PROMOTIONAL',
      });
    });
  });
});

describe('after the review', () => {
  test('a wrong category is announced, then changed a day later', async () => {
    await withPlain({}, async (scene) => {
      const id = await addTemplate(scene, { ...note, name: 'sale_marketing' }, false);
      await scene.pass(3_000);
      const at = 1_763_683_200 + 3 + 86_400;
      expect(scene.values('template_category_update')).toEqual([
        expect.objectContaining({
          new_category: 'UTILITY',
          correct_category: 'MARKETING',
          category_update_timestamp: at,
        }),
      ]);
      await scene.pass(24 * hourMs);
      expect(scene.values('template_category_update').slice(1)).toMatchObject([
        { previous_category: 'UTILITY', new_category: 'MARKETING', message_template_language: 'en_US' },
      ]);
      expect((await scene.call(`/${id}`)).body).toMatchObject({ category: 'MARKETING', previous_category: 'UTILITY' });
    });
  });

  test('low quality pauses for 3 h, then for 6 h, then disables', async () => {
    await withPlain({}, async (scene) => {
      const id = await addTemplate(scene, note);
      const turnRed = (): string => scene.emulator.setTemplate(id, { quality: 'RED' }).status;
      const statusAfter = async (ms: number): Promise<unknown> => {
        await scene.pass(ms);
        return (await scene.call(`/${id}`)).body.status;
      };
      expect(turnRed()).toBe('PAUSED');
      expect(await statusAfter(3 * hourMs - 1)).toBe('PAUSED');
      expect(await statusAfter(1)).toBe('APPROVED');
      expect(turnRed()).toBe('PAUSED');
      expect(await statusAfter(6 * hourMs - 1)).toBe('PAUSED');
      expect(await statusAfter(1)).toBe('APPROVED');
      expect(turnRed()).toBe('DISABLED');
      await scene.pass(100);
      const titles = scene
        .values('message_template_status_update')
        .map(
          ({ event, other_info: info }) => `${String(event)} ${(info as { title?: string } | undefined)?.title ?? ''}`,
        );
      expect(titles).toEqual([
        'APPROVED ',
        'PAUSED FIRST_PAUSE',
        'APPROVED UNPAUSE',
        'PAUSED SECOND_PAUSE',
        'APPROVED UNPAUSE',
        'DISABLED DISABLED',
      ]);
      expect(scene.values('message_template_quality_update')[0]).toMatchObject({
        previous_quality_score: 'UNKNOWN',
        new_quality_score: 'RED',
      });
    });
  });

  test('a paused template can be unpaused by the business', async () => {
    await withPlain({}, async (scene) => {
      const id = await addTemplate(scene, note);
      expect((await scene.call(`/${id}/unpause`, {})).code).toBe(100);
      scene.emulator.setTemplate(id, { status: 'PAUSED' });
      expect((await scene.call(`/${id}/unpause`, {})).body).toEqual({ success: true });
      expect((await scene.send(template('note'))).status).toBe(200);
    });
  });

  test('an edit is reviewed again and tells of its components', async () => {
    await withPlain({}, async (scene) => {
      const id = await addTemplate(scene, note);
      const edit = (body: string): Promise<Reply> =>
        scene.call(`/${id}`, {
          components: [
            { type: 'BODY', text: body },
            { type: 'FOOTER', text: 'Wharf' },
          ],
        });
      expect((await edit('Your order is with us.')).body).toEqual({ success: true });
      expect((await edit('Again, at once.')).code).toBe(100);
      await scene.pass(3_000);
      expect(scene.values('message_template_components_update')).toMatchObject([
        { message_template_element: 'Your order is with us.', message_template_footer: 'Wharf' },
      ]);
      expect((await scene.send(template('note'))).status).toBe(200);
      expect((await edit('Too soon after the first.')).code).toBe(100);
      expect((await scene.call(`/${id}`, { category: 'MARKETING' })).code).toBe(100);
      await scene.pass(24 * hourMs);
      expect((await edit('The day after.')).status).toBe(200);
    });
  });

  test('an approved template takes ten edits in 30 days and no eleventh', async () => {
    await withPlain({}, async (scene) => {
      const id = await addTemplate(scene, note);
      const codes: (number | undefined)[] = [];
      for (let day = 0; day < 11; day++) {
        codes.push((await scene.call(`/${id}`, { components: [{ type: 'BODY', text: `Edit ${day} of it.` }] })).code);
        await scene.pass(24 * hourMs);
      }
      expect(codes).toEqual([...Array.from({ length: 10 }, () => undefined), 100]);
    });
  });
});

describe('the list', () => {
  test.each([
    ['status=REJECTED', 0],
    ['status=paused', 1],
    ['category=MARKETING', 3],
    ['language=pt_BR', 1],
    ['name=order_update', 2],
    ['name=order_update&language=en_US', 1],
    ['quality_score=GREEN', 0],
    ['name_or_content=everything', 1],
  ])('%s finds %i', async (query, count) => {
    await withPlain({}, async ({ call }) => {
      expect((await call(`${path}?${query}`)).body.data).toHaveLength(count);
    });
  });

  test('goes on at `next` until there is none', async () => {
    await withPlain({}, async ({ call }) => {
      const ids: string[] = [];
      let url: string | undefined = `${path}?limit=4&fields=id,name`;
      while (url !== undefined) {
        const { body } = await call(url);
        ids.push(...(body.data as { id: string }[]).map(({ id }) => id));
        url = (body.paging as { next?: string }).next;
      }
      expect([ids.length, new Set(ids).size]).toEqual([9, 9]);
    });
  });
});

describe('deleting', () => {
  test('by name takes all languages, and the name rests for 30 days', async () => {
    await withPlain({}, async (scene) => {
      expect((await scene.call(`${path}?name=order_update`, undefined, 'DELETE')).body).toEqual({ success: true });
      expect((await scene.call(`${path}?name=order_update`)).body.data).toEqual([]);
      expect((await scene.send(template('order_update'))).code).toBe(132001);
      const again = { ...note, name: 'order_update' };
      expect((await scene.call(path, again)).subcode).toBe(2388023);
      await scene.pass(30 * 24 * hourMs - 1);
      expect((await scene.call(path, again)).subcode).toBe(2388023);
      await scene.pass(1);
      expect((await scene.call(path, again)).status).toBe(200);
      expect(eventsOf(scene)).toEqual(['DELETED', 'DELETED']);
    });
  });

  test('by id and name takes one; what is not there is refused', async () => {
    await withPlain({}, async ({ call }) => {
      const remove = (query: string): Promise<Reply> => call(`${path}?${query}`, undefined, 'DELETE');
      expect((await remove('hsm_id=10152347985345571&name=order_update')).body).toEqual({ success: true });
      expect((await call(`${path}?name=order_update`)).body.data).toMatchObject([{ language: 'en_US' }]);
      expect((await remove('hsm_id=10152347985345569&name=other')).subcode).toBe(2593002);
      expect((await remove('name=nothing')).subcode).toBe(2593002);
      expect((await remove('hsm_ids=["10152347985345569","10152347985345573"]')).body).toEqual({ success: true });
      expect((await remove('')).code).toBe(100);
    });
  });
});

test('a name exists once in a language, and the account has room for so many', async () => {
  await withPlain({ maxTemplates: 11 }, async ({ call }) => {
    expect((await call(path, note)).status).toBe(200);
    expect((await call(path, note)).subcode).toBe(2388024);
    expect((await call(path, { ...note, language: 'de' })).status).toBe(200);
    expect((await call(path, { ...note, language: 'fr' })).subcode).toBe(2388019);
  });
});
