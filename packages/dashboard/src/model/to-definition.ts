import type { Place } from './field-errors.ts';
import type { Json } from './json.ts';
import {
  type ButtonDraft,
  isCodeTemplate,
  isFileHeader,
  isNamed,
  type TemplateDraft,
  toSampled,
  toVariables,
} from './template-draft.ts';

export interface Definition {
  /** Meta's own body of `POST /WABA/message_templates`. */
  definition: Json & { components: Json[] };
  /** Where each field of the form stands in it. */
  places: Place[];
}

/** One component, with the fields of the form it is made of: paths below it. */
interface Part {
  component: Json;
  places: Place[];
}

/** What is sent of a draft, and where its fields are in it. */
export function toDefinition(draft: TemplateDraft): Definition {
  const variables = toSampled(draft);
  const parts = isCodeTemplate(draft) ? toCodeParts(draft) : toParts(draft, isNamed(variables));
  const components = [...parts.map(({ component }) => component), ...draft.rest];
  const { name, language, category } = draft;
  const format = isNamed(variables) ? 'named' : 'positional';
  const own: Place[] = [
    ['definition.name', 'name'],
    ['definition.language', 'language'],
    ['definition.category', 'category'],
    ['definition.components', 'body'],
  ];
  const places = parts.flatMap(({ places: below }, index) =>
    below.map(([path, field]): Place => [`definition.components[${index}]${path}`, field]),
  );
  return {
    definition: { name, language, category, parameter_format: format, components },
    places: [...own, ...places],
  };
}

function toParts(draft: TemplateDraft, named: boolean): Part[] {
  return [
    ...toHeader(draft, named),
    toBody(draft, named),
    ...(draft.footer === ''
      ? []
      : [{ component: { type: 'footer', text: draft.footer }, places: [['', 'footer']] satisfies Place[] }]),
    ...toButtons(draft.buttons),
  ];
}

function toHeader({ header, samples }: TemplateDraft, named: boolean): Part[] {
  const { kind, text, handle } = header;
  if (kind === 'none') return [];
  const places: Place[] = [
    ['', 'header.kind'],
    ['.text', 'header.text'],
    ['.example', isFileHeader(kind) ? 'header.handle' : 'header.text'],
  ];
  const base = { type: 'header', format: kind };
  if (kind === 'text') {
    const example = toExample({ text, samples, named, key: 'header_text' });
    return [
      { component: { ...base, text, ...example }, places: [...places, ...toSamplePlaces(text, named, 'header')] },
    ];
  }
  const example = isFileHeader(kind) && handle !== '' ? { example: { header_handle: [handle] } } : {};
  return [{ component: { ...base, ...example }, places }];
}

function toBody({ body, samples }: TemplateDraft, named: boolean): Part {
  return {
    component: { type: 'body', text: body, ...toExample({ text: body, samples, named, key: 'body_text' }) },
    places: [['', 'body'], ...toSamplePlaces(body, named, 'body')],
  };
}

interface Sampled {
  text: string;
  samples: TemplateDraft['samples'];
  named: boolean;
  key: 'header_text' | 'body_text';
}

/** Numbers count by their value, not by where they stand. */
const toOrder = (text: string, named: boolean): string[] =>
  named ? toVariables(text) : toVariables(text).toSorted((a, b) => Number(a) - Number(b));

function toExample({ text, samples, named, key }: Sampled): Json {
  const variables = toOrder(text, named);
  if (variables.length === 0) return {};
  const values = variables.map((variable) => samples[variable] ?? '');
  if (named) {
    const params = variables.map((param_name, n) => ({ param_name, example: values[n] }));
    return { example: { [`${key}_named_params`]: params } };
  }
  return { example: { [key]: key === 'body_text' ? [values] : values } };
}

function toSamplePlaces(text: string, named: boolean, part: 'header' | 'body'): Place[] {
  const key = `.example.${part}_text`;
  return toOrder(text, named).flatMap((variable, n): Place[] => [
    // The API names both forms of a positional list: `body_text[0]` for the first example, and `body_text` for all.
    [named ? `${key}_named_params[${n}]` : `${key}[${n}]`, `samples.${variable}`],
  ]);
}

function toButtons(buttons: readonly ButtonDraft[]): Part[] {
  if (buttons.length === 0) return [];
  const component = { type: 'buttons', buttons: buttons.map(toButton) };
  const places = buttons.flatMap(({ key, kind }, n): Place[] => [
    [`.buttons[${n}]`, `${key}.text`],
    [`.buttons[${n}].url`, `${key}.value`],
    [`.buttons[${n}].phone_number`, `${key}.value`],
    [`.buttons[${n}].example`, kind === 'copy_code' ? `${key}.value` : `${key}.sample`],
  ]);
  return [{ component, places: [['', 'buttons'], ...places] }];
}

function toButton({ kind, text, value, sample, raw }: ButtonDraft): Json {
  if (kind === 'other') return raw;
  if (kind === 'url') return { type: kind, text, url: value, ...(sample === '' ? {} : { example: [sample] }) };
  if (kind === 'phone_number') return { type: kind, text, phone_number: value };
  if (kind === 'copy_code') return { type: kind, example: value };
  return { type: kind, text };
}

/** Meta writes the words of a code itself. */
function toCodeParts({ code }: TemplateDraft): Part[] {
  const minutes = Number(code.minutes);
  const button = { type: 'otp', otp_type: 'copy_code', ...(code.label === '' ? {} : { text: code.label }) };
  const footer: Part = {
    component: { type: 'footer', code_expiration_minutes: Number.isNaN(minutes) ? code.minutes : minutes },
    places: [['', 'code.minutes']],
  };
  return [
    { component: { type: 'body', add_security_recommendation: code.withAdvice }, places: [['', 'body']] },
    ...(code.minutes.trim() === '' ? [] : [footer]),
    { component: { type: 'buttons', buttons: [button] }, places: [['', 'code.label']] },
  ];
}
