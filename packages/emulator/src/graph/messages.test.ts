import { describe, expect, test } from 'vitest';
import type { EmulatorOptions } from '../contract.ts';
import { type GraphReply, graph, numberId, says, type Scene, sendText, updatesOf, withScene } from '../testing.ts';

const ana = { to: '+55 (11) 99999-0001' };
const dana = { recipient: 'IL.74319020004' };
const post = ({ emulator }: Scene, json: unknown): Promise<GraphReply> =>
  graph(emulator, `/v26.0/${numberId}/messages`, { json });

/** A scene where Ana and Dana have written. */
const withOpenWindows = (options: Partial<EmulatorOptions>, run: (scene: Scene) => Promise<void>): Promise<void> =>
  withScene(options, async (scene) => {
    scene.emulator.send(says('ana'));
    scene.emulator.send(says('dana'));
    await scene.finish();
    await run(scene);
  });

const body = { body: { text: 'Choose' } };
const button = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });
const sections = (rows: number) => [
  { title: 'S', rows: Array.from({ length: rows }, (_, at) => ({ id: `r${at}`, title: `Row ${at}` })) },
];

describe('types the Graph API takes', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['text', { type: 'text', text: { body: 'hi', preview_url: true } }],
    ['text without type', { text: { body: 'hi' } }],
    ['text with unknown keys', { type: 'text', text: { body: 'hi', extra: 1 }, more: { a: 1 } }],
    ['image by link', { type: 'image', image: { link: 'https://example.org/a.png', caption: 'c' } }],
    ['video by link', { type: 'video', video: { link: 'https://example.org/a.mp4' } }],
    ['audio by link', { type: 'audio', audio: { link: 'https://example.org/a.ogg', voice: true } }],
    ['document by link', { type: 'document', document: { link: 'https://example.org/a.pdf', filename: 'a.pdf' } }],
    ['sticker by link', { type: 'sticker', sticker: { link: 'https://example.org/a.webp' } }],
    ['location', { type: 'location', location: { latitude: 1.5, longitude: '-2.5', name: 'Here' } }],
    ['contacts', { type: 'contacts', contacts: [{ name: { formatted_name: 'Ann', first_name: 'Ann' } }] }],
    [
      'buttons',
      {
        type: 'interactive',
        interactive: { type: 'button', ...body, action: { buttons: [button('a', 'A'), button('b', 'B')] } },
      },
    ],
    [
      'list',
      {
        type: 'interactive',
        interactive: { type: 'list', ...body, action: { button: 'Open', sections: sections(10) } },
      },
    ],
    [
      'call to action',
      {
        type: 'interactive',
        interactive: {
          type: 'cta_url',
          ...body,
          action: { name: 'cta_url', parameters: { display_text: 'Go', url: 'https://example.org' } },
        },
      },
    ],
    [
      'location request',
      {
        type: 'interactive',
        interactive: { type: 'location_request_message', ...body, action: { name: 'send_location' } },
      },
    ],
    [
      'contact request',
      {
        type: 'interactive',
        interactive: { type: 'request_contact_info', ...body, action: { name: 'request_contact_info' } },
      },
    ],
    [
      'form',
      {
        type: 'interactive',
        interactive: {
          type: 'flow',
          ...body,
          action: { name: 'flow', parameters: { flow_message_version: '3', flow_id: '1', flow_cta: 'Book' } },
        },
      },
    ],
    ['template', { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } }],
  ];
  test.each(cases)('%s', async (_, message) => {
    await withOpenWindows({}, async (scene) => {
      const reply = await post(scene, { messaging_product: 'whatsapp', ...ana, ...message });
      expect(reply.body).toEqual({
        messaging_product: 'whatsapp',
        contacts: [{ input: ana.to, wa_id: '5511999990001' }],
        messages: [expect.objectContaining({ id: expect.stringMatching(/^wamid\./) })],
      });
      expect(scene.emulator.inbox('ana')).toHaveLength(1);
    });
  });
});

