import { describe, expect, test } from 'vitest';
import { graph, numberId, says, type Scene, sendText, updatesOf, withScene } from './testing.ts';

const ana = { to: '5511999990001' };
const statusesOf = ({ receiver }: Scene): Record<string, unknown>[] => updatesOf(receiver.taken, 'statuses');
const namesOf = (scene: Scene): unknown[] => statusesOf(scene).map(({ status }) => status);
const options = { rules: { window: false }, statusDelayMs: 1_000 };

test('sent, delivered and read come one pause apart, with pricing on the first two and the callback data on all', async () => {
  await withScene(options, async (scene) => {
    scene.emulator.send(says('ana'));
    await sendText(scene.emulator, ana, 'hi', { biz_opaque_callback_data: 'tenant/7' });
    await scene.finish();
    const who = {
      recipient_id: '5511999990001',
      recipient_user_id: 'BR.74319020001',
      biz_opaque_callback_data: 'tenant/7',
    };
    const pricing = { billable: false, pricing_model: 'PMP', category: 'service', type: 'free_customer_service' };
    const id = scene.emulator.inbox('ana')[0]?.id;
    expect(statusesOf(scene)).toEqual([
      { id, status: 'sent', timestamp: '1763683201', ...who, pricing },
      { id, status: 'delivered', timestamp: '1763683202', ...who, pricing },
      { id, status: 'read', timestamp: '1763683203', ...who },
    ]);
    const values = scene.receiver.taken.map(({ body }) => body.entry[0]?.changes[0]?.value);
    for (const value of values) expect(value?.contacts).toMatchObject([{ user_id: 'BR.74319020001' }]);
  });
});

const fails = '!fail 131026';
test.each([
  ['to a phone', ana, 'hi', { recipient_id: '5511999990001', recipient_user_id: 'BR.74319020001' }],
  [
    'to a BSUID whose phone shows',
    { recipient: 'BR.74319020001' },
    'hi',
    { recipient_id: '5511999990001', recipient_user_id: 'BR.74319020001' },
  ],
  [
    'to a BSUID whose phone is withheld',
    { recipient: 'IL.74319020004' },
    'hi',
    { recipient_user_id: 'IL.74319020004' },
  ],
  [
    'to both: the phone wins',
    { ...ana, recipient: 'IL.74319020004' },
    'hi',
    { recipient_id: '5511999990001', recipient_user_id: 'BR.74319020001' },
  ],
  ['to a phone, failed', ana, fails, { recipient_id: '5511999990001' }],
  ['to a BSUID, failed', { recipient: 'BR.74319020001' }, fails, { recipient_user_id: 'BR.74319020001' }],
])('who a status names when the message went %s', async (_, to, text, expected) => {
  await withScene(options, async (scene) => {
    await sendText(scene.emulator, to, text);
    await scene.finish();
    const [first] = statusesOf(scene);
    const named = Object.fromEntries(Object.entries(first ?? {}).filter(([key]) => key.startsWith('recipient_')));
    expect(named).toEqual(expected);
  });
});

test('a failed status has no contacts and no pricing', async () => {
  await withScene(options, async (scene) => {
    await sendText(scene.emulator, ana, fails);
    await scene.finish();
    expect(scene.receiver.taken[0]?.body.entry[0]?.changes[0]?.value).not.toHaveProperty('contacts');
    expect(statusesOf(scene)[0]).not.toHaveProperty('pricing');
  });
});

describe('the phone', () => {
  test('without read receipts stops at delivered', async () => {
    await withScene(options, async (scene) => {
      scene.emulator.updatePerson('ana', { readReceipts: false });
      await sendText(scene.emulator, ana);
      await scene.finish();
      expect(namesOf(scene)).toEqual(['sent', 'delivered']);
    });
  });

  test('that is offline stops at sent; back online everything arrives in order', async () => {
    await withScene(options, async (scene) => {
      scene.emulator.updatePerson('ana', { online: false });
      await sendText(scene.emulator, ana, 'one');
      await sendText(scene.emulator, ana, 'two');
      await scene.finish();
      expect([namesOf(scene), scene.emulator.inbox('ana')]).toEqual([['sent', 'sent'], []]);
      scene.emulator.updatePerson('ana', { online: true });
      await scene.finish();
      expect(scene.emulator.inbox('ana').map(({ body }) => body.text)).toEqual([{ body: 'one' }, { body: 'two' }]);
      expect(namesOf(scene)).toEqual(['sent', 'sent', 'delivered', 'delivered', 'read', 'read']);
    });
  });

  test('that comes online before `sent` was told gets each status once', async () => {
    await withScene(options, async (scene) => {
      scene.emulator.updatePerson('ana', { online: false });
      await sendText(scene.emulator, ana);
      scene.emulator.updatePerson('ana', { online: true });
      await scene.finish();
      expect(namesOf(scene)).toEqual(['sent', 'delivered', 'read']);
    });
  });
});

test.each([
  ['order_update', { billable: true, type: 'regular', category: 'utility' }, false],
  ['order_update', { billable: false, type: 'free_customer_service', category: 'utility' }, true],
  ['spring_sale', { billable: true, type: 'regular', category: 'marketing' }, true],
])('the price of template %s: %o with an open window: %s', async (name, pricing, isOpen) => {
  await withScene({ statusDelayMs: 10 }, async (scene) => {
    if (isOpen) scene.emulator.send(says('ana'));
    const text = (value: string): object => ({ type: 'text', text: value });
    const components =
      name === 'spring_sale'
        ? [
            { type: 'header', parameters: [{ type: 'image', image: { link: 'https://example.org/a.png' } }] },
            { type: 'body', parameters: [text('Ana')] },
          ]
        : [
            { type: 'body', parameters: [text('Ana'), text('77')] },
            { type: 'button', sub_type: 'url', index: '0', parameters: [text('77')] },
          ];
    const json = {
      messaging_product: 'whatsapp',
      ...ana,
      type: 'template',
      template: { name, language: { code: 'en_US' }, components },
    };
    expect((await graph(scene.emulator, `/${numberId}/messages`, { json })).status).toBe(200);
    await scene.finish();
    expect(statusesOf(scene)[0]?.pricing).toEqual({ pricing_model: 'PMP', ...pricing });
  });
});
