import { describe, expect, test } from 'vitest';
import type { IdentityMode, PhoneSend } from './contract.ts';
import { numberId, says, sendText, updatesOf, withScene } from './testing.ts';

const identities: readonly (readonly [IdentityMode, object, object])[] = [
  [
    'phone',
    { from: '15551230001', from_user_id: 'US.1' },
    { profile: { name: 'Eve' }, wa_id: '15551230001', user_id: 'US.1' },
  ],
  [
    'username_and_phone',
    { from: '15551230001', from_user_id: 'US.1' },
    { profile: { name: 'Eve', username: '@eve' }, wa_id: '15551230001', user_id: 'US.1' },
  ],
  ['username_only', { from_user_id: 'US.1' }, { profile: { name: 'Eve', username: '@eve' }, user_id: 'US.1' }],
  [
    'parent_bsuid',
    { from: '15551230001', from_user_id: 'US.1', from_parent_user_id: 'US.ENT.1' },
    { profile: { name: 'Eve', username: '@eve' }, wa_id: '15551230001', user_id: 'US.1', parent_user_id: 'US.ENT.1' },
  ],
];

test.each(identities)('a message of someone known by %s', async (identity, sender, contact) => {
  await withScene({}, async ({ emulator, receiver, finish }) => {
    emulator.addPerson({ id: 'eve', name: 'Eve', phone: '15551230001', bsuid: 'US.1', username: 'eve', identity });
    const { id } = emulator.send(says('eve', 'hi'));
    await finish();
    expect(receiver.taken[0]?.body).toEqual({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '102290129340398',
          changes: [
            {
              field: 'messages',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '15550001111', phone_number_id: numberId },
                contacts: [contact],
                messages: [{ ...sender, id, timestamp: '1763683200', type: 'text', text: { body: 'hi' } }],
              },
            },
          ],
        },
      ],
    });
  });
});

test('a phone that is withheld appears nowhere in what the business gets', async () => {
  await withScene({ statusDelayMs: 10 }, async ({ emulator, receiver, finish }) => {
    const first = emulator.send(says('dana', 'one'));
    emulator.send({ ...says('dana', 'two'), quotedId: first.id });
    emulator.react({ personId: 'dana', numberId, messageId: first.id, emoji: '👍' });
    await sendText(emulator, { recipient: 'IL.74319020004' });
    await finish();
    expect(updatesOf(receiver.taken, 'statuses')).toHaveLength(3);
    for (const { text } of receiver.taken) expect(text).not.toContain('972501230004');
  });
});

const file = { base64: 'AAEC', mimeType: 'audio/ogg; codecs=opus', filename: 'a.ogg' };
const stored = {
  id: expect.any(String),
  mime_type: file.mimeType,
  sha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
  url: expect.any(String),
};
const bodies: readonly (readonly [PhoneSend['body'], object])[] = [
  [
    { type: 'text', text: { body: 'a\u0000b' } },
    { type: 'text', text: { body: 'a\u0000b' } },
  ],
  [
    { type: 'image', file, caption: 'c' },
    { type: 'image', image: { ...stored, caption: 'c' } },
  ],
  [
    { type: 'video', file },
    { type: 'video', video: stored },
  ],
  [
    { type: 'audio', file, voice: true },
    { type: 'audio', audio: { ...stored, voice: true } },
  ],
  [
    { type: 'document', file },
    { type: 'document', document: { ...stored, filename: 'a.ogg' } },
  ],
  [
    { type: 'sticker', file },
    { type: 'sticker', sticker: { ...stored, animated: false } },
  ],
  [
    { type: 'location', location: { latitude: 1, longitude: 2, name: 'Pier' } },
    { type: 'location', location: { latitude: 1, longitude: 2, name: 'Pier' } },
  ],
  [
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Al' } }] },
    { type: 'contacts', contacts: [{ name: { formatted_name: 'Al' } }] },
  ],
  [
    { type: 'button_reply', id: 'yes', title: 'Yes' },
    { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'yes', title: 'Yes' } } },
  ],
  [
    { type: 'list_reply', id: 'r', title: 'Red', description: '42' },
    {
      type: 'interactive',
      interactive: { type: 'list_reply', list_reply: { id: 'r', title: 'Red', description: '42' } },
    },
  ],
  [
    { type: 'button', payload: 'P', text: 'Thanks' },
    { type: 'button', button: { payload: 'P', text: 'Thanks' } },
  ],
];

test.each(bodies)('what the phone sends on the wire: $type', async (body, expected) => {
  await withScene({}, async ({ emulator, receiver, finish }) => {
    const { id } = emulator.send({ personId: 'ana', numberId, body });
    await finish();
    const sender = { from: '5511999990001', from_user_id: 'BR.74319020001' };
    expect(updatesOf(receiver.taken, 'messages')).toEqual([{ ...sender, id, timestamp: '1763683200', ...expected }]);
  });
});

describe('a message about another message', () => {
  test('quotes the business by its number and the person by their own id', async () => {
    await withScene({}, async ({ emulator, receiver, finish }) => {
      const own = emulator.send(says('ana'));
      await sendText(emulator, { to: '5511999990001' }, 'Yes?');
      const theirs = emulator.inbox('ana')[0];
      emulator.send({ ...says('ana'), quotedId: own.id });
      emulator.send({
        personId: 'ana',
        numberId,
        quotedId: theirs?.id ?? '',
        body: { type: 'button_reply', id: 'a', title: 'A' },
      });
      await finish();
      expect(updatesOf(receiver.taken, 'messages').map(({ context }) => context)).toEqual([
        undefined,
        { from: '5511999990001', from_user_id: 'BR.74319020001', id: own.id },
        { from: '15550001111', id: theirs?.id },
      ]);
    });
  });

  test('reaction, its removal, edit and revoke have ids of their own and name their target', async () => {
    await withScene({}, async ({ emulator, receiver, finish }) => {
      const target = emulator.send(says('ana', 'helo'));
      const which = { personId: 'ana', messageId: target.id };
      emulator.react({ ...which, numberId, emoji: '🙏' });
      emulator.react({ ...which, numberId, emoji: '' });
      emulator.edit({ ...which, text: 'hello' });
      emulator.revoke(which);
      await finish();
      const messages = updatesOf(receiver.taken, 'messages');
      expect(messages.slice(1)).toMatchObject([
        { type: 'reaction', reaction: { message_id: target.id, emoji: '🙏' } },
        { type: 'reaction', reaction: { message_id: target.id } },
        { type: 'edit', edit: { original_message_id: target.id, message: { type: 'text', text: { body: 'hello' } } } },
        { type: 'revoke', revoke: { original_message_id: target.id } },
      ]);
      expect(messages[2]?.reaction).not.toHaveProperty('emoji');
      expect(new Set(messages.map(({ id }) => id)).size).toBe(5);
      expect(target).toMatchObject({ edited: true, deleted: true, body: { text: { body: 'hello' } }, reactions: {} });
    });
  });

  test.each([
    ['a message of another person', 'no such message', (id: string) => ({ personId: 'ben', messageId: id, text: 'x' })],
    ['no message', 'no such message', () => ({ personId: 'ana', messageId: 'wamid.none', text: 'x' })],
    ['nothing to put there', 'needs text', (id: string) => ({ personId: 'ana', messageId: id, text: '' })],
  ])('an edit of %s is refused', async (_, problem, toEdit) => {
    await withScene({}, async ({ emulator }) => {
      const { id } = emulator.send(says('ana'));
      expect(() => emulator.edit(toEdit(id))).toThrow(problem);
    });
  });
});
