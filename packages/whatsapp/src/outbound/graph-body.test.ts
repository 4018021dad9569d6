import { describe, expect, test } from 'vitest';
import { inReplyTo, text } from './build.ts';
import { toGraphBody } from './graph-body.ts';

describe('toGraphBody', () => {
  test('addresses a person by number, by user id, or a group', () => {
    const message = text('Hi');
    expect(toGraphBody(message, { to: '+5511' })).toMatchObject({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+5511',
    });
    expect(toGraphBody(message, { recipient: 'BR.1' })).toMatchObject({
      recipient_type: 'individual',
      recipient: 'BR.1',
    });
    expect(toGraphBody(message, { to: 'G1', group: true })).toMatchObject({ recipient_type: 'group', to: 'G1' });
  });

  test('sends only the number when both are given, since it wins at Meta', () => {
    expect(toGraphBody(text('Hi'), { to: '+5511', recipient: 'BR.1' })).not.toHaveProperty('recipient');
  });

  test('asks Meta to hold back when the person is another one than the hash says', () => {
    const body = toGraphBody(text('Hi'), { recipient: 'BR.1', identityKeyHash: 'DF2lS5v2W6x=' });
    expect(body).toMatchObject({ recipient: 'BR.1', recipient_identity_key_hash: 'DF2lS5v2W6x=' });
    expect(toGraphBody(text('Hi'), { to: '+5511' })).not.toHaveProperty('recipient_identity_key_hash');
  });

  test('takes over quote and callback data', () => {
    const body = toGraphBody(inReplyTo(text('Hi'), 'wamid.1'), { to: '+5511' }, { callbackData: 'i-1' });
    expect(body).toMatchObject({
      context: { message_id: 'wamid.1' },
      biz_opaque_callback_data: 'i-1',
      type: 'text',
      text: { body: 'Hi' },
    });
  });

  test('leaves behind what a stranger added to the message', () => {
    const message = { ...text('Hi'), to: '+999', biz_opaque_callback_data: 'stolen', recipient_type: 'group' };
    expect(toGraphBody(message, { to: '+5511' })).toEqual({
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      to: '+5511',
      type: 'text',
      text: { body: 'Hi' },
    });
  });
});
