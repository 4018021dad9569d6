import { describe, expect, test } from 'vitest';
import { numberId, says } from '../testing.ts';
import { addTemplate, type PlainScene, statusesOf, template, text, withPlain } from '../testing-plain.ts';

const hourMs = 3_600_000;
const components = [{ type: 'body', text: 'Everything is cheaper today.' }];
const sale = { name: 'sale', category: 'MARKETING', components };
const codes = (scene: PlainScene): unknown[] =>
  statusesOf(scene).flatMap(({ errors }) => ((errors ?? []) as { code: number }[]).map(({ code }) => code));

describe('marketing', () => {
  test('stopped: told with all identifiers, and marketing templates are refused until it is resumed', async () => {
    await withPlain({}, async (scene) => {
      await addTemplate(scene, sale);
      scene.emulator.updatePerson('ana', { marketing: 'stop' });
      expect((await scene.send(template('sale'))).code).toBe(131050);
      expect((await scene.send(template('hello_world'))).status).toBe(200);
      expect((await scene.send(text())).status).toBe(200);
      scene.emulator.updatePerson('ana', { marketing: 'resume' });
      expect((await scene.send(template('sale'))).status).toBe(200);
      await scene.pass(5_000);
      const [stop, resume] = scene.values('user_preferences');
      expect(stop).toEqual({
        messaging_product: 'whatsapp',
        metadata: { display_phone_number: '15550001111', phone_number_id: numberId },
        contacts: [{ profile: { name: 'Ana Souza' }, wa_id: '5511999990001', user_id: 'BR.74319020001' }],
        user_preferences: [
          {
            wa_id: '5511999990001',
            user_id: 'BR.74319020001',
            detail: 'User requested to stop marketing messages',
            category: 'marketing_messages',
            value: 'stop',
            timestamp: 1_763_683_200,
          },
        ],
      });
      expect(resume).toMatchObject({ user_preferences: [{ value: 'resume' }] });
    });
  });

  test('a person without a phone number is named by BSUID alone', async () => {
    await withPlain({}, async (scene) => {
      scene.emulator.updatePerson('dana', { marketing: 'stop' });
      await scene.pass(1);
      const [{ user_preferences: list } = {}] = scene.values('user_preferences');
      expect(list).toMatchObject([{ user_id: 'IL.74319020004' }]);
      expect((list as object[])[0]).not.toHaveProperty('wa_id');
    });
  });

  test('the cap of a person: n in 24 h, the next fails later; not inside the window', async () => {
    await withPlain({ rules: { window: false, pairRate: false } }, async (scene) => {
      await addTemplate(scene, sale);
      scene.emulator.updatePerson('ana', { marketingCap: 2 });
      for (let each = 0; each < 3; each++) expect((await scene.send(template('sale'))).status).toBe(200);
      await scene.pass(5_000);
      expect([codes(scene), scene.emulator.ledger().arrivals.length]).toEqual([[131049], 2]);
      await scene.pass(24 * hourMs - 5_000 - 1);
      await scene.send(template('sale'));
      await scene.pass(1);
      await scene.send(template('sale'));
      await scene.pass(5_000);
      expect([codes(scene), scene.emulator.ledger().arrivals.length]).toEqual([[131049, 131049], 3]);
      scene.emulator.send(says('ana'));
      for (let each = 0; each < 3; each++) await scene.send(template('sale'));
      await scene.pass(5_000);
      expect([codes(scene).length, scene.emulator.ledger().arrivals.length]).toEqual([2, 6]);
    });
  });
});

describe('people who cannot be reached', () => {
  test.each([['blocked'], ['unreachable']] as const)('%s: taken, then failed with 131026', async (state) => {
    await withPlain({}, async (scene) => {
      scene.emulator.updatePerson('ana', { [state]: true });
      expect((await scene.send(text())).status).toBe(200);
      await scene.pass(5_000);
      expect([codes(scene), scene.emulator.inbox('ana')]).toEqual([[131026], []]);
      scene.emulator.updatePerson('ana', { [state]: false });
      await scene.send(text());
      expect(scene.emulator.inbox('ana')).toHaveLength(1);
    });
  });
});

