import type { Inbound } from './bodies.ts';

/**
 * What the demo in `reactions.ts` answers, in marks short enough to compare: `order:1234` names its message by the
 * number made from its id, `quote:` and `react:` by the id itself; the others only say which handler answered.
 */
export type Mark = string;

/** A reply that must arrive, once, and after the earlier ones of the same person. */
export interface Expected {
  readonly to: string;
  readonly mark: Mark;
  /** The answer proper; its arrival ends the measurement of the message. An emoji beside it does not. */
  readonly isReply: boolean;
}

/** As in `reactions.ts`: the same message always gets the same order number. */
function toOrder(wamid: string): number {
  let sum = 7;
  for (const letter of wamid) sum = (sum * 31 + letter.charCodeAt(0)) % 1_000_003;
  return 1000 + (sum % 9000);
}

export function toExpected(to: string, { wamid, content }: Inbound): Expected[] {
  const reply = (mark: Mark): Expected => ({ to, mark, isReply: true });
  if (content['type'] === 'image') return [{ to, mark: `react:${wamid}`, isReply: false }, reply(`quote:${wamid}`)];
  if (content['type'] === 'interactive') {
    const { button_reply: button } = content['interactive'] as { button_reply: { id: string } };
    return [reply(`track:${button.id.slice('track:'.length)}`)];
  }
  const { body } = content['text'] as { body: string };
  if (body.startsWith('hello')) return [reply('hello')];
  if (body.startsWith('price')) return [reply('price')];
  return [reply(body.startsWith('order') ? `order:${toOrder(wamid)}` : 'other')];
}

interface Sent {
  readonly type?: string;
  readonly context?: { readonly message_id?: string };
  readonly reaction?: { readonly message_id?: string };
  readonly text?: { readonly body?: string };
  readonly interactive?: { readonly body?: { readonly text?: string } };
}

/** The mark of a message that arrived at the fake Graph side. */
export function toMark(sent: Sent): Mark {
  if (sent.type === 'reaction') return `react:${sent.reaction?.message_id ?? ''}`;
  if (sent.context?.message_id) return `quote:${sent.context.message_id}`;
  const text = sent.text?.body ?? sent.interactive?.body?.text ?? '';
  const order = /order number is \*(\d+)\*/.exec(text)?.[1];
  if (order) return `order:${order}`;
  const track = /^Order (\d+) leaves/.exec(text)?.[1];
  if (track) return `track:${track}`;
  if (text.startsWith('Hello')) return 'hello';
  return text.startsWith('Our prices') ? 'price' : 'other';
}