describe('what the Graph API refuses', () => {
  const text = { type: 'text', text: { body: 'hi' } };
  const interactive = (value: object): object => ({ type: 'interactive', interactive: { ...body, ...value } });
  const template = (name: string, components?: unknown, code = 'en_US'): object => ({
    type: 'template',
    template: { name, language: { code }, components },
  });
  const parameters = (...texts: string[]) => texts.map((each) => ({ type: 'text', text: each }));
  const track = { type: 'button', sub_type: 'url', index: '0', parameters: parameters('77') };
  const cases: readonly (readonly [string, object, number, number])[] = [
    ['no product', { messaging_product: undefined, ...ana, ...text }, 100, 400],
    ['no recipient', { ...text }, 100, 400],
    ['a recipient without digits', { to: 'nobody', ...text }, 100, 400],
    ['a BSUID that is none', { recipient: 'x', ...text }, 100, 400],
    ['a group', { to: 'g', recipient_type: 'group', ...text }, 131041, 400],
    ['an unknown type', { ...ana, type: 'poll' }, 100, 400],
    ['a type named like an Object method', { ...ana, type: 'constructor' }, 100, 400],
    ['a missing object', { ...ana, type: 'image' }, 131008, 400],
    ['an empty text', { ...ana, type: 'text', text: { body: '' } }, 100, 400],
    ['a text of 4,097 characters', { ...ana, type: 'text', text: { body: 'x'.repeat(4097) } }, 100, 400],
    ['callback data of 513 characters', { ...ana, ...text, biz_opaque_callback_data: 'x'.repeat(513) }, 100, 400],
    ['media without id and link', { ...ana, type: 'image', image: {} }, 100, 400],
    ['media of an unknown id', { ...ana, type: 'image', image: { id: '1' } }, 131009, 400],
    ['media at no address', { ...ana, type: 'image', image: { link: 'file:///etc/passwd' } }, 100, 400],
    [
      'a long caption',
      { ...ana, type: 'image', image: { link: 'https://a.b', caption: 'x'.repeat(1025) } },
      131009,
      400,
    ],
    ['a latitude of 91', { ...ana, type: 'location', location: { latitude: 91, longitude: 0 } }, 100, 400],
    ['contacts without names', { ...ana, type: 'contacts', contacts: [{ phones: [] }] }, 131008, 400],
    [
      'a contact with the formatted name alone',
      { ...ana, type: 'contacts', contacts: [{ name: { formatted_name: 'A' } }] },
      131008,
      400,
    ],
    ['a reaction without emoji', { ...ana, type: 'reaction', reaction: { message_id: 'wamid.x' } }, 100, 400],
    [
      'four buttons',
      {
        ...ana,
        ...interactive({ type: 'button', action: { buttons: ['a', 'b', 'c', 'd'].map((id) => button(id, id)) } }),
      },
      131009,
      400,
    ],
    [
      'a button title of 21',
      { ...ana, ...interactive({ type: 'button', action: { buttons: [button('a', 'x'.repeat(21))] } }) },
      131009,
      400,
    ],
    [
      'equal button titles',
      { ...ana, ...interactive({ type: 'button', action: { buttons: [button('a', 'A'), button('b', 'A')] } }) },
      131009,
      400,
    ],
    [
      'eleven rows',
      { ...ana, ...interactive({ type: 'list', action: { button: 'Open', sections: sections(11) } }) },
      131009,
      400,
    ],
    [
      'two sections of which one has no title',
      {
        ...ana,
        ...interactive({
          type: 'list',
          action: { button: 'Open', sections: [...sections(1), { rows: [{ id: 'z', title: 'Z' }] }] },
        }),
      },
      131009,
      400,
    ],
    [
      'no body',
      { ...ana, ...interactive({ type: 'button', body: undefined, action: { buttons: [button('a', 'A')] } }) },
      131008,
      400,
    ],
    [
      'a body of 1,025',
      {
        ...ana,
        ...interactive({ type: 'button', body: { text: 'x'.repeat(1025) }, action: { buttons: [button('a', 'A')] } }),
      },
      131009,
      400,
    ],
    ['an unknown interactive', { ...ana, ...interactive({ type: 'wheel', action: {} }) }, 100, 400],
    ['a template that is not there', { ...ana, ...template('nothing') }, 132001, 404],
    ['a template in another language', { ...ana, ...template('hello_world', [], 'de') }, 132001, 404],
    ['a template under review', { ...ana, ...template('pending_note') }, 132001, 404],
    ['a paused template', { ...ana, ...template('paused_offer') }, 132015, 400],
    ['a disabled template', { ...ana, ...template('disabled_offer') }, 132016, 400],
    [
      'one parameter too few',
      { ...ana, ...template('order_update', [{ type: 'body', parameters: parameters('Ana') }, track]) },
      132000,
      400,
    ],
    [
      'one parameter too many',
      { ...ana, ...template('hello_world', [{ type: 'body', parameters: parameters('x') }]) },
      132000,
      400,
    ],
    [
      'a url button without its parameter',
      { ...ana, ...template('order_update', [{ type: 'body', parameters: parameters('Ana', '77') }]) },
      131008,
      400,
    ],
    [
      'a parameter with a new line',
      { ...ana, ...template('order_update', [{ type: 'body', parameters: parameters('A\nb', '77') }, track]) },
      132018,
      400,
    ],
    [
      'named parameters without names',
      { ...ana, ...template('appointment_reminder', [{ type: 'body', parameters: parameters('Ana', 'Monday') }]) },
      132012,
      400,
    ],
    [
      'an image header without an image',
      { ...ana, ...template('spring_sale', [{ type: 'body', parameters: parameters('Ana') }]) },
      132012,
      400,
    ],
    [
      'a login code to a BSUID',
      {
        ...dana,
        ...template('login_code', [
          { type: 'body', parameters: parameters('123456') },
          { ...track, parameters: parameters('123456') },
        ]),
      },
      131062,
      400,
    ],
    ['the business itself', { to: '15550001111', ...text }, 131021, 400],
    ['a person who never wrote', { to: '447700900002', ...text }, 131047, 400],
    ['a read mark for an unknown message', { status: 'read', message_id: 'wamid.x' }, 131009, 400],
    ['another status', { status: 'delivered', message_id: 'wamid.x' }, 100, 400],
  ];
  test.each(cases)('%s', async (_, message, code, status) => {
    await withOpenWindows({}, async (scene) => {
      const reply = await post(scene, { messaging_product: 'whatsapp', ...message });
      expect([reply.code, reply.status]).toEqual([code, status]);
      expect(reply.body).toEqual({
        error: {
          message: expect.any(String),
          type: expect.stringMatching(/^(OAuthException|GraphMethodException)$/),
          code,
          is_transient: false,
          error_data: { messaging_product: 'whatsapp', details: expect.any(String) },
          fbtrace_id: expect.any(String),
        },
      });
      expect(scene.emulator.inbox('ana')).toHaveLength(0);
      expect(scene.emulator.stats().sends).toBe(0);
    });
  });
});