describe('how long a message waits for a phone', () => {
  const body = { type: 'body', text: 'Your order left us today.' };
  const otp = [{ type: 'body' }, { type: 'buttons', buttons: [{ type: 'otp', otp_type: 'copy_code' }] }];
  const code = [
    { type: 'body', parameters: [{ type: 'text', text: '123456' }] },
    { type: 'button', sub_type: 'url', index: 0, parameters: [{ type: 'text', text: '123456' }] },
  ];
  const auth = { category: 'AUTHENTICATION', components: otp };
  const cases: readonly (readonly [string, object | null, object, number])[] = [
    ['text: 30 days', null, text(), 30 * 24 * hourMs],
    ['a template: 30 days', { components: [body] }, template('note'), 30 * 24 * hourMs],
    ['a template that says 30 s', { components: [body], message_send_ttl_seconds: 30 }, template('note'), 30_000],
    ['a code: 10 minutes', auth, template('note', code), 600_000],
    ['a code that says 900 s', { ...auth, message_send_ttl_seconds: 900 }, template('note', code), 900_000],
    [
      'a code that says -1: 30 days',
      { ...auth, message_send_ttl_seconds: -1 },
      template('note', code),
      30 * 24 * hourMs,
    ],
  ];
  test.each(cases)('%s', async (_, given, message, lifeMs) => {
    for (const [waitMs, count] of [
      [lifeMs - 1, 1],
      [lifeMs, 0],
    ] as const) {
      await withPlain({}, async (scene) => {
        if (given !== null) await addTemplate(scene, given);
        scene.emulator.updatePerson('ana', { online: false });
        expect((await scene.send(message)).status).toBe(200);
        await scene.pass(waitMs);
        scene.emulator.updatePerson('ana', { online: true });
        await scene.pass(5_000);
        const statuses = statusesOf(scene).map(({ status }) => status);
        expect(scene.emulator.ledger().arrivals).toHaveLength(count);
        expect(statuses).toEqual(count === 1 ? ['sent', 'delivered', 'read'] : ['sent']);
      });
    }
  });
});

describe('pacing', () => {
  test.each([
    ['note_held', ['sent', 'delivered', 'read'], []],
    ['note_held_dropped', ['failed'], [132015]],
  ])('%s: held, then %j', async (name, statuses, failures) => {
    await withPlain({ holdMs: 1_000 }, async (scene) => {
      await addTemplate(scene, { name, components });
      const reply = await scene.send(template(name));
      expect(reply.body.messages).toMatchObject([{ message_status: 'held_for_quality_assessment' }]);
      await scene.pass(999);
      expect(scene.emulator.inbox('ana')).toHaveLength(0);
      await scene.pass(5_000);
      expect(statusesOf(scene).map(({ status }) => status)).toEqual(statuses);
      expect(codes(scene)).toEqual(failures);
    });
  });
});

describe('what it costs', () => {
  const referral = { source_type: 'ad', source_id: '1', headline: 'Chat with us', ctwa_clid: 'AR1' } as const;
  const pricingOf = (scene: PlainScene): unknown[] =>
    statusesOf(scene).map(({ status, pricing }) => [status, (pricing as { type?: string } | undefined)?.type]);

  test('the price stands on sent and delivered, never on read or failed', async () => {
    await withPlain({}, async (scene) => {
      await scene.send(template('hello_world'));
      await scene.send({ ...text(), to: '4915199999999' });
      await scene.pass(5_000);
      expect(pricingOf(scene)).toEqual([
        ['sent', 'regular'],
        ['failed', undefined],
        ['delivered', 'regular'],
        ['read', undefined],
      ]);
      expect(statusesOf(scene)[0]?.pricing).toEqual({
        billable: true,
        pricing_model: 'PMP',
        type: 'regular',
        category: 'utility',
      });
    });
  });

  test('who came from an ad and is answered within 24 h costs nothing for 72 h', async () => {
    await withPlain({}, async (scene) => {
      await addTemplate(scene, sale);
      scene.emulator.send({ ...says('ana'), referral });
      await scene.pass(24 * hourMs - 1);
      expect(scene.values('messages')[0]).toMatchObject({ messages: [{ referral }] });
      const answeredAt = scene.clock.now();
      await scene.send(text());
      await scene.pass(72 * hourMs - 1);
      await scene.send(template('sale'));
      await scene.pass(1);
      await scene.send(template('sale'));
      await scene.pass(5_000);
      const sent = statusesOf(scene).filter(({ status }) => status === 'sent');
      const free = { billable: false, pricing_model: 'PMP', type: 'free_entry_point', category: 'referral_conversion' };
      const conversation = {
        id: expect.stringMatching(/^[0-9a-f]{32}$/),
        expiration_timestamp: String(Math.floor((answeredAt + 72 * hourMs) / 1_000)),
        origin: { type: 'referral_conversion' },
      };
      expect(sent.map(({ pricing }) => pricing)).toMatchObject([
        free,
        free,
        { type: 'regular', category: 'marketing' },
      ]);
      expect(sent.map((status) => status.conversation)).toEqual([conversation, conversation, undefined]);
      const delivered = statusesOf(scene).find(({ status }) => status === 'delivered');
      expect(delivered?.conversation).toEqual({ id: conversation.id, origin: conversation.origin });
    });
  });

  test('answered after 24 h it costs as ever', async () => {
    await withPlain({}, async (scene) => {
      scene.emulator.send({ ...says('ana'), referral });
      await scene.pass(24 * hourMs);
      await scene.send(template('hello_world'));
      await scene.pass(5_000);
      expect(pricingOf(scene).slice(-3)).toEqual([
        ['sent', 'regular'],
        ['delivered', 'regular'],
        ['read', undefined],
      ]);
    });
  });
});
