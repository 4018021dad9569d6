import type { Bot } from '@wharf/server';
import { buttons, list } from '@wharf/whatsapp';

/**
 * The demo: what a small shop answers. Copy it, change it, and point WHARF_REACTIONS at your copy.
 *
 * The first handler that wants an event gets it. Handlers only note what shall be done (`reply`, `react`, `note`);
 * Wharf does it once, in order, also when this file throws half-way or the machine dies.
 * Echoes and statuses have kinds of their own, so nothing here can answer them by mistake.
 */
export default function shop(bot: Bot): void {
  bot.hears(/^(hi|hello|hey|hola|oi)\b/i, (c) => {
    c.markRead();
    const name = c.event.person.name;
    c.reply(`Hello${name ? `, ${name}` : ''}! Write *price* or *order*, or send a photo of what you need.`);
  });

  bot.hears(/price/i, (c) => {
    c.markRead();
    c.reply('Our prices: coffee 3, cake 4, both 6.');
  });

  bot.hears(/order/i, (c) => {
    c.markRead();
    const number = 1000 + (toNumber(c.event.message.id) % 9000);
    const choices = [
      { id: `track:${number}`, title: 'Where is it?' },
      { id: `change:${number}`, title: 'Change it' },
      { id: 'menu', title: 'See the menu' },
    ];
    c.reply(buttons(`Your order number is *${number}*. What would you like to do?`, choices));
  });

  bot.taps(/^track:/, (c) => {
    c.markRead();
    c.reply(`Order ${idOf(c.event.message.content.id)} leaves the kitchen in five minutes.`);
  });

  bot.taps(/^change:/, (c) => {
    c.markRead();
    c.reply(`Tell us what to change about order ${idOf(c.event.message.content.id)}.`);
  });

  bot.taps('menu', (c) => {
    c.markRead();
    const rows = [
      { id: 'dish:coffee', title: 'Coffee', description: '3' },
      { id: 'dish:cake', title: 'Cake', description: '4' },
    ];
    c.reply(list('What shall it be?', 'Open the menu', [{ title: 'Today', rows }]));
  });

  bot.taps(/^dish:/, (c) => {
    c.markRead();
    c.reply(`One ${idOf(c.event.message.content.id)}, coming up!`);
  });

  bot.on('message.received:media:image', (c) => {
    c.markRead();
    c.react('👀');
    c.quote('Thank you, we have received your photo and will look at it.');
  });

  bot.on('message.reaction', (c) => {
    if (c.event.direction === 'in') c.note('sentiment', { emoji: c.event.emoji, mood: toMood(c.event.emoji) });
  });

  bot.on('message.received', (c) => {
    c.markRead();
    c.reply('We have your message. Write *price* or *order*, or wait for one of us.');
  });
}

const idOf = (id: string): string => id.slice(id.indexOf(':') + 1);

/** The same message always gets the same order number, however often it is handled. */
const toNumber = (text: string): number =>
  Array.from(text).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);

function toMood(emoji: string | null): string {
  if (emoji === null) return 'taken back';
  if ('👍❤️😍😂🙏🎉😊👏'.includes(emoji)) return 'good';
  return '👎😡😢😠💔'.includes(emoji) ? 'bad' : 'unclear';
}