describe('rules', () => {
  test('the window closes after 24 hours and a template passes it', async () => {
    await withOpenWindows({}, async (scene) => {
      scene.clock.advance(24 * 3_600_000 - 60_000);
      expect((await sendText(scene.emulator, ana)).status).toBe(200);
      scene.clock.advance(120_000);
      expect((await sendText(scene.emulator, ana)).code).toBe(131047);
      const template = { type: 'template', template: { name: 'hello_world', language: { code: 'en_US' } } };
      expect((await post(scene, { messaging_product: 'whatsapp', ...ana, ...template })).status).toBe(200);
    });
  });

  test('46 sends to one person: the last is refused with 131056 until 6 s have passed', async () => {
    await withOpenWindows({}, async ({ emulator, clock }) => {
      const codes = [];
      for (let each = 0; each < 46; each++) codes.push((await sendText(emulator, ana)).code);
      expect(codes.indexOf(131056)).toBe(45);
      clock.advance(6_000);
      expect((await sendText(emulator, ana)).status).toBe(200);
    });
  });

  test('phone and BSUID of one person share the pair budget', async () => {
    await withOpenWindows({}, async ({ emulator }) => {
      for (let each = 0; each < 45; each++) await sendText(emulator, ana);
      expect((await sendText(emulator, { recipient: 'BR.74319020001' })).code).toBe(131056);
    });
  });

  test('sends beyond the throughput are refused with 130429', async () => {
    await withOpenWindows({ messagesPerSecond: 10, rules: { pairRate: false } }, async ({ emulator, clock }) => {
      clock.advance(1_000);
      const codes = [];
      for (let each = 0; each < 12; each++) codes.push((await sendText(emulator, ana)).code);
      expect(codes.filter((code) => code === 130429)).toHaveLength(2);
      clock.advance(100);
      expect((await sendText(emulator, ana)).status).toBe(200);
    });
  });

  test('each rule can be switched off', async () => {
    const rules = { window: false, pairRate: false, throughput: false };
    await withScene({ rules, messagesPerSecond: 1 }, async ({ emulator }) => {
      for (let each = 0; each < 50; each++) expect((await sendText(emulator, ana)).status).toBe(200);
    });
  });
});

