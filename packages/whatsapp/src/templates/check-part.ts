import { anyText, flag, integer, items, openShape, text } from '../outbound/check/rules.ts';
import type { Fields, Report, Rule, Untrusted } from '../outbound/check/rules.ts';
import { buttonsRule } from './check-button.ts';
import {
  BODY_EXAMPLES,
  HEADER_EXAMPLES,
  checkApart,
  checkEdges,
  checkExamples,
  checkPlain,
  checkRatio,
  checkVariables,
  textComponent,
} from './check-text.ts';
import type { DefinitionContext } from './definition-context.ts';
import { wordOf } from './shape.ts';
import { variablesOf } from './variables.ts';
import { byAnyWord } from './words.ts';

/** Rules of the parts of a template, apart from buttons and carousels. */
const LIMITS = { header: 60, body: 1024, offerBody: 600, cardBody: 160, footer: 60, offer: 16, minutes: 90 } as const;

/** Header formats whose example is a file, uploaded with `uploadHandle`. */
const FILES = ['image', 'video', 'document', 'gif'] as const;

function absent(message: string): Rule {
  return (_value, at, report) => report({ field: at, message });
}

function textHeader(context: DefinitionContext): Rule {
  return textComponent(LIMITS.header, (component, at, report) => {
    const field = `${at}.text`;
    checkVariables(component.text, { at: field, context, report });
    checkPlain(component.text, field, report);
    const actual = variablesOf(component.text).length;
    if (actual > 1)
      report({ field, message: 'must have at most one variable: move the others to the body', limit: 1, actual });
    checkExamples(component, at, { keys: HEADER_EXAMPLES, context, report });
  });
}

const fileExample: Rule = openShape({ header_handle: items(anyText, { min: 1, max: 1, noun: 'example file' }) });
const fileHeader: Rule = (component, at, report) => {
  const example = (component as Untrusted)['example'];
  if (example === undefined)
    return report({
      field: `${at}.example`,
      message: 'is required: upload an example file with uploadHandle and give its handle in header_handle',
    });
  fileExample(example, `${at}.example`, report);
};
const bareHeader = openShape({}, { text: absent('must be absent: this header shows no text') });

function headerRule(context: DefinitionContext): Rule {
  const files = Object.fromEntries(FILES.map((format) => [format, fileHeader]));
  const formats: Fields = context.inCard
    ? { image: fileHeader, video: fileHeader, product: bareHeader }
    : { text: textHeader(context), ...files, location: bareHeader, product: bareHeader };
  return byAnyWord('format', formats);
}

function bodyLimit({ inCard, hasOffer }: DefinitionContext): number {
  if (inCard) return LIMITS.cardBody;
  return hasOffer ? LIMITS.offerBody : LIMITS.body;
}

const codeBody = openShape(
  {},
  {
    text: absent('must be absent: Meta writes the text of authentication templates itself, in the chosen language'),
    add_security_recommendation: flag,
  },
);

function bodyRule(context: DefinitionContext): Rule {
  if (context.category === 'authentication') return codeBody;
  return textComponent(bodyLimit(context), (component, at, report) => {
    const field = `${at}.text`;
    checkVariables(component.text, { at: field, context, report });
    checkEdges(component.text, field, report);
    checkApart(component.text, field, report);
    checkRatio(component.text, field, report);
    checkExamples(component, at, { keys: BODY_EXAMPLES, context, report });
  });
}

const codeFooter = openShape(
  { code_expiration_minutes: integer(1, LIMITS.minutes) },
  { text: absent('must be absent: an authentication footer says when the code expires (code_expiration_minutes)') },
);

const plainFooter = textComponent(LIMITS.footer, ({ text: value }, at, report: Report) => {
  if (variablesOf(value).length > 0)
    report({ field: `${at}.text`, message: 'must have no variables: move them to the body' });
  if (/[\r\n]/.test(value))
    report({ field: `${at}.text`, message: 'must not contain line breaks: it stands on one line' });
});

const offer = openShape({
  limited_time_offer: openShape({ text: text(LIMITS.offer) }, { has_expiration: flag }),
});

/** Rules by component type, for the message itself or for a card. */
export function partRules(context: DefinitionContext): Fields {
  const common = { header: headerRule(context), body: bodyRule(context), buttons: buttonsRule(context) };
  if (context.inCard) return common;
  const footer = context.category === 'authentication' ? codeFooter : plainFooter;
  return { ...common, footer, limited_time_offer: offer, call_permission_request: openShape({}) };
}

/** Each type at most once. */
export function checkOnce(components: readonly Untrusted[], at: string, report: Report): void {
  const seen = new Set<string>();
  for (const [index, each] of components.entries()) {
    const type = wordOf(each['type']);
    if (seen.has(type))
      report({ field: `${at}[${index}].type`, message: `a template has one ${type} only: remove this one` });
    seen.add(type);
  }
}

export const eachPart = (rules: Fields, max: number): Rule =>
  items(byAnyWord('type', rules), { min: 1, max, noun: 'components' });
