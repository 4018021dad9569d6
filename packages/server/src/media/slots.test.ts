import type { OutgoingMessage } from '@wharf/whatsapp';
import { describe, expect, test } from 'vitest';
import { listOwn, listSlots, replaceIds } from './slots.ts';

const header = { type: 'image', image: { id: 'med_h' } };
const carousel = {
  type: 'interactive',
  interactive: {
    type: 'carousel',
    body: { text: 'x' },
    action: {
      cards: [
        { card_index: 0, type: 'cta_url', header },
        { card_index: 1, type: 'cta_url', header: { type: 'video', video: { link: 'https://a/v' } } },
      ],
    },
  },
};
const template = {
  type: 'template',
  template: {
    name: 't',
    language: { code: 'en' },
    components: [
      { type: 'header', parameters: [{ type: 'document', document: { id: 'med_d', filename: 'a.pdf' } }] },
      {
        type: 'carousel',
        cards: [
          { card_index: 0, components: [{ type: 'header', parameters: [{ type: 'image', image: { id: 'med_i' } }] }] },
        ],
      },
    ],
  },
};

describe('the files of a message', () => {
  test.each<[string, unknown, [string, string, string | null][]]>([
    ['an image', { type: 'image', image: { id: 'med_1' } }, [['image', 'image', 'med_1']]],
    ['a sticker by link', { type: 'sticker', sticker: { link: 'https://a/s' } }, [['sticker', 'sticker', null]]],
    [
      'a header',
      { type: 'interactive', interactive: { type: 'button', header } },
      [['interactive.header.image', 'image', 'med_h']],
    ],
    [
      'a carousel',
      carousel,
      [
        ['interactive.action.cards[0].header.image', 'image', 'med_h'],
        ['interactive.action.cards[1].header.video', 'video', null],
      ],
    ],
    [
      'a template',
      template,
      [
        ['template.components[0].parameters[0].document', 'document', 'med_d'],
        ['template.components[1].cards[0].components[0].parameters[0].image', 'image', 'med_i'],
      ],
    ],
    ['text', { type: 'text', text: { body: 'type: image' } }, []],
    ['a lying type', { type: 'image', video: { id: 'med_1' } }, []],
    ['nonsense', { type: 'image', image: [[{ id: 'med_1' }]] }, []],
    ['null', null, []],
    ['text instead of a message', 'image', []],
  ])('of %s', (_name, message, expected) => {
    expect(listSlots(message).map(({ field, kind, id }) => [field, kind, id])).toEqual(expected);
  });

  test('that are ours begin with med_', () => {
    const message = {
      type: 'template',
      template: { components: [{ parameters: [{ type: 'image', image: { id: '4490709327384033' } }] }] },
    };
    expect(listOwn(message)).toEqual([]);
    expect(listOwn(template).map(({ id }) => id)).toEqual(['med_d', 'med_i']);
  });

  test('a voice note is told from plain audio', () => {
    expect(listSlots({ type: 'audio', audio: { id: 'med_1', voice: true } })[0]?.isVoice).toBe(true);
    expect(listSlots({ type: 'audio', audio: { id: 'med_1', voice: 'true' } })[0]?.isVoice).toBe(false);
  });

  test('nesting without end ends', () => {
    let deep: unknown = { type: 'image', image: { id: 'med_1' } };
    for (let n = 0; n < 10_000; n += 1) deep = { a: deep };
    expect(listSlots(deep)).toEqual([]);
  });

  test('get other ids in a copy; the message itself stays', () => {
    const message = template as unknown as OutgoingMessage;
    const before = structuredClone(message);
    const replaced = replaceIds(message, new Map(listOwn(message).map((slot) => [slot, `${slot.id}-new`])));
    expect(listSlots(replaced).map(({ id }) => id)).toEqual(['med_d-new', 'med_i-new']);
    expect(message).toEqual(before);
    expect(JSON.stringify(replaced).replaceAll('-new', '')).toBe(JSON.stringify(message));
  });
});
