import { describe, expect, test } from 'vitest';
import { isEmojiOnly, parseRichText, type Span } from './rich-text.ts';

const toShown = (span: Span): string => {
  if (span.kind === 'text') return span.text;
  return `<${span.kind}:${'spans' in span ? span.spans.map(toShown).join('') : span.text}>`;
};
const shown = (text: string): string => parseRichText(text).map(toShown).join('');

describe('WhatsApp formatting', () => {
  test.each([
    ['plain', 'plain'],
    ['*bold* _it_ ~gone~ ```code```', '<bold:bold> <italic:it> <strike:gone> <mono:code>'],
    ['press `Ctrl *C*` or ``', 'press <mono:Ctrl *C*> or ``'],
    ['*all _of ~it~_*', '<bold:all <italic:of <strike:it>>>'],
    ['*a\nb*', '*a\nb*'],
    ['*https://a.example/x*', '<bold:<link:https://a.example/x>>'],
    ['*שלום* לך', '<bold:שלום> לך'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['a * b * c', 'a * b * c'],
    ['*two words*!', '<bold:two words>!'],
    ['see https://a.example/x?y=1.', 'see <link:https://a.example/x?y=1>.'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['<b>no html</b>', '<b>no html</b>'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  test('long text of marks stays fast', () => {
    const text = '*_~'.repeat(20_000);
    const before = performance.now();
    expect(parseRichText(text).length).toBeGreaterThan(0);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

test.each([
  ['👍', true],
  ['👩‍💻 🇵🇹', true],
  ['👍👍👍👍', false],
  ['ok 👍', false],
  ['12', false],
])('%s alone is shown large: %s', (text, large) => {
  expect(isEmojiOnly(text)).toBe(large);
});
