import { describe, expect, test } from 'vitest';
import { buttons, type OutgoingMessage, type WhatsAppEvent } from '@wharf/whatsapp';
import { changed, emoji, message, MIA, status } from '../ledger/fixtures/ledger.ts';
import { type Context, makeContext, type View } from './context.ts';
import { VIEW } from './fixtures/tasks.ts';

const hello = message(MIA, 'hi', { id: 'wamid.hello' });
const NOWHERE: View = { ...VIEW, conversationId: null };

function does(act: (context: Context) => void, event: WhatsAppEvent = hello, view = VIEW) {
  const { context, recorded } = makeContext(event, view, new AbortController().signal);
  act(context);
  return recorded;
}

describe('what a handler asks for', () => {
  test.each<[string, (c: Context) => void, object]>([
    ['a reply', (c) => c.reply('hey'), { type: 'send', message: { type: 'text', text: { body: 'hey' } } }],
    [
      'a quote',
      (c) => c.quote('hey'),
      { type: 'send', message: { type: 'text', context: { message_id: 'wamid.hello' } } },
    ],
    [
      'an emoji',
      (c) => c.react('👍'),
      { type: 'send', message: { type: 'reaction', reaction: { message_id: 'wamid.hello', emoji: '👍' } } },
    ],
    ['an emoji taken back', (c) => c.react(''), { type: 'send', message: { reaction: { emoji: '' } } }],
    ['a read mark', (c) => c.markRead(), { type: 'read', messageId: 'wamid.hello', typing: false }],
    [
      'a read mark with typing',
      (c) => c.markRead({ typing: true }),
      { type: 'read', messageId: 'wamid.hello', typing: true },
    ],
  ])('%s', (_name, act, intent) => {
    expect(does(act).intents).toMatchObject([intent]);
  });

  test('is noted in its order', () => {
    const menu = buttons('Which?', [{ id: 'a', title: 'A' }]);
    const { intents } = does((c) => {
      c.markRead();
      c.reply('one');
      c.reply(menu);
    });
    expect(intents.map((intent) => (intent.type === 'send' ? intent.message.type : intent.type))).toEqual([
      'read',
      'text',
      'interactive',
    ]);
  });

  test('about an emoji or an edit has the message it is about as its target', () => {
    expect(does((c) => c.quote('thanks'), emoji(MIA, 'wamid.target', '👍')).intents).toMatchObject([
      { message: { context: { message_id: 'wamid.target' } } },
    ]);
  });
});

describe('a mistake names the way out', () => {
  test.each<[string, (c: Context) => void, [WhatsAppEvent, View], RegExp]>([
    [
      'a reply to nobody',
      (c) => c.reply('x'),
      [status('x', 'read'), NOWHERE],
      /message\.status belongs to no conversation, so there is nobody to reply to/,
    ],
    [
      'a quote of nothing',
      (c) => c.quote('x'),
      [changed({}, MIA), VIEW],
      /contact\.changed is about no message, so a quote has no target/,
    ],
    ['an emoji on nothing', (c) => c.react('👍'), [changed({}, MIA), VIEW], /so a reaction has no target/],
    ['a read mark on nothing', (c) => c.markRead(), [changed({}, MIA), VIEW], /so a read mark has no target/],
    ['an empty text', (c) => c.reply(''), [hello, VIEW], /cannot be sent: text\.body: /],
    ['a text that is too long', (c) => c.reply('x'.repeat(5_000)), [hello, VIEW], /text\.body: .*4,?096/],
    [
      'no message at all',
      (c) => c.reply({ type: 'txt' } as unknown as OutgoingMessage),
      [hello, VIEW],
      /cannot be sent: type: /,
    ],
    [
      'a note that has no JSON',
      (c) => c.note('n', { big: 1n }),
      [hello, VIEW],
      /data of note "n" cannot be written as JSON/,
    ],
  ])('%s', (_name, act, [event, view], told) => {
    expect(() => does(act, event, view)).toThrow(told);
    expect(() => does(act, event, view)).toThrow(TypeError);
  });

  test('and leaves nothing of it', () => {
    const { context, recorded } = makeContext(hello, VIEW, new AbortController().signal);
    expect(() => context.reply('')).toThrow(TypeError);
    expect(recorded.intents).toEqual([]);
  });
});

describe('notes', () => {
  test('are copies: what happens to the data afterwards does not change them', () => {
    const data = { mood: 'good', at: new Date(0) };
    const { notes } = does((c) => {
      c.note('sentiment', data);
      data.mood = 'bad';
      c.note('nothing');
      c.note('undefined inside', { a: undefined });
    });
    expect(notes).toEqual([
      { name: 'sentiment', data: { mood: 'good', at: '1970-01-01T00:00:00.000Z' } },
      { name: 'nothing', data: null },
      { name: 'undefined inside', data: {} },
    ]);
  });
});
