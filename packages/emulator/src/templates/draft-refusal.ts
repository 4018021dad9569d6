import { badParam, type Refusal } from '../graph/answer.ts';

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/**
 * Why a template cannot be created. Meta answers code 100 and puts the number of the rule into `error_subcode`, with
 * a title and a sentence for people.
 */
export const broken = (subcode: number, title: string, sentence: string): Refusal => ({
  code: 100,
  subcode,
  message: 'Invalid parameter',
  details: sentence,
  userTitle: title,
  userMessage: sentence,
});

export const tooLong = (what: string, max: number): Refusal =>
  broken(2388040, 'Character Limit Exceeded', `${what} can have at most ${max} characters.`);
export const wrongHeader = (sentence: string): Refusal => broken(2388047, 'Header Format Is Incorrect', sentence);
export const wrongBody = (sentence: string): Refusal => broken(2388072, 'Body Format Is Incorrect', sentence);
export const wrongFooter = (sentence: string): Refusal => broken(2388073, 'Footer Format Is Incorrect', sentence);
export const noExample = (what: string): Refusal =>
  broken(2388043, 'Missing Sample', `${what} needs one example for each variable or file.`);

export const notOneOf = (name: string, known: readonly string[], given: unknown): Refusal =>
  badParam(`Param ${name} must be one of {${known.join(', ')}} - got "${typeof given === 'string' ? given : ''}".`);
