import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { NUMBER, openWhole, type Whole } from './fixtures/whole.ts';

// What a client is told of its message, through the whole program: refused by Meta, by Wharf, late, or asked for twice.
let whole: Whole;
beforeAll(async () => void (whole = await openWhole({ env: { WHARF_GRAPH_WAIT_SECONDS: '3' } })));
afterAll(() => whole.close());

const inboxOf = (personId: string) => whole.emulator.inbox(personId).filter((one) => one.direction === 'in');
const hello = { messaging_product: 'whatsapp', type: 'text', text: { body: 'hi' } };
const json = (body: object, more: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...more },
  body: JSON.stringify(body),
});

const send = (to: string, more: object = {}, headers: Record<string, string> = {}) =>
  whole.graph(`/v26.0/${NUMBER}/messages`, json({ ...hello, to, ...more }, headers));

describe('What Meta refuses', () => {
  test.each([
    [131026, 400],
    [131047, 400],
    [130472, 400],
    [131051, 400],
  ])('%i comes back with its code', async (code, status) => {
    const { person } = await whole.meet();
    const answer = await send(person.phone, { text: { body: `!error ${code}` } });
    expect(answer).toMatchObject({
      status,
      body: {
        error: { code, is_transient: false, type: 'OAuthException', fbtrace_id: expect.stringMatching(/^trc_/) },
      },
    });
    expect(inboxOf(person.id)).toHaveLength(0);
  });
});

describe('What Wharf refuses', () => {
  test('is Meta’s error for a closed window', async () => {
    const answer = await send('4915550000001');
    expect(answer).toMatchObject({
      status: 400,
      body: {
        error: {
          code: 131047,
          message: expect.stringMatching(/^\(#131047\) /),
          error_data: { messaging_product: 'whatsapp', details: expect.stringContaining('template') },
        },
      },
    });
  });

  test('is Meta’s error for a template that is not there', async () => {
    await until(
      'the templates are read',
      async () => (await whole.store.rows('select from template_accounts where synced_at is not null')).length > 0,
    );
    const { person } = await whole.meet();
    const answer = await send(person.phone, {
      type: 'template',
      template: { name: 'nobody_has_it', language: { code: 'en_US' } },
    });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 132001 } } });
  });

  test('is Meta’s error for a value that is too long', async () => {
    const answer = await send('4917011', { text: { body: 'x'.repeat(4_097) } });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 100, message: expect.stringContaining('text.body') } },
    });
  });
});

describe('A message that does not go out in time', () => {
  const resume = () => whole.store.rows("update channels set state = 'active', state_reason = null, paused_by = null");
  const stateOf = async (id: string) =>
    (
      await whole.store.rows<{ state: string; wamid: string | null }>(
        'select state, whatsapp_id as wamid from messages where id = $1',
        [id],
      )
    )[0];

  test('is answered with Wharf’s own id, which quotes and reactions may name once it has gone', async () => {
    const { person } = await whole.meet();
    await whole.store.rows(
      "update channels set state = 'paused', state_reason = 'a test', paused_by = 'person', paused_at = now()",
    );
    // What is sent before the sender has heard of it still goes out.
    const held = await until('a message is held', async () => {
      const answer = await send(person.phone);
      const [message] = answer.body['messages'] as { id: string }[];
      return message?.id.startsWith('msg_') ? { status: answer.status, message, id: message.id } : null;
    });
    const before = inboxOf(person.id).length;
    expect(held).toMatchObject({ status: 200, message: { message_status: 'accepted' } });
    const { id } = held;
    const quoting = { context: { message_id: id } };
    expect(await send(person.phone, quoting)).toMatchObject({
      status: 400,
      body: { error: { code: 100, message: expect.stringContaining('context.message_id') } },
    });
    expect(await send(person.phone, { context: { message_id: `msg_${'0'.repeat(26)}` } })).toMatchObject({
      status: 400,
      body: { error: { error_data: { details: expect.stringContaining('never had') } } },
    });

    await resume();
    const sent = await until('it has gone out', async () => (await stateOf(id))?.wamid ?? null);
    const other = await whole.meet();
    await until('the door has heard of it too', async () => {
      const [message] = (await send(other.person.phone)).body['messages'] as { id: string }[];
      return message?.id.startsWith('wamid.');
    });
    expect(await send(person.phone, quoting)).toMatchObject({ status: 200 });
    expect(
      await send(person.phone, { type: 'reaction', reaction: { message_id: id, emoji: '👍' }, text: undefined }),
    ).toMatchObject({ status: 200 });
    const arrived = inboxOf(person.id)
      .slice(before)
      .filter((one) => one.body.type === 'text');
    expect(arrived.map((one) => one.quotedId ?? null)).toEqual([null, sent]);
    expect(arrived[0]?.reactions.business).toBe('👍');
  });
});

describe('An Idempotency-Key', () => {
  test('makes a repeated request one message with one answer', async () => {
    const { person } = await whole.meet();
    const ask = () => send(person.phone, {}, { 'idempotency-key': 'once' });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await ask()).body).toEqual(answers[0]?.body);
    expect(inboxOf(person.id)).toHaveLength(1);
    expect(await send(person.phone, { text: { body: 'other' } }, { 'idempotency-key': 'once' })).toMatchObject({
      status: 409,
      body: { error: { code: 100 } },
    });
  });

  test('that is missing makes each request a message of its own', async () => {
    const { person } = await whole.meet();
    await Promise.all([send(person.phone), send(person.phone)]);
    expect(inboxOf(person.id)).toHaveLength(2);
  });
});
