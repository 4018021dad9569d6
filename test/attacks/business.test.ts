import { expect } from 'vitest';
import { attacks } from './rig/attack.ts';
import { toDelivery, toMessage, toMessages, toText, toWamid } from './rig/deliveries.ts';
import { MARK, toPhone } from './rig/secrets.ts';
import { SENT, toReceived, toStrange } from './rig/stored.ts';
import type { Siege } from './rig/siege.ts';

const attack = attacks({
  async prepare(siege) {
    await siege.receive(toText(`quiet ${MARK}`), toText(`quiet ${MARK}`, { from: toPhone(2) }));
  },
});

const send = (siege: Siege, body: object, key?: string) =>
  siege.api('POST', '/api/v1/messages', body, key === undefined ? {} : { 'idempotency-key': key });
const text = (body: string, to = toPhone(1)) => ({ to, message: { type: 'text', text: { body: `${MARK} ${body}` } } });
const idOf = (answer: { readonly text: string }): string => (JSON.parse(answer.text) as { id: string }).id;

const toTap = (id: string, from: string, quoted: string): string =>
  toMessages(
    toMessage({
      from,
      context: { from: '15550001111', id: quoted },
      type: 'interactive',
      interactive: { type: 'button_reply', button_reply: { id, title: MARK } },
    }),
  );

// What a person taps is what their phone says that they tapped: Meta vouches for the person, not for the id.
attack(
  'B1',
  'a tap on a button that was never sent, or stood in somebody else’s conversation, is answered to its sender alone and joins nothing',
  { stores: { ...toStrange(2), ...SENT }, sends: 3 },
  async (siege) => {
    const mark = siege.graph.all.length;
    await send(siege, {
      to: toPhone(1),
      message: {
        type: 'interactive',
        interactive: {
          type: 'button',
          body: { text: MARK },
          action: { buttons: [{ type: 'reply', reply: { id: 'pay:1', title: 'Pay' } }] },
        },
      },
    });
    await siege.settled();
    const [{ whatsapp_id: sent } = { whatsapp_id: '' }] = await siege.rows<{ whatsapp_id: string }>(
      `select whatsapp_id from messages where type = 'interactive' and direction = 'out'`,
    );
    await siege.receive(toTap('pay:999', toPhone(2), 'wamid.NEVER'), toTap('pay:1', toPhone(2), sent));
    const to = siege.graph.changes(mark).map(({ body }) => (JSON.parse(body) as { to: string }).to);
    expect(to).toEqual([toPhone(1), toPhone(2), toPhone(2)]);
    const rows = await siege.rows<{ mine: boolean }>(
      `select m.conversation_id = q.conversation_id as mine from messages m join messages q on q.whatsapp_id = m.quoted_id where m.direction = 'in'`,
    );
    expect(rows).toEqual([{ mine: false }]);
    const { data } = JSON.parse((await siege.api('GET', '/api/v1/conversations')).text) as { data: { id: string }[] };
    for (const { id } of data) {
      const thread = await siege.api('GET', `/api/v1/conversations/${id}/messages`);
      expect(thread.status).toBe(200);
    }
  },
);

attack(
  'B2',
  'a status of a message that nobody sent waits by itself and moves nothing',
  {
    stores: toReceived(1, {
      events: 3,
      event_marks: 3,
      messages: 0,
      reaction_runs: 0,
      parked: 3,
      contacts: 'any',
      identities: 'any',
      conversations: 'any',
    }),
  },
  async (siege) => {
    const statuses = ['sent', 'read', 'failed'].map((status) => ({
      id: toWamid(),
      status,
      timestamp: String(Math.floor(Date.now() / 1000)),
      recipient_id: toPhone(1),
      errors: status === 'failed' ? [{ code: 131_026, title: MARK }] : [],
    }));
    await siege.receive(toDelivery({ value: { statuses } }));
  },
);

attack(
  'B2',
  'a status that names a customer’s own message as ours changes neither its text nor its direction',
  { stores: toReceived(2, { messages: 1, parked: 'any', reaction_runs: 1 }) },
  async (siege) => {
    const message = toMessage();
    await siege.receive(toMessages(message));
    const before = await siege.rows(`select direction, body, state from messages where whatsapp_id = $1`, [message.id]);
    const status = { id: message.id, status: 'failed', timestamp: '1', recipient_id: toPhone(1) };
    await siege.receive(toDelivery({ value: { statuses: [status] } }));
    expect(
      await siege.rows(`select direction, body, state from messages where whatsapp_id = $1`, [message.id]),
    ).toEqual(before);
  },
);

attack(
  'B3',
  'a message that seems to come from our own number is answered once at most, and answers do not answer themselves',
  { stores: { ...toStrange(1), ...SENT }, sends: 1 },
  async (siege) => {
    await siege.receive(toText(`${MARK} from ourselves`, { from: '15550001111' }));
    await siege.settled();
  },
);

const PURCHASE = { name: 'spring_sale', language: { code: 'en_US' } };
const HEADER = { type: 'header', parameters: [{ type: 'image', image: { id: '1234567890' } }] };
const sale = (word: string) => ({
  type: 'template',
  template: { ...PURCHASE, components: [HEADER, { type: 'body', parameters: [{ type: 'text', text: word }] }] },
});
const optOut = (siege: Siege, to: string) =>
  siege.api('POST', '/api/v1/consents', { consents: [{ to, purposes: ['marketing'], state: 'out', text: 'Stop' }] });

