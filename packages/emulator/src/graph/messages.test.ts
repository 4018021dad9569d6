import { describe, expect, test } from 'vitest';
import { type GraphReply, ana, postMessage, says, sendText, updatesOf, withOpenWindows } from '../testing.ts';

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
      const reply = await postMessage(scene, {
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
        postMessage(scene, {
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
      const reply = await postMessage(scene, {
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
