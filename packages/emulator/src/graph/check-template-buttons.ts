import { isRecord, toText } from '../json.ts';
import { findPart, type TemplateButton, type TemplateComponent, variablesOf } from '../templates/template.ts';
import { invalid, missing, type Refusal } from './answer.ts';
import { firstProblem, lengthOf } from './check-text.ts';
import { findButton, type GivenComponent, type GivenParameter } from './given.ts';

interface ButtonDeps {
  readonly template: { readonly category: string };
}

/** What the buttons of a send lack or have too much of, or null. */
export function checkGivenButtons(
  parts: readonly TemplateComponent[],
  given: readonly GivenComponent[],
  deps: ButtonDeps,
): Refusal | null {
  const buttons = findPart(parts, 'BUTTONS')?.buttons ?? [];
  return firstProblem([
    ...given.filter(({ type }) => type === 'button').map((each) => () => checkPlace(buttons, each)),
    ...buttons.map((button, at) => () => checkButton(button, { at, given: findButton(given, at), ...deps })),
  ]);
}

const misplaced = (details: string): Refusal => ({ code: 132018, details: `buttons: ${details}` });

/** How a send names each kind of button. */
const subTypes: Readonly<Record<TemplateButton['type'], string>> = {
  QUICK_REPLY: 'quick_reply',
  URL: 'url',
  OTP: 'url',
  PHONE_NUMBER: 'phone_number',
  COPY_CODE: 'copy_code',
  FLOW: 'flow',
  CATALOG: 'catalog',
  MPM: 'mpm',
  SPM: 'spm',
  VOICE_CALL: 'voice_call',
  ORDER_DETAILS: 'order_details',
  REQUEST_CONTACT_INFO: 'request_contact_info',
};

function checkPlace(buttons: readonly TemplateButton[], { index, sub_type: subType }: GivenComponent): Refusal | null {
  const button = buttons[index];
  if (button === undefined) return misplaced(`There is no button at index ${index}`);
  return subTypes[button.type] === subType
    ? null
    : misplaced(`Button at index ${index} is of type ${subTypes[button.type]}, not ${subType || 'given'}`);
}

interface Place {
  readonly at: number;
  readonly given: GivenComponent | undefined;
  readonly template: { readonly category: string };
}

function checkButton(button: TemplateButton, place: Place): Refusal | null {
  const [parameter, ...more] = place.given?.parameters ?? [];
  if (more.length > 0) return misplaced(`Button at index ${place.at} takes one parameter`);
  const rule = rules[button.type];
  const needs = rule.needs(button);
  if (needs === 'none')
    return parameter === undefined ? null : misplaced(`Button at index ${place.at} does not require parameters`);
  if (parameter === undefined)
    return needs === 'one'
      ? missing(`buttons: Button at index ${place.at} of type ${button.type} requires a parameter`)
      : null;
  if (!rule.types.includes(parameter.type)) {
    const expected = rule.types.join(' or ');
    return {
      code: 132012,
      details: `buttons: Format mismatch at index ${place.at}, expected ${expected}, received ${parameter.type}`,
    };
  }
  return rule.check(parameter, place);
}

interface Rule {
  readonly needs: (button: TemplateButton) => 'none' | 'maybe' | 'one';
  /** Parameter types it takes. */
  readonly types: readonly string[];
  readonly check: (parameter: GivenParameter, place: Place) => Refusal | null;
}

const bare: Rule = { needs: () => 'none', types: [], check: () => null };
const address: Rule = {
  needs: (button) => (variablesOf(button.url ?? '').length > 0 ? 'one' : 'none'),
  types: ['text'],
  check: (parameter, { at, template }) => {
    if (lengthOf(parameter.text) === 0) return missing(`buttons: Button at index ${at} is missing text value`);
    const max = template.category === 'AUTHENTICATION' ? 15 : 2000;
    return lengthOf(parameter.text) > max ? invalid(`Button at index ${at}: at most ${max} characters`) : null;
  },
};

const rules: Readonly<Record<TemplateButton['type'], Rule>> = {
  QUICK_REPLY: {
    needs: () => 'maybe',
    types: ['payload'],
    check: ({ payload }, { at }) =>
      lengthOf(payload) === 0
        ? missing(`buttons: Button at index ${at} is missing payload value`)
        : lengthOf(payload) > 256
          ? invalid(`Button at index ${at}: the payload has at most 256 characters`)
          : null,
  },
  URL: address,
  OTP: { ...address, needs: () => 'one' },
  PHONE_NUMBER: bare,
  COPY_CODE: {
    needs: () => 'one',
    types: ['coupon_code'],
    check: ({ coupon_code: code }, { at }) =>
      lengthOf(code) === 0
        ? missing(`buttons: Button at index ${at} is missing coupon_code value`)
        : lengthOf(code) > 15
          ? invalid(`Button at index ${at}: the code has at most 15 characters`)
          : null,
  },
  FLOW: {
    needs: () => 'maybe',
    types: ['action'],
    check: ({ action }, { at }) => {
      if (!isRecord(action)) return missing(`buttons: Button at index ${at} is missing action`);
      const data = action.flow_action_data;
      return data === undefined || isRecord(data) ? null : invalid('flow_action_data must be an object');
    },
  },
  CATALOG: {
    needs: () => 'maybe',
    types: ['action'],
    check: ({ action }, { at }) =>
      isRecord(action) ? null : missing(`buttons: Button at index ${at} is missing action`),
  },
  MPM: { needs: () => 'one', types: ['action'], check: ({ action }) => checkProducts(action) },
  SPM: bare,
  VOICE_CALL: {
    needs: () => 'maybe',
    types: ['ttl_minutes', 'payload'],
    check: ({ type, ttl_minutes: minutes }) =>
      type === 'payload' || (Number(minutes) >= 1 && Number(minutes) <= 43_200)
        ? null
        : invalid('ttl_minutes must be from 1 to 43200'),
  },
  ORDER_DETAILS: {
    needs: () => 'one',
    types: ['action'],
    check: ({ action }) =>
      isRecord(action) && isRecord(action.order_details) ? null : missing('buttons: action.order_details is required'),
  },
  REQUEST_CONTACT_INFO: bare,
};

const listOf = (value: unknown): Record<string, unknown>[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** A list of products: up to 10 sections, up to 30 products. */
function checkProducts(value: unknown): Refusal | null {
  const action = isRecord(value) ? value : {};
  if (toText(action.thumbnail_product_retailer_id) === '')
    return missing('buttons: action.thumbnail_product_retailer_id is required');
  const sections = listOf(action.sections);
  const products = sections.flatMap((section) => listOf(section.product_items));
  if (sections.length === 0 || products.length === 0)
    return missing('buttons: action.sections with products is required');
  if (sections.length > 10 || products.length > 30) return invalid('At most 10 sections and 30 products');
  const isLong = sections.some((section) => lengthOf(section.title) > 24);
  return isLong ? invalid('Section title length invalid. Max length: 24') : null;
}