attack(
  'B4',
  'who has objected is not written to by a retry, an edit, a schedule or a campaign either',
  { stores: { ...SENT, consents: 1, consent_log: 1, marketing_sends: 'any' }, sends: 0 },
  async (siege) => {
    const to = toPhone(2);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const waiting = await send(siege, { to, message: sale(MARK), sendAt: tomorrow });
    expect(waiting.status).toBe(201);
    const cancelled = idOf(await send(siege, { to, message: sale(`${MARK} twice`), sendAt: tomorrow }));
    expect((await siege.api('POST', `/api/v1/messages/${cancelled}/cancel`)).status).toBe(200);
    expect((await optOut(siege, to)).status).toBe(200);
    const refused = [
      await siege.api('POST', `/api/v1/messages/${cancelled}/retry`),
      await send(siege, { to, message: sale(MARK) }),
      await send(siege, { to, message: sale(MARK), sendAt: tomorrow }),
      await send(siege, { ...text('now', to), priority: 'campaign' }),
    ];
    for (const { status, text: body } of refused)
      expect([status, JSON.parse(body)]).toMatchObject([422, { code: 'policy_denied' }]);
    // What waited when they objected is judged again when its time comes.
    const id = idOf(waiting);
    expect(
      (await siege.api('PATCH', `/api/v1/messages/${id}`, { sendAt: new Date(Date.now() + 500).toISOString() })).status,
    ).toBe(200);
    await expect
      .poll(
        async () => (JSON.parse((await siege.api('GET', `/api/v1/messages/${id}`)).text) as { state: string }).state,
        {
          timeout: 15_000,
          interval: 200,
        },
      )
      .toBe('blocked');
  },
);

const order = (name: string, number: string, track = 'x') => ({
  type: 'template',
  template: {
    name: 'order_update',
    language: { code: 'en_US' },
    components: [
      { type: 'body', parameters: [name, number].map((word) => ({ type: 'text', text: word })) },
      { type: 'button', sub_type: 'url', index: '0', parameters: [{ type: 'text', text: track }] },
    ],
  },
});

attack(
  'B5',
  'a value in a template stays in its place: it is no variable, no markup, and no part of the template around it',
  { stores: SENT, sends: 1 },
  async (siege) => {
    const shown = await siege.api('POST', '/api/v1/templates/preview', {
      id: (
        await siege.rows<{ id: string }>(`select id from templates where name = 'order_update' and language = 'en_US'`)
      )[0]?.id,
      components: order('{{2}}', '{{1}}').template.components,
    });
    expect(shown.text).toContain('Hi {{2}}, your order {{1}} is on its way.');
    for (const name of ['a\nb', 'a\tb', `a${' '.repeat(5)}b`, ''])
      expect(
        (await send(siege, { to: toPhone(1), message: order(name, '1') })).status,
        JSON.stringify(name.slice(0, 9)),
      ).toBe(422);
    const sent = await send(siege, { to: toPhone(1), message: order('{{2}} $& $1 <b>', '","type":"x') });
    expect(sent.status).toBe(201);
    expect(sent.text).toContain('Hi {{2}} $& $1 <b>, your order');
    await siege.settled();
    const body = JSON.parse(siege.graph.changes().at(-1)?.body ?? '{}') as { template: unknown };
    expect(body.template).toEqual(order('{{2}} $& $1 <b>', '","type":"x').template);
  },
);

attack(
  'B6',
  'a double click on "send" is one message, side by side or one after the other',
  { stores: SENT, sends: 1 },
  async (siege) => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(siege, text('double'), 'click-1')));
    const later = await send(siege, text('double'), 'click-1');
    expect(new Set([...answers, later].map(idOf)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await send(siege, text('another'), 'click-1')).status).toBe(409);
  },
);

attack(
  'B6',
  'two who answer at once with one key each are two answers, in an order; with the same one are one',
  { stores: SENT, sends: 3 },
  async (siege) => {
    await Promise.all([send(siege, text('Anna'), 'anna-1'), send(siege, text('Berta'), 'berta-1')]);
    const bulk = await send(siege, {
      messages: [
        { ...text('bulk'), idempotencyKey: 'b' },
        { ...text('bulk'), idempotencyKey: 'b' },
      ],
    });
    const { data } = JSON.parse(bulk.text) as { data: { id: string }[] };
    expect(new Set(data.map(({ id }) => id)).size).toBe(1);
  },
);

attack(
  'B6',
  'two who edit the same contact: the second is told, and nothing of the first is lost',
  { stores: { contacts: 0 } },
  async (siege) => {
    const [{ id } = { id: '' }] = await siege.rows<{ id: string }>('select id from contacts order by id limit 1');
    const etag = (await siege.api('GET', `/api/v1/contacts/${id}`)).headers.get('etag') ?? '';
    const edits = ['Anna', 'Berta'].map((name) =>
      siege.api('PATCH', `/api/v1/contacts/${id}`, { name }, { 'if-match': etag }),
    );
    expect((await Promise.all(edits)).map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
  },
);

attack(
  'B7',
  'a message that is cancelled, edited and retried all at once goes once or not at all',
  { stores: SENT, sends: 1 },
  async (siege) => {
    const id = idOf(await send(siege, { ...text('later'), sendAt: new Date(Date.now() + 3_600_000).toISOString() }));
    const path = `/api/v1/messages/${id}`;
    const edit = siege.api('PATCH', path, { message: { type: 'text', text: { body: `${MARK} edited` } } });
    const cancels = Array.from({ length: 4 }, () => siege.api('POST', `${path}/cancel`));
    const statuses = (await Promise.all([...cancels, edit])).map(({ status }) => status);
    expect(statuses.filter((status) => ![200, 409].includes(status))).toEqual([]);
    const retries = await Promise.all(Array.from({ length: 5 }, () => siege.api('POST', `${path}/retry`)));
    expect(new Set(retries.map(idOf)).size).toBe(1);
  },
);
