import { expect, test } from 'vitest';
import { toLine } from './rendered.ts';

test.each([
  ['what is no template', null, 'line'],
  ['words', { body: 'Hi *Ana*', buttons: [] }, 'Hi *Ana*'],
  [
    'a header and words',
    { header: { format: 'text', text: 'Order' }, body: 'Left\n\ntoday', buttons: [] },
    'Order · Left today',
  ],
  ['a picture and words', { header: { format: 'image' }, body: 'Look', buttons: [] }, 'Look'],
  ['no words at all', { body: '', buttons: [] }, 'line'],
])('in one line %s is %j as “%s”', (_name, rendered, line) => {
  expect(toLine({ rendered, preview: 'line' })).toBe(line);
});
