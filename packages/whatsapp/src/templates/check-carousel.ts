import { andThen, isObject, items, openShape } from '../outbound/check/rules.ts';
import type { Report, Rule, Untrusted } from '../outbound/check/rules.ts';
import { checkOnce, eachPart, partRules } from './check-part.ts';
import type { DefinitionContext } from './definition-context.ts';
import { wordOf } from './shape.ts';

/** Cards of a carousel template: two to ten, laid out alike. */
const LIMITS = { min: 2, max: 10, parts: 3 } as const;

type Card = { readonly components: readonly Untrusted[] };

const list = (value: unknown): Untrusted[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** What a reader sees, without the words: `header image, body, buttons url+quick_reply`. */
function toLayout({ components }: Card): string {
  const parts = components.map((each) => {
    const type = wordOf(each['type']);
    if (type === 'header') return `header ${wordOf(each['format'])}`;
    if (type === 'buttons')
      return `buttons ${list(each['buttons'])
        .map((one) => wordOf(one['type']))
        .join('+')}`;
    return type;
  });
  return parts.sort().join(', ');
}

function checkAlike(cards: readonly Card[], at: string, report: Report): void {
  const [first] = cards;
  if (first === undefined) return;
  const expected = toLayout(first);
  for (const [index, card] of cards.entries()) {
    const layout = toLayout(card);
    if (layout !== expected)
      report({
        field: `${at}[${index}]`,
        message: `all cards must be alike: the first has ${expected}, this one ${layout}`,
      });
    if (!card.components.some((each) => wordOf(each['type']) === 'header'))
      report({ field: `${at}[${index}].components`, message: 'needs a header: image, video or product' });
    checkOnce(card.components, `${at}[${index}].components`, report);
  }
}

export function carouselRule(context: DefinitionContext): Rule {
  const card = openShape({ components: eachPart(partRules({ ...context, inCard: true }), LIMITS.parts) });
  const size = { ...LIMITS, noun: 'cards' };
  return openShape({ cards: andThen(items(card, size), checkAlike) });
}
