import { asList, asObject, asText, type Json } from './json.ts';
import {
  BUTTON_KINDS,
  type ButtonDraft,
  EMPTY_DRAFT,
  HEADER_KINDS,
  isCodeTemplate,
  type TemplateDraft,
  toKind,
  toVariables,
} from './template-draft.ts';

interface Source {
  name: string;
  language: string;
  category: string | null;
  components: readonly Json[] | null;
}

type Header = TemplateDraft['header'];

/** A template that is there, as the form holds it. What the form has no fields for is kept in `rest`. */
export function parseDraft({ name, language, category, components }: Source): TemplateDraft {
  const parts = components ?? [];
  const draft = { ...EMPTY_DRAFT, name, language, category: category ?? 'UTILITY' };
  const find = (kind: string): Json => parts.find((part) => toKind(part) === kind) ?? {};
  const header = parseHeader(find('header'));
  const known = new Set(['body', 'footer', 'buttons', ...(header ? ['header'] : [])]);
  const rest = parts.filter((part) => !known.has(toKind(part)));
  if (isCodeTemplate(draft)) return { ...draft, code: parseCode(find), rest };
  return {
    ...draft,
    header: header ?? EMPTY_DRAFT.header,
    body: asText(find('body').text) ?? '',
    samples: { ...parseSamples(find('header'), 'header_text'), ...parseSamples(find('body'), 'body_text') },
    footer: asText(find('footer').text) ?? '',
    buttons: asList(find('buttons').buttons).map(parseButton),
    rest,
  };
}

/** Null: a format without fields here. */
function parseHeader(part: Json): Header | null {
  if (part.type === undefined) return { ...EMPTY_DRAFT.header };
  const format = (asText(part.format) ?? 'text').toLowerCase();
  const kind = HEADER_KINDS.find((one) => one === format);
  if (!kind) return null;
  return { kind, text: asText(part.text) ?? '', handle: toFirst(asObject(part.example).header_handle) };
}

/** Meta's examples by variable, positional or named. */
function parseSamples(part: Json, key: 'header_text' | 'body_text'): Record<string, string> {
  const example = asObject(part.example);
  const named = asList(example[`${key}_named_params`]).flatMap(({ param_name, example: value }) => {
    const name = asText(param_name);
    return name === undefined ? [] : [[name, asText(value) ?? ''] as const];
  });
  const given: unknown = example[key];
  const row: unknown = Array.isArray(given) && Array.isArray(given[0]) ? given[0] : given;
  const values: unknown[] = Array.isArray(row) ? row : [];
  const variables = toVariables(asText(part.text) ?? '').toSorted((a, b) => Number(a) - Number(b));
  const positional = values.map((value, n) => [variables[n] ?? String(n + 1), asText(value) ?? ''] as const);
  return Object.fromEntries([...positional, ...named]);
}

function parseCode(find: (kind: string) => Json): TemplateDraft['code'] {
  const minutes = find('footer').code_expiration_minutes;
  return {
    withAdvice: find('body').add_security_recommendation === true,
    minutes: typeof minutes === 'number' ? String(minutes) : '',
    label: asText(asList(find('buttons').buttons)[0]?.text) ?? '',
  };
}

const VALUES: Readonly<Record<string, string>> = { url: 'url', phone_number: 'phone_number', copy_code: 'example' };

function parseButton(raw: Json, index: number): ButtonDraft {
  const kind = BUTTON_KINDS.find((one) => one === toKind(raw)) ?? 'other';
  return {
    key: `stored-${index}`,
    kind,
    text: asText(raw.text) ?? '',
    value: toFirst(raw[VALUES[kind] ?? '']),
    sample: kind === 'url' ? toFirst(raw.example) : '',
    raw,
  };
}

/** Meta writes an example as a word or as a list of one. */
const toFirst = (value: unknown): string => asText(Array.isArray(value) ? value[0] : value) ?? '';