describe('sentinels', () => {
  test.each([
    ['a text that asks for an error', ana, '!error 131048', [131048, 400]],
    ['a code we have no row for', ana, '!error 999', [999, 400]],
    ['a text without a code', ana, '!error', [131000, 500]],
    ['a recipient that asks for an error', { to: '999000130429' }, 'hi', [130429, 400]],
  ])('%s', async (_, to, text, expected) => {
    await withOpenWindows({}, async ({ emulator }) => {
      const reply = await sendText(emulator, to, text);
      expect([reply.code, reply.status]).toEqual(expected);
    });
  });

  test.each([
    ['a text', ana, '!fail 131049', 131049],
    ['a recipient', { to: '999001131050' }, 'hi', 131050],
    ['a stranger', { to: '4915112345678' }, 'hi', 131026],
  ])('%s that fails later: taken, then a failed status', async (_, to, text, code) => {
    await withOpenWindows({}, async ({ emulator, receiver, finish }) => {
      const { status } = await sendText(emulator, to, text, { biz_opaque_callback_data: 'mine' });
      await finish();
      expect(status).toBe(200);
      expect(updatesOf(receiver.taken, 'statuses')).toEqual([
        expect.objectContaining({
          status: 'failed',
          biz_opaque_callback_data: 'mine',
          errors: [expect.objectContaining({ code })],
        }),
      ]);
      expect(emulator.inbox('ana')).toHaveLength(0);
    });
  });

  test('media at a host that cannot exist fails with 131052', async () => {
    await withOpenWindows({}, async (scene) => {
      await post(scene, {
        messaging_product: 'whatsapp',
        ...ana,
        type: 'image',
        image: { link: 'https://files.invalid/a.png' },
      });
      await scene.finish();
      expect(updatesOf(scene.receiver.taken, 'statuses')).toMatchObject([
        { status: 'failed', errors: [{ code: 131052 }] },
      ]);
    });
  });

  test('!lost: the message arrives but the answer does not', async () => {
    await withOpenWindows({}, async ({ emulator }) => {
      await expect(sendText(emulator, ana, '!lost')).rejects.toThrow('fetch failed');
      expect(emulator.inbox('ana')).toHaveLength(1);
    });
  });
});

describe('faults of the Graph API', () => {
  test.each([
    ['serverError', [500, 503]],
    ['throttle', [400]],
  ] as const)('%s refuses without taking the message', async (fault, statuses) => {
    await withOpenWindows({ faults: { [fault]: 1 } }, async ({ emulator }) => {
      for (let each = 0; each < 5; each++) expect(statuses).toContain((await sendText(emulator, ana)).status);
      expect(emulator.inbox('ana')).toHaveLength(0);
    });
  });

  test('lostAnswer takes the message and cuts the connection', async () => {
    await withOpenWindows({ faults: { lostAnswer: 1 } }, async ({ emulator, receiver, finish }) => {
      await expect(sendText(emulator, ana)).rejects.toThrow('fetch failed');
      await finish();
      expect(emulator.inbox('ana')).toHaveLength(1);
      expect(updatesOf(receiver.taken, 'statuses')).toHaveLength(3);
    });
  });

  test('html answers a page with 502', async () => {
    await withOpenWindows({ faults: { html: 1 } }, async ({ emulator }) => {
      await expect(sendText(emulator, ana)).rejects.toThrow(/JSON/);
      expect(emulator.inbox('ana')).toHaveLength(0);
    });
  });

  test('slow answers after slowMs of the clock', async () => {
    await withOpenWindows({ faults: { slow: 1, slowMs: 60_000 } }, async ({ emulator, clock }) => {
      let isAnswered = false;
      const reply = sendText(emulator, ana).then((given) => {
        isAnswered = true;
        return given;
      });
      const { promise: arrived, resolve } = Promise.withResolvers<void>();
      const look = (): void => (emulator.inbox('ana').length > 0 ? resolve() : void setImmediate(look));
      look();
      await arrived;
      clock.advance(59_999);
      await new Promise((soon) => setImmediate(soon));
      expect(isAnswered).toBe(false);
      clock.advance(1);
      expect((await reply).status).toBe(200);
    });
  });
});

