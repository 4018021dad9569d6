import {
  anyText,
  byWord,
  integer,
  items,
  jsonObject,
  matches,
  maybeText,
  oneOf,
  openShape,
  requireTitles,
  shape,
  text,
  andThen,
} from './rules.ts';
import type { Report, Rule } from './rules.ts';

/** Products, carousels and orders. */

const LIMITS = {
  sections: 10,
  products: 30,
  title: 24,
  cardsMin: 2,
  cards: 10,
  cardBody: 160,
  cardLines: 3,
  button: 20,
  id: 256,
  reference: 35,
} as const;

type ProductSection = { title?: string; product_items: unknown[] };
const productItem = shape({ product_retailer_id: anyText });
const productSection = shape(
  { product_items: items(productItem, { min: 1, max: LIMITS.products, noun: 'products' }) },
  { title: text(LIMITS.title) },
);

const productList = andThen(
  shape({ catalog_id: anyText, sections: items(productSection, { min: 1, max: LIMITS.sections, noun: 'sections' }) }),
  ({ sections }: { sections: ProductSection[] }, at, report) => {
    const actual = sections.reduce((sum, section) => sum + section.product_items.length, 0);
    if (actual > LIMITS.products)
      report({
        field: `${at}.sections`,
        message: `must hold at most ${LIMITS.products} products over all sections`,
        limit: LIMITS.products,
        actual,
      });
    requireTitles(sections, at, report);
  },
);

const productAction = shape({ catalog_id: anyText, product_retailer_id: anyText });

export const products = {
  single: productAction,
  list: productList,
  catalogue: shape(
    { name: oneOf('catalog_message') },
    { parameters: shape({}, { thumbnail_product_retailer_id: anyText }) },
  ),
} as const;

const quickReply = shape({
  type: oneOf('quick_reply'),
  quick_reply: shape({ id: text(LIMITS.id), title: text(LIMITS.button) }),
});

type Card = { card_index: number; type: string; action: { buttons?: unknown[]; catalog_id?: string } };

/** What a reader sees below a card; WhatsApp lays all cards out alike, so it must be the same on each. */
function buttonRow({ type, action }: Card): string {
  if (type === 'product') return 'a product';
  return action.buttons === undefined ? 'a link' : `${action.buttons.length} quick replies`;
}

function checkAlike(list: readonly Card[], at: string, report: Report): void {
  const [first] = list;
  for (const [index, card] of list.entries()) {
    if (card.card_index !== index)
      report({ field: `${at}[${index}].card_index`, message: `must be ${index}: cards are numbered from 0 in order` });
    if (first !== undefined && buttonRow(card) !== buttonRow(first))
      report({
        field: `${at}[${index}]`,
        message: `all cards must be alike: the first has ${buttonRow(first)}, this one ${buttonRow(card)}`,
      });
  }
}

const cardText = andThen(text(LIMITS.cardBody), (value: string, at, report) => {
  const actual = value.split(/\r\n|\r|\n/).length;
  if (actual > LIMITS.cardLines)
    report({ field: at, message: `must have at most ${LIMITS.cardLines} lines`, limit: LIMITS.cardLines, actual });
});

/** Cards of a free-form carousel. Header and link rules come from the interactive rules, whose limits they share. */
export function cards(parts: { header: Rule; linkAction: Rule }): Rule {
  const replies = shape({ buttons: items(quickReply, { min: 1, max: 10, noun: 'quick replies' }) });
  const action: Rule = (value, at, report) => {
    const hasButtons = typeof value === 'object' && value !== null && Object.hasOwn(value, 'buttons');
    (hasButtons ? replies : parts.linkAction)(value, at, report);
  };
  const index = integer(0, LIMITS.cards - 1);
  const card = byWord('type', {
    cta_url: shape(
      { card_index: index, type: oneOf('cta_url'), header: parts.header, action },
      { body: shape({ text: cardText }) },
    ),
    product: shape({ card_index: index, type: oneOf('product'), action: productAction }),
  });
  return andThen(items(card, { min: LIMITS.cardsMin, max: LIMITS.cards, noun: 'cards' }), checkAlike);
}

type Money = { value: number; offset: number };
const money = openShape({ value: integer(0), offset: integer(1) }, { description: maybeText });
const reference = andThen(
  text(LIMITS.reference),
  matches(/^[\w.-]+$/, 'may hold letters, digits, "_", "-" and "." only'),
);

const orderItem = openShape(
  { name: anyText, amount: money, quantity: integer(1) },
  { retailer_id: anyText, sale_amount: money },
);
const order = openShape(
  { status: oneOf('pending'), items: items(orderItem, { min: 1, max: 999, noun: 'items' }), subtotal: money },
  { tax: money, shipping: money, discount: money, expiration: jsonObject },
);

type Parameters = { total_amount: Money; order: { subtotal: Money; tax?: Money; shipping?: Money; discount?: Money } };

function checkTotal({ total_amount, order: parts }: Parameters, at: string, report: Report): void {
  const amounts = [total_amount, parts.subtotal, parts.tax, parts.shipping, parts.discount].filter(
    (each) => each !== undefined,
  );
  if (amounts.some((each) => each.offset !== total_amount.offset))
    return report({ field: `${at}.total_amount.offset`, message: 'all amounts must use the same offset' });
  const sum =
    parts.subtotal.value + (parts.tax?.value ?? 0) + (parts.shipping?.value ?? 0) - (parts.discount?.value ?? 0);
  if (sum !== total_amount.value)
    report({
      field: `${at}.total_amount.value`,
      message: 'must be subtotal + tax + shipping − discount',
      limit: sum,
      actual: total_amount.value,
    });
}

const payParameters = andThen(
  openShape(
    {
      reference_id: reference,
      currency: matches(/^[A-Z]{3}$/, 'must be a three-letter currency code'),
      total_amount: money,
      order,
    },
    {
      type: oneOf('digital-goods', 'physical-goods'),
      payment_type: anyText,
      payment_configuration: anyText,
      payment_settings: items(openShape({ type: anyText }), { min: 1, max: 10, noun: 'payment settings' }),
    },
  ),
  checkTotal,
);

const ORDER_STATES = ['pending', 'processing', 'partially_shipped', 'shipped', 'completed', 'canceled'] as const;
const statusOrder = openShape({ status: oneOf(...ORDER_STATES) }, { description: maybeText });
const statusParameters = openShape(
  { reference_id: reference, order: statusOrder },
  { payment: openShape({ status: anyText }, { timestamp: integer(0) }) },
);

export const orderDetails: Rule = shape({ name: oneOf('review_and_pay'), parameters: payParameters });
export const orderStatus: Rule = shape({ name: oneOf('review_order'), parameters: statusParameters });
