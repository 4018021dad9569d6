import { isRecord, toText } from '../json.ts';
import type { Refusal } from '../graph/answer.ts';
import { lengthOf } from '../graph/check-text.ts';
import { broken, noExample, tooLong, wrongBody } from './draft-refusal.ts';
import { type TemplateComponent, type TemplateDraft, variablesOf } from './template.ts';

type Format = TemplateDraft['parameterFormat'];

export function checkBody(
  body: Extract<TemplateComponent, { type: 'BODY' }>,
  format: Format,
  max: number,
): Refusal | null {
  const { text } = body;
  const names = variablesOf(text);
  if (lengthOf(text) === 0) return wrongBody('The body needs text.');
  if (lengthOf(text) > max) return tooLong('The body', max);
  if (/^\s*\{\{\w+\}\}|\{\{\w+\}\}\s*$/.test(text))
    return broken(2388299, 'Variables At Start Or End', 'The body must not begin or end with a variable.');
  const words = text.trim().split(/\s+/).length;
  if (words < 2 * names.length + 1)
    return broken(2388293, 'Too Many Variables', 'The body has too many variables for its length.');
  return (
    checkNames(names, format, wrongBody) ??
    (hasExamples(body.example, 'body_text', names, format) ? null : noExample('The body'))
  );
}

export function hasHandle(example: unknown): boolean {
  const handles = isRecord(example) ? example.header_handle : undefined;
  return Array.isArray(handles) && toText(handles[0]) !== '';
}

/** Positional variables count from 1 without gaps, named ones are lower-case words. */
export function checkNames(
  names: readonly string[],
  format: Format,
  refuse: (sentence: string) => Refusal,
): Refusal | null {
  const isRight =
    format === 'NAMED'
      ? names.every((name) => /^[a-z][a-z0-9_]*$/.test(name))
      : [...new Set(names)].every((name, at) => name === String(at + 1));
  return isRight
    ? null
    : refuse(
        format === 'NAMED'
          ? 'Named variables are lower-case letters, digits and underscores.'
          : 'Variables must count {{1}}, {{2}}, … without gaps.',
      );
}

/** `body_text: [["a","b"]]`, `header_text: ["a"]`, or `…_named_params: [{param_name, example}]`. */
export function hasExamples(example: unknown, key: string, names: readonly string[], format: Format): boolean {
  const wanted = new Set(names);
  if (wanted.size === 0) return true;
  const given = isRecord(example) ? example : {};
  if (format === 'NAMED') {
    const named = Array.isArray(given[`${key}_named_params`]) ? (given[`${key}_named_params`] as unknown[]) : [];
    const known = new Map(named.filter(isRecord).map((each) => [toText(each.param_name), toText(each.example)]));
    return [...wanted].every((name) => (known.get(name) ?? '') !== '');
  }
  const list = Array.isArray(given[key]) ? (given[key] as unknown[]) : [];
  const values = Array.isArray(list[0]) ? (list[0] as unknown[]) : list;
  return values.length === wanted.size && values.every((value) => toText(value) !== '');
}
