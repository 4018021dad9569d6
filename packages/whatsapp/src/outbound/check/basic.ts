import {
  anyText,
  flag,
  httpUrl,
  integer,
  items,
  maybeText,
  number,
  onlyOneOf,
  oneOf,
  openShape,
  shape,
  text,
  andThen,
} from './rules.ts';
import type { Fields, Rule, Untrusted } from './rules.ts';

/** The parts of a message that are not interactive: text, media, place, people, reaction, pin. */

const LIMITS = { text: 4096, caption: 1024, contacts: 257, reactionUnits: 64 } as const;

/** `id` of an upload, or `link` that Meta fetches: one of the two. */
export function media(more: Fields = {}): Rule {
  return andThen(shape({}, { id: anyText, link: httpUrl, ...more }), onlyOneOf('id', 'link'));
}

/**
 * One grapheme that is a picture, a flag or a keycap. Not the exact list of Unicode: a phone may know newer emoji
 * than this program's Unicode tables, and Meta answers for those.
 */
const emoji: Rule = (value, at, report) => {
  if (typeof value !== 'string') return report({ field: at, message: 'must be a string' });
  if (value === '') return;
  const pictorial = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3/u.test(value);
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const single = value.length <= LIMITS.reactionUnits && [...graphemes.segment(value)].length === 1;
  if (!pictorial || !single) report({ field: at, message: 'must be one emoji, or "" to take the reaction back' });
};

const NAME_PARTS = ['first_name', 'last_name', 'middle_name', 'suffix', 'prefix'] as const;

const contactName = andThen(
  openShape({ formatted_name: anyText }, Object.fromEntries(NAME_PARTS.map((part) => [part, anyText]))),
  (name: Untrusted, at, report) => {
    if (NAME_PARTS.every((part) => name[part] === undefined))
      report({ field: at, message: `needs another name part besides formatted_name: ${NAME_PARTS.join(', ')}` });
  },
);

const many = (rule: Rule): Rule => items(rule, { min: 0, max: 100, noun: 'entries' });

const contact = openShape(
  { name: contactName },
  {
    phones: many(openShape({}, { phone: anyText, wa_id: anyText, type: anyText })),
    emails: many(openShape({}, { email: anyText, type: anyText })),
    urls: many(openShape({}, { url: anyText, type: anyText })),
    addresses: many(openShape({})),
    org: openShape({}),
    birthday: anyText,
  },
);

export const quote: Rule = shape({ message_id: anyText });

/** Rule of the object under the key that is named like the type. */
export const BASIC_RULES = {
  text: shape({ body: text(LIMITS.text) }, { preview_url: flag }),
  image: media({ caption: text(LIMITS.caption) }),
  video: media({ caption: text(LIMITS.caption) }),
  audio: media({ voice: flag }),
  document: media({ caption: text(LIMITS.caption), filename: anyText }),
  sticker: media(),
  location: shape({ latitude: number(-90, 90), longitude: number(-180, 180) }, { name: maybeText, address: maybeText }),
  contacts: items(contact, { min: 1, max: LIMITS.contacts, noun: 'contacts' }),
  reaction: shape({ message_id: anyText, emoji }),
  pin: shape({ type: oneOf('pin', 'unpin'), message_id: anyText }, { expiration_days: integer(1) }),
} as const satisfies Fields;