describe('on the phone', () => {
  test('the inbox holds what arrived, in order, with the quoted message', async () => {
    await withOpenWindows({}, async ({ emulator }) => {
      const first = emulator.send(says('ana', 'question'));
      await sendText(emulator, ana, 'one', { context: { message_id: first.id } });
      await sendText(emulator, ana, 'one');
      expect(emulator.inbox('ana')).toMatchObject([
        { direction: 'in', body: { type: 'text', text: { body: 'one' } }, quotedId: first.id },
        { direction: 'in', body: { type: 'text', text: { body: 'one' } } },
      ]);
      expect(emulator.inbox('ben')).toEqual([]);
    });
  });

  test('a read mark turns the ticks of the message and of those before it', async () => {
    await withOpenWindows({}, async (scene) => {
      const [one, two, three] = ['1', '2', '3'].map((text) => scene.emulator.send(says('ana', text)));
      await scene.finish();
      const reply = await post(scene, {
        messaging_product: 'whatsapp',
        status: 'read',
        message_id: two?.id,
        typing_indicator: { type: 'text' },
      });
      expect(reply.body).toEqual({ success: true });
      expect([one?.ticks, two?.ticks, three?.ticks]).toEqual(['read', 'read', 'delivered']);
    });
  });

  test('a reaction lands on its bubble and is taken back by an empty emoji', async () => {
    await withOpenWindows({}, async (scene) => {
      const target = scene.emulator.send(says('ana'));
      const react = (emoji: string, messageId = target.id): Promise<GraphReply> =>
        post(scene, {
          messaging_product: 'whatsapp',
          ...ana,
          type: 'reaction',
          reaction: { message_id: messageId, emoji },
        });
      await react('👍');
      expect(target.reactions).toEqual({ business: '👍' });
      await react('');
      expect(target.reactions).toEqual({});
      await react('👍', 'wamid.unknown');
      await scene.finish();
      const statuses = updatesOf(scene.receiver.taken, 'statuses').map(({ status }) => status);
      expect(statuses).toEqual(['sent', 'sent', 'failed']);
    });
  });

  test('a template shows its text with the parameters in place', async () => {
    await withOpenWindows({}, async (scene) => {
      const components = [
        {
          type: 'body',
          parameters: [
            { type: 'text', text: 'Ana' },
            { type: 'text', text: '77' },
          ],
        },
        { type: 'button', sub_type: 'url', index: 0, parameters: [{ type: 'text', text: '77' }] },
        { type: 'button', sub_type: 'quick_reply', index: 1, parameters: [{ type: 'payload', payload: 'THANKS' }] },
      ];
      const reply = await post(scene, {
        messaging_product: 'whatsapp',
        ...ana,
        type: 'template',
        template: { name: 'order_update', language: { code: 'en_US' }, components },
      });
      expect(reply.body.messages).toMatchObject([{ message_status: 'accepted' }]);
      expect(scene.emulator.inbox('ana')[0]?.body.rendered).toEqual({
        text: 'Hi Ana, your order 77 is on its way.',
        buttons: [
          { type: 'url', text: 'Track', url: 'https://example.org/track/77' },
          { type: 'quick_reply', text: 'Thanks', payload: 'THANKS' },
        ],
      });
    });
  });
});
