import type { OutgoingMessage, WhapiSent } from '@wharf/whatsapp';
import { expect, test } from 'vitest';
import { decideSighting, type Sighting } from './sighting.ts';

const hello: OutgoingMessage = { type: 'text', text: { body: 'Hello ' } };
const photo: OutgoingMessage = { type: 'image', image: { id: '1' } };
const sent = (id: string, type: string, text?: string): WhapiSent => ({
  id,
  type,
  at: 0,
  raw: {},
  ...(text === undefined ? {} : { text }),
});

test.each<[string, OutgoingMessage, WhapiSent[], Sighting]>([
  ['with its words', hello, [sent('a', 'image'), sent('b', 'text', ' Hello')], { found: 'b' }],
  ['with its words, shown as a link', hello, [sent('b', 'link_preview', 'Hello')], { found: 'b' }],
  ['twice: the first', hello, [sent('b', 'text', 'Hello'), sent('c', 'text', 'Hello')], { found: 'b' }],
  ['known as another message', hello, [sent('known', 'text', 'Hello')], 'absent'],
  ['not', hello, [], 'absent'],
  ['not, but something of another type', hello, [sent('a', 'image')], 'absent'],
  ['with other words: nobody can tell', hello, [sent('a', 'text', 'Hallo')], 'unknown'],
  ['without words, by its type', photo, [sent('a', 'image', 'any caption')], { found: 'a' }],
  ['of a type that cannot be told', { type: 'reaction', reaction: { message_id: 'x', emoji: 'y' } }, [], 'unknown'],
])('a list that holds a message %s', (_name, message, list, sighting) => {
  expect(decideSighting(message, list, new Set(['known']))).toEqual(sighting);
});
