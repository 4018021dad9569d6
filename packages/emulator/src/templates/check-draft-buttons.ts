import { toText } from '../json.ts';
import { badParam, type Refusal } from '../graph/answer.ts';
import { firstProblem, lengthOf } from '../graph/check-text.ts';
import { noExample, tooLong } from './draft-refusal.ts';
import { type ButtonType, type TemplateButton, variablesOf } from './template.ts';

/** How many of a kind one template may have; the others one. */
const most: Partial<Record<ButtonType, number>> = { QUICK_REPLY: 10, URL: 2 };
/** Kinds whose words WhatsApp chooses. */
const wordless = new Set<ButtonType>(['COPY_CODE', 'OTP']);

/** What Meta refuses about the buttons of a new template, or null. */
export function checkButtons(buttons: readonly TemplateButton[], max = 10): Refusal | null {
  if (buttons.length > max) return badParam(`A template can have at most ${max} buttons here.`);
  return firstProblem([
    () => checkCounts(buttons),
    () => checkGroups(buttons),
    ...buttons.map((button) => () => checkButton(button)),
  ]);
}

function checkCounts(buttons: readonly TemplateButton[]): Refusal | null {
  for (const [type, list] of Map.groupBy(buttons, (button) => button.type)) {
    const max = most[type] ?? 1;
    if (list.length > max) return badParam(`A template can have at most ${max} buttons of type ${type}.`);
  }
  return null;
}

/** Quick replies stand together, before or after the others. */
function checkGroups(buttons: readonly TemplateButton[]): Refusal | null {
  const changes = buttons.filter(
    (button, at) => at > 0 && (button.type === 'QUICK_REPLY') !== (buttons[at - 1]?.type === 'QUICK_REPLY'),
  );
  return changes.length > 1 ? badParam('Quick replies must stand together, not between other buttons.') : null;
}

function checkButton(button: TemplateButton): Refusal | null {
  if (!wordless.has(button.type)) {
    if (lengthOf(button.text) === 0) return badParam(`A button of type ${button.type} needs text.`);
    if (lengthOf(button.text) > 25) return tooLong('The text of a button', 25);
  }
  switch (button.type) {
    case 'URL':
      return checkUrl(button);
    case 'PHONE_NUMBER':
      return checkPhone(toText(button.phone_number));
    case 'COPY_CODE':
      return checkCode(exampleOf(button));
    case 'FLOW':
      return ['flow_id', 'flow_name', 'flow_json'].some((key) => button[key] !== undefined)
        ? null
        : badParam('A button of type FLOW needs flow_id, flow_name or flow_json.');
    case 'OTP':
      return badParam('Buttons of type OTP belong to the category AUTHENTICATION.');
    case 'QUICK_REPLY':
    case 'CATALOG':
    case 'MPM':
    case 'SPM':
    case 'VOICE_CALL':
    case 'ORDER_DETAILS':
    case 'REQUEST_CONTACT_INFO':
    default:
      return null;
  }
}

const exampleOf = ({ example }: TemplateButton): string => toText(Array.isArray(example) ? example[0] : example);

/** One variable, and only at the end. */
function checkUrl(button: TemplateButton): Refusal | null {
  const url = toText(button.url);
  const plain = url.replace(/\{\{1\}\}$/, '');
  if (!/^https?:\/\/\S+$/.test(plain)) return badParam('A button of type URL needs an http or https address.');
  if (url.length > 2000) return tooLong('The address of a button', 2000);
  if (plain.includes('{{')) return badParam('The address of a button can have one variable {{1}}, at its end.');
  return variablesOf(url).length > 0 && exampleOf(button) === '' ? noExample('The address of a button') : null;
}

const checkPhone = (phone: string): Refusal | null =>
  /^\+?\d{5,19}$/.test(phone)
    ? null
    : badParam('A button of type PHONE_NUMBER needs a number of at most 20 characters.');

function checkCode(code: string): Refusal | null {
  if (code === '') return noExample('A button of type COPY_CODE');
  return code.length > 15 ? tooLong('A code', 15) : null;
}
