import type { Message } from '../api/types.ts';

/** The words of a bubble: the whole text where there is one, else the one-line preview. */
export function toMessageText(message: Pick<Message, 'body' | 'type' | 'preview' | 'direction'>): string {
  const { body } = message;
  if (message.type !== 'text') return message.preview;
  if (typeof body.body === 'string') return body.body;
  const text = body.text;
  if (typeof text === 'object' && text !== null && 'body' in text && typeof text.body === 'string') return text.body;
  return message.preview;
}
