import { badParam } from '../graph/answer.ts';
import { isRecord, toText } from '../json.ts';
import type { Parsed } from './draft-refusal.ts';
import type { TemplateComponent } from './template.ts';

type Part = Readonly<Record<string, unknown>>;
const refuse = (sentence: string): Parsed<never> => ({ ok: false, refusal: badParam(sentence) });

const securityAdvice = ' For your security, do not share this code.';

/** The fixed words of an authentication template: the business chooses only what is said besides the code. */
export function toAuthentication(
  type: TemplateComponent['type'],
  part: Part,
  place: string,
): Parsed<TemplateComponent> {
  switch (type) {
    case 'BODY': {
      const advice = part.add_security_recommendation === true ? securityAdvice : '';
      return { ok: true, value: { type, text: `*{{1}}* is your verification code.${advice}` } };
    }
    case 'FOOTER':
      return toFooter(part, place);
    case 'BUTTONS':
      return toCodeButton(part, place);
    case 'HEADER':
    case 'CAROUSEL':
    case 'LIMITED_TIME_OFFER':
    default:
      return refuse(`${place}: authentication templates have a body, a footer and one OTP button.`);
  }
}

function toFooter(part: Part, place: string): Parsed<TemplateComponent> {
  const minutes = Number(part.code_expiration_minutes);
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 90)
    return refuse(`Param ${place}['code_expiration_minutes'] must be from 1 to 90.`);
  const text = `This code expires in ${minutes} minutes.`;
  return { ok: true, value: { type: 'FOOTER', text, code_expiration_minutes: minutes } };
}

const codeKinds = ['COPY_CODE', 'ONE_TAP', 'ZERO_TAP'];

/** Read back, the button is a URL button with the code as its variable; so it is sent. */
function toCodeButton(part: Part, place: string): Parsed<TemplateComponent> {
  const buttons = Array.isArray(part.buttons) ? part.buttons : [];
  const button = isRecord(buttons[0]) ? buttons[0] : {};
  const kind = toText(button.otp_type).toUpperCase();
  if (buttons.length !== 1 || toText(button.type).toUpperCase() !== 'OTP' || !codeKinds.includes(kind))
    return refuse(
      `Param ${place}['buttons'] must be one button of type OTP with an otp_type of ${codeKinds.join(', ')}.`,
    );
  const apps = Array.isArray(button.supported_apps) ? button.supported_apps : [];
  if (kind !== 'COPY_CODE' && apps.length === 0)
    return refuse(`Param ${place}['buttons'][0]['supported_apps'] is required for ${kind}.`);
  if (kind === 'ZERO_TAP' && button.zero_tap_terms_accepted !== true)
    return refuse(`Param ${place}['buttons'][0]['zero_tap_terms_accepted'] must be true.`);
  const text = toText(button.text) || 'Copy code';
  const url = `https://www.whatsapp.com/otp/code/?otp_type=${kind}&code=otp{{1}}`;
  return { ok: true, value: { type: 'BUTTONS', buttons: [{ type: 'URL', text, url, otp_type: kind }] } };
}
