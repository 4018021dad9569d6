import { rowOf } from '../inbound/read.ts';
import { isObject } from '../outbound/check/rules.ts';
import type { Report } from '../outbound/check/rules.ts';
import { lineOfText } from '../outbound/check/template.ts';
import { hasUrlVariable, wordOf } from './shape.ts';
import type { ButtonShape } from './shape.ts';
import type { BlockUse, UsedButton } from './use.ts';

/** What the buttons of a template take when it is sent. */
const CODE = 15;

/**
 * `sub_type` and parameter of each kind of button, and whether Meta refuses a message that does not name it (131008,
 * 131009). A form's button must be named, though its parameter may be left out.
 */
interface Taking {
  readonly subType: string;
  readonly kinds: readonly string[];
  readonly needed: 'component' | 'parameter' | 'no';
}

const TAKING: { readonly [type: string]: Taking } = {
  quick_reply: { subType: 'quick_reply', kinds: ['payload'], needed: 'no' },
  copy_code: { subType: 'copy_code', kinds: ['coupon_code'], needed: 'parameter' },
  flow: { subType: 'flow', kinds: ['action'], needed: 'component' },
  catalog: { subType: 'catalog', kinds: ['action'], needed: 'no' },
  mpm: { subType: 'mpm', kinds: ['action'], needed: 'parameter' },
  order_details: { subType: 'order_details', kinds: ['action'], needed: 'parameter' },
  voice_call: { subType: 'voice_call', kinds: ['ttl_minutes', 'payload'], needed: 'no' },
};
const URL_SUFFIX: Taking = { subType: 'url', kinds: ['text'], needed: 'parameter' };

/** Null: the button is complete in itself. Undefined: a kind newer than this table; Meta says what it takes. */
function takingOf(button: ButtonShape): Taking | null | undefined {
  if (button.isOtp || hasUrlVariable(button)) return URL_SUFFIX;
  if (['url', 'phone_number', 'spm', 'request_contact_info'].includes(button.type)) return null;
  return rowOf(TAKING, button.type);
}

const describe = (button: ButtonShape): string =>
  `${button.type} button${button.text === '' ? '' : ` "${button.text}"`}`;

function checkMissing(button: ButtonShape, { index, at }: { index: number; at: string }, report: Report): void {
  const taking = takingOf(button);
  if (taking === null || taking === undefined || taking.needed === 'no') return;
  const parameters = taking.needed === 'component' ? '' : `, "parameters": [{ "type": "${taking.kinds[0]}", … }]`;
  report({
    field: at,
    message: `needs a component for the ${describe(button)}: { "type": "button", "sub_type": "${taking.subType}", "index": "${index}"${parameters} }`,
    reason: 'missing',
  });
}

function checkValue(used: UsedButton, button: ButtonShape, report: Report): void {
  const [first] = used.parameters;
  if (first === undefined) return;
  const at = `${used.at}.parameters[0]`;
  const kind = wordOf(first['type']);
  if (kind === 'text' || kind === 'coupon_code') {
    const value = first[kind];
    const field = `${at}.${kind}`;
    lineOfText(value, field, report);
    if ((button.isOtp || kind === 'coupon_code') && typeof value === 'string' && value.length > CODE)
      report({ field, message: `must be at most ${CODE} characters`, limit: CODE, actual: value.length });
  }
  const action = first['action'];
  if (button.type === 'mpm' && !(isObject(action) && Array.isArray(action['sections'])))
    report({
      field: `${at}.action.sections`,
      message: 'is required: the products to show, in sections',
      reason: 'missing',
    });
}

function checkGiven(used: UsedButton, button: ButtonShape, report: Report): void {
  const taking = takingOf(button);
  if (taking === undefined) return;
  if (taking === null)
    return report({ field: used.at, message: `the ${describe(button)} takes nothing: remove this component` });
  if (used.subType !== taking.subType)
    return report({
      field: `${used.at}.sub_type`,
      message: `must be "${taking.subType}": button ${used.index} is a ${describe(button)}`,
    });
  const { kinds, needed } = taking;
  const wrong = used.parameters.findIndex((each) => !kinds.includes(wordOf(each['type'])));
  if (wrong >= 0)
    return report({
      field: `${used.at}.parameters[${wrong}].type`,
      message: `must be ${kinds.map((kind) => `"${kind}"`).join(' or ')} for a ${describe(button)}`,
    });
  const actual = used.parameters.length;
  const limit = kinds.length;
  if (actual > limit || (actual === 0 && needed === 'parameter'))
    report({
      field: `${used.at}.parameters`,
      message: `must hold ${needed === 'parameter' ? 'exactly' : 'at most'} ${limit} parameter${limit === 1 ? '' : 's'} for a ${describe(button)}`,
      limit,
      actual,
    });
  checkValue(used, button, report);
}

export function checkUsedButtons(buttons: readonly ButtonShape[], use: BlockUse, report: Report): void {
  const seen = new Set<number>();
  for (const each of use.buttons) {
    const button = each.index === null ? undefined : buttons[each.index];
    if (each.index === null || button === undefined) {
      const range = buttons.length === 0 ? 'it has no buttons' : `its buttons are 0 to ${buttons.length - 1}`;
      report({ field: `${each.at}.index`, message: `names no button of this template: ${range}` });
      continue;
    }
    if (seen.has(each.index)) report({ field: `${each.at}.index`, message: 'is given twice: each button once' });
    seen.add(each.index);
    checkGiven(each, button, report);
  }
  for (const [index, button] of buttons.entries())
    if (!seen.has(index)) checkMissing(button, { index, at: use.at }, report);
}
