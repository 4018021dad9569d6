/**
 * What Meta charges for a message, in words (price per message, since 2025-07-01). The amount depends on country and
 * volume and comes from Meta's rate card; the status of the delivered message has the last word.
 */
export type PriceClass = 'marketing' | 'utility' | 'authentication' | 'service' | 'unknown';

export interface PriceQuestion {
  readonly kind: 'template' | 'free_form';
  /** Of the template, upper or lower case. */
  readonly category?: string;
  /** Whether the customer service window (24 h from the person's last message) is open. */
  readonly windowOpen: boolean;
  /** Whether the free entry point (72 h after an answered advertisement) is open. */
  readonly freeEntryPoint: boolean;
}

export interface Price {
  /** Charged when it is delivered. */
  readonly billable: boolean;
  readonly class: PriceClass;
  readonly why: string;
}

const CLASSES: readonly string[] = ['marketing', 'utility', 'authentication'] satisfies PriceClass[];

function toClass({ kind, category = '' }: PriceQuestion): PriceClass {
  if (kind === 'free_form') return 'service';
  const word = category.toLowerCase();
  return CLASSES.includes(word) ? (word as PriceClass) : 'unknown';
}

/** @example toPriceClass({ kind: 'template', category: 'UTILITY', windowOpen: true, freeEntryPoint: false }).billable // false */
export function toPriceClass(question: PriceQuestion): Price {
  const price = toClass(question);
  const free = (why: string): Price => ({ billable: false, class: price, why });
  if (question.kind === 'free_form')
    return free(
      question.windowOpen
        ? 'free-form messages inside the customer service window are free'
        : 'free-form messages are free, but Meta takes none while the customer service window is closed: send a template',
    );
  if (question.freeEntryPoint)
    return free(
      'every message is free for 72 hours after a conversation that began with an advertisement or Page button',
    );
  if (price === 'utility' && question.windowOpen)
    return free('utility templates inside the customer service window are free');
  const charged = (why: string): Price => ({ billable: true, class: price, why });
  if (price === 'utility') return charged('utility templates outside the customer service window are charged');
  if (price === 'unknown')
    return charged('the category is not known: Meta charges by category, see the status it sends');
  return charged(`${price} templates are charged, inside and outside the customer service window`);
}
