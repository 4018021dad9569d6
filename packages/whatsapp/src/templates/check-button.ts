import { andThen, anyText, httpUrl, isObject, items, onlyOneOf, openShape, text } from '../outbound/check/rules.ts';
import type { Fields, Report, Rule, Untrusted } from '../outbound/check/rules.ts';
import type { DefinitionContext, Spot } from './definition-context.ts';
import { checkPlain } from './check-text.ts';
import { otpButton } from './check-otp.ts';
import { wordOf } from './shape.ts';
import { hasLooseBraces } from './variables.ts';
import { byAnyWord, wordIn } from './words.ts';

/** Rules of the buttons of a template. */
const LIMITS = { text: 25, url: 2000, phone: 20, code: 15, buttons: 10, cardButtons: 2 } as const;

/** How many of a kind one template may have; the others share the ten. */
const COUNTS: { readonly [type: string]: number } = {
  url: 2,
  phone_number: 1,
  copy_code: 1,
  otp: 1,
  catalog: 1,
  mpm: 1,
  spm: 1,
};

const label = andThen(text(LIMITS.text), (value: string, at, report) => {
  checkPlain(value, at, report);
  if (/\{\{|\}\}/.test(value)) report({ field: at, message: 'must have no variables: a button always says the same' });
});

/** Meta accepts a list of one and the bare text. */
function exampleOf(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function checkUrl({ url, example }: Untrusted & { url: string }, at: string, report: Report): void {
  const variables = url.match(/\{\{[^{}]*\}\}/g) ?? [];
  if (variables.length === 0) {
    if (hasLooseBraces(url))
      report({ field: `${at}.url`, message: 'has braces that belong to no variable: write {{1}}' });
    return httpUrl(url, `${at}.url`, report);
  }
  if (variables.length > 1 || !/\{\{[^{}]*\}\}$/.test(url))
    report({
      field: `${at}.url`,
      message: 'may have one variable, at its end: https://example.org/orders/{{1}}',
      limit: 1,
      actual: variables.length,
    });
  httpUrl(url.replace(/\{\{[^{}]*\}\}/g, '1'), `${at}.url`, report);
  const given = exampleOf(example);
  if (typeof given !== 'string' || given === '')
    report({ field: `${at}.example`, message: 'is required: one whole address, as the reviewer may open it' });
}

const couponExample: Rule = (value, at, report) => text(LIMITS.code)(exampleOf(value), at, report);

const phone: Rule = andThen(text(LIMITS.phone), (value: string, at, report) => {
  if (!/^\+?[\d\s().-]+$/.test(value))
    report({ field: at, message: 'must be a phone number with country code, for example "+5511999990000"' });
});

const form = andThen(
  openShape(
    { text: label },
    { flow_id: anyText, flow_name: anyText, flow_json: anyText, flow_action: wordIn('navigate', 'data_exchange') },
  ),
  onlyOneOf('flow_id', 'flow_name', 'flow_json'),
);

const labelled = openShape({ text: label });
const unlabelled = openShape({}, { text: label });

const BUTTONS: Fields = {
  quick_reply: labelled,
  url: andThen(openShape({ text: label, url: text(LIMITS.url) }), checkUrl),
  phone_number: openShape({ text: label, phone_number: phone }),
  copy_code: openShape({ example: couponExample }, { text: label }),
  flow: form,
  voice_call: labelled,
  catalog: labelled,
  mpm: labelled,
  spm: unlabelled,
  order_details: unlabelled,
  request_contact_info: unlabelled,
  otp: otpButton,
};
/** Cards lead to a page, a call, an answer or their product. */
const CARD_BUTTONS = ['quick_reply', 'url', 'phone_number', 'spm'] as const;

function checkCounts(types: readonly string[], at: string, report: Report): void {
  for (const [type, limit] of Object.entries(COUNTS)) {
    const actual = types.filter((each) => each === type).length;
    if (actual > limit)
      report({
        field: at,
        message: `must hold at most ${limit} ${type} button${limit === 1 ? '' : 's'}`,
        limit,
        actual,
      });
  }
}

/** Quick replies stand together: at the beginning, at the end, but not among the others. */
function checkGroups(types: readonly string[], at: string, report: Report): void {
  const first = types.indexOf('quick_reply');
  const last = types.lastIndexOf('quick_reply');
  const between = types.slice(first + 1, last).findIndex((each) => each !== 'quick_reply');
  if (first >= 0 && between >= 0)
    report({
      field: `${at}[${first + 1 + between}].type`,
      message: 'stands between quick replies: put all quick replies together, before or after the other buttons',
    });
}

function checkCategory(types: readonly string[], { at, context: { category }, report }: Spot): void {
  const isCode = category === 'authentication';
  const wrong = types.findIndex((each) => (each === 'otp') !== isCode);
  if (wrong < 0) return;
  const message = isCode
    ? 'an authentication template takes one otp button and nothing else'
    : 'an otp button belongs to templates of category AUTHENTICATION';
  report({ field: `${at}[${wrong}].type`, message });
}

export function buttonsRule(context: DefinitionContext): Rule {
  const known = context.inCard
    ? Object.fromEntries(CARD_BUTTONS.map((type) => [type, BUTTONS[type] as Rule]))
    : BUTTONS;
  const max = context.inCard ? LIMITS.cardButtons : LIMITS.buttons;
  const list = items(byAnyWord('type', known), { min: 1, max, noun: 'buttons' });
  return (component, at, report) => {
    const buttons = (component as Untrusted)['buttons'];
    const field = `${at}.buttons`;
    if (buttons === undefined) return report({ field, message: 'is required: a list of buttons' });
    list(buttons, field, report);
    const types = (Array.isArray(buttons) ? buttons : [])
      .slice(0, max)
      .map((each) => (isObject(each) ? wordOf(each['type']) : ''));
    checkCounts(types, field, report);
    checkGroups(types, field, report);
    checkCategory(types, { at: field, context, report });
  };
}
