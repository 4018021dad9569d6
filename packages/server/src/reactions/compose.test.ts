import { describe, expect, test } from 'vitest';
import type { MessageContent, WhatsAppEvent } from '@wharf/whatsapp';
import { message, MIA, status } from '../ledger/fixtures/ledger.ts';
import { type Bot, concat, describe as describeBot, react, type Reaction } from './compose.ts';
import { makeContext } from './context.ts';
import { reacting, VIEW } from './fixtures/tasks.ts';

/** What a bot does with an event, in the words it notes. */
async function run(reaction: Reaction, event: WhatsAppEvent): Promise<string[]> {
  const { context, recorded } = makeContext(event, VIEW, new AbortController().signal);
  await react(reaction, context);
  return recorded.notes.map((note) => note.name);
}
const says = (tell: (bot: Bot) => void, content: string | MessageContent) =>
  run(describeBot(tell), message(MIA, content));
const button = (id: string): MessageContent => ({ type: 'button', via: 'interactive', id, title: 'T' });
const row = (id: string): MessageContent => ({ type: 'list', id, title: 'T' });

describe('several reactions as one', () => {
  test('the first that wants the event gets it, and nobody else', async () => {
    const tell = (bot: Bot) =>
      bot
        .hears('hello', (c) => c.note('hello'))
        .on('message.received:text', (c) => c.note('any text'))
        .on('message.received', (c) => c.note('anything'));
    expect(await says(tell, 'hello')).toEqual(['hello']);
    expect(await says(tell, 'else')).toEqual(['any text']);
    expect(await says(tell, row('x'))).toEqual(['anything']);
    expect(await run(describeBot(tell), status('x', 'read'))).toEqual([]);
  });

  test('`next` goes on to those after it, and comes back', async () => {
    const tell = (bot: Bot) =>
      bot
        .on('message.received', async (c, next) => {
          c.note('before');
          await next();
          c.note('after');
        })
        .on('message.status', (c) => c.note('never'))
        .on('message.received:text', (c) => c.note('inside'));
    expect(await says(tell, 'hi')).toEqual(['before', 'inside', 'after']);
    expect(await says(tell, row('x'))).toEqual(['before', 'after']);
  });

  test('wants what any of them wants', () => {
    const bot = describeBot((b) =>
      b.on('message.received:text', () => {}).on(['message.status', 'message.echo'], () => {}),
    );
    expect(
      [
        message(MIA, 'hi'),
        message(MIA, row('x')),
        status('x', 'read'),
        message(MIA, 'hi', { kind: 'message.echo' }),
      ].map(bot.wants),
    ).toEqual([true, false, true, true]);
    expect(describeBot(() => {}).wants(message(MIA, 'hi'))).toBe(false);
  });

  test('nested lists pass on to what follows them', async () => {
    const inner = concat([reacting((c) => c.note('inner')), { wants: () => false, handle: () => {} }]);
    const passing: Reaction = { wants: () => true, handle: (_c, next) => next() };
    const outer = concat([concat([passing]), inner]);
    expect(await run(outer, message(MIA, 'hi'))).toEqual(['inner']);
  });

  test('an async handler is waited for; what it throws, at once or later, comes out', async () => {
    const slow = reacting(async (c) => {
      await Promise.resolve();
      c.note('slow');
    });
    expect(await run(slow, message(MIA, 'hi'))).toEqual(['slow']);
    const broken = new Error('broken');
    await expect(says((bot) => bot.on('message.received', () => Promise.reject(broken)), 'hi')).rejects.toBe(broken);
    const thrower = () => {
      throw broken;
    };
    await expect(
      says((bot) => bot.on('message.received', (_c, next) => next()).on('message.received', thrower), 'hi'),
    ).rejects.toBe(broken);
  });
});

describe('hears', () => {
  test.each<[string, string | RegExp | string[], string, boolean]>([
    ['a word', 'Hello', 'hello', true],
    ['whatever its case and the space around it', 'hello', '  HELLO\n', true],
    ['one of several', ['hi', 'hey'], 'Hey', true],
    ['not a part of a sentence', 'hello', 'hello there', false],
    ['a pattern, anywhere', /order (\d+)/i, 'my ORDER 66', true],
    ['not another word', /^x$/, 'xx', false],
  ])('%s', async (_name, what, body, isHeard) => {
    expect(await says((bot) => bot.hears(what, (c) => c.note('heard')), body)).toEqual(isHeard ? ['heard'] : []);
  });

  test('a pattern with a memory (g, y) hears the same each time', () => {
    const bot = describeBot((b) => b.hears(/a/gy, () => {}));
    expect([1, 2, 3].map(() => bot.wants(message(MIA, 'a')))).toEqual([true, true, true]);
  });

  test("only the customer's words: no echo, no caption, no button", () => {
    const bot = describeBot((b) => b.hears('hi', () => {}));
    const caption: MessageContent = { type: 'media', media: { kind: 'image', caption: 'hi' } };
    expect(
      [message(MIA, 'hi', { kind: 'message.echo' }), message(MIA, caption), message(MIA, button('hi'))].map(bot.wants),
    ).toEqual([false, false, false]);
  });
});

describe('taps', () => {
  test.each<[string, string | RegExp, MessageContent, boolean]>([
    ['a button', 'yes', button('yes'), true],
    ['a row of a list', 'yes', row('yes'), true],
    ['by its id, not its title', 'T', button('yes'), false],
    ['exactly', 'yes', button('YES'), false],
    ['a pattern', /^size:/, row('size:xl'), true],
    ['not a text that looks like one', 'yes', { type: 'text', body: 'yes' }, false],
  ])('%s', async (_name, id, content, isTapped) => {
    expect(await says((bot) => bot.taps(id, (c) => c.note('tapped')), content)).toEqual(isTapped ? ['tapped'] : []);
  });

  test('types tell the handler what it has', () => {
    const reaction = describeBot((bot) => {
      bot.taps('x', (c) => c.event.message.content.id.toUpperCase());
      bot.on('message.received:media:image', (c) => c.event.message.content.media.kind satisfies 'image');
      bot.on(
        ['message.received:text', 'message.received:list'],
        (c) => c.event.message.content.type satisfies 'text' | 'list',
      );
      // @ts-expect-error a text has no id
      bot.on('message.received:text', (c) => c.event.message.content.id);
    });
    expect(reaction.wants(message(MIA, row('x')))).toBe(true);
  });
});

describe('a description with a mistake', () => {
  test.each<[string, (bot: Bot) => void, RegExp]>([
    ['no function', (bot) => bot.hears('x', 'reply' as never), /needs a function as its last argument/],
    [
      'an unknown word',
      (bot) => bot.on(['message.received', 'message.recieved' as 'message.received'], () => {}),
      /unknown event "message.recieved"/,
    ],
  ])('%s is refused when it is loaded', (_name, tell, told) => {
    expect(() => describeBot(tell)).toThrow(told);
  });
});
