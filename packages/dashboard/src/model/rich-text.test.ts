import { expect, test } from 'vitest';
import * as phone from '../../../emulator/phone/src/model/rich-text.ts';
import * as ours from './rich-text.ts';

const PIECES = ['*', '_', '~', '`', '```', ' ', '\n', 'word', '2', 'שלום', '👍', 'https://a.example/x?y=1', '.', '<b>'];

/** Every text of four pieces, so that no pair of marks is left out. */
const TEXTS = PIECES.flatMap((a) => PIECES.flatMap((b) => PIECES.flatMap((c) => PIECES.map((d) => a + b + c + d))));

test('formatting reads the same as on the phone page', () => {
  expect(
    TEXTS.filter((text) => JSON.stringify(ours.parseRichText(text)) !== JSON.stringify(phone.parseRichText(text))),
  ).toEqual([]);
  expect(TEXTS.filter((text) => ours.isEmojiOnly(text) !== phone.isEmojiOnly(text))).toEqual([]);
});

test('marks become spans, and only web addresses become links', () => {
  expect(ours.parseRichText('*b* javascript:alert(1) <i>')).toEqual([
    { kind: 'bold', spans: [{ kind: 'text', text: 'b' }] },
    { kind: 'text', text: ' javascript:alert(1) <i>' },
  ]);
});
