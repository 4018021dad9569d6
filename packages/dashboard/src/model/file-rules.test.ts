import { expect, test } from 'vitest';
import { checkFile, MESSAGE_FILES, toRuleWords } from './file-rules.ts';

const { image, document } = MESSAGE_FILES;
const MB = 1 << 20;

test('the rule is said in words', () => {
  expect(toRuleWords(image)).toBe('JPEG or PNG, at most 5 MB');
});

test.each([
  ['a picture', { type: 'image/png', size: 5 * MB }, image, /^null$/],
  [
    'one that is too large',
    { type: 'image/png', size: 5 * MB + 1 },
    image,
    /5.2 MB: it may be JPEG or PNG, at most 5 MB/,
  ],
  ['an empty one', { type: 'image/png', size: 0 }, image, /empty/],
  ['another type', { type: 'image/webp', size: 1 }, image, /image\/webp.*JPEG or PNG/],
  ['a type the browser does not know: the server looks at the content', { type: '', size: 1 }, document, /^null$/],
])('%s is checked before it is uploaded', (_name, file, rule, words) => {
  expect(String(checkFile(file, rule))).toMatch(words);
});
