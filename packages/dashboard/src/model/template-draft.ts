import { asText, type Json } from './json.ts';

/** A template as the form holds it: every field a word, nothing missing. */
export interface TemplateDraft {
  name: string;
  language: string;
  category: string;
  header: HeaderDraft;
  body: string;
  /** What a reviewer reads in place of the variables of header and body. */
  samples: Readonly<Record<string, string>>;
  footer: string;
  buttons: readonly ButtonDraft[];
  /** Of an authentication template, whose words are Meta's. */
  code: { withAdvice: boolean; minutes: string; label: string };
  /** Parts this form has no fields for: kept as they are. */
  rest: readonly Json[];
}

export const HEADER_KINDS = ['none', 'text', 'image', 'video', 'document', 'location'] as const;
export type HeaderKind = (typeof HEADER_KINDS)[number];

interface HeaderDraft {
  kind: HeaderKind;
  text: string;
  /** Of a file: the handle of an example that was uploaded to Meta. */
  handle: string;
}

export const BUTTON_KINDS = ['quick_reply', 'url', 'phone_number', 'copy_code'] as const;
export type ButtonKind = (typeof BUTTON_KINDS)[number];

export interface ButtonDraft {
  /** Stays with the button while others come and go. */
  key: string;
  /** `other`: kept as it is, in `raw`. */
  kind: ButtonKind | 'other';
  text: string;
  /** The address, the phone number or the code, by kind. */
  value: string;
  /** Of an address with a variable: a whole one. */
  sample: string;
  raw: Json;
}

export const EMPTY_DRAFT: TemplateDraft = {
  name: '',
  language: 'en_US',
  category: 'UTILITY',
  header: { kind: 'none', text: '', handle: '' },
  body: '',
  samples: {},
  footer: '',
  buttons: [],
  code: { withAdvice: true, minutes: '10', label: '' },
  rest: [],
};

export const toNewButton = (key: string, kind: ButtonKind): ButtonDraft => ({
  key,
  kind,
  text: '',
  value: '',
  sample: '',
  raw: {},
});

export const isCodeTemplate = ({ category }: Pick<TemplateDraft, 'category'>): boolean => category === 'AUTHENTICATION';
export const isFileHeader = (kind: HeaderKind): kind is 'image' | 'video' | 'document' =>
  kind === 'image' || kind === 'video' || kind === 'document';

/** What stands between double braces, each once, in order. */
export function toVariables(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(/\{\{([^{}]*)\}\}/g), ([, inner = '']) => inner.trim()))];
}

/** The variables of header and body, each once: those that need an example. */
export function toSampled({ header, body }: Pick<TemplateDraft, 'header' | 'body'>): string[] {
  return toVariables(`${header.kind === 'text' ? header.text : ''} ${body}`);
}

/** The next variable one would write: `{{3}}` after `{{2}}`; named ones go on by name. */
export function toNextVariable(body: string): string {
  const variables = toVariables(body);
  if (isNamed(variables)) return `{{name_${variables.length + 1}}}`;
  return `{{${Math.max(0, ...variables.map(Number).filter(Number.isFinite)) + 1}}}`;
}

/** Names and numbers cannot be mixed; any name makes it a named one. */
export const isNamed = (variables: readonly string[]): boolean => variables.some((each) => !/^\d+$/.test(each));

export const toKind = (part: Json): string => (asText(part.type) ?? '').toLowerCase();
