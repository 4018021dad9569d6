/** The variables of a template text: `{{1}}` or `{{first_name}}`. */
const VARIABLE = /\{\{([^{}]*)\}\}/g;

const POSITION = /^[1-9]\d{0,2}$/;
const NAME = /^[a-z0-9_]+$/;

/** What stands between the braces, each once, in order of appearance. */
export function variablesOf(text: string): string[] {
  return [...new Set(text.matchAll(VARIABLE).map(([, inner = '']) => inner.trim()))];
}

export const isPosition = (variable: string): boolean => POSITION.test(variable);
export const isName = (variable: string): boolean => NAME.test(variable) && !isPosition(variable);

/** Braces that belong to no variable: Meta reads them as a broken one. */
export function hasLooseBraces(text: string): boolean {
  return /\{\{|\}\}/.test(text.replace(VARIABLE, ''));
}

/** Puts values in; a variable without one stays as it is. */
export function fill(text: string, valueOf: (variable: string) => string | undefined): string {
  return text.replace(VARIABLE, (whole, inner: string) => valueOf(inner.trim()) ?? whole);
}

/**
 * Words beside the variables. By `Intl.Segmenter`, since Chinese, Japanese and Thai write no spaces; or by spaces when
 * that finds more (`e-mail/SMS`), so that neither way of counting refuses what the other would pass.
 */
export function countWords(text: string): number {
  const plain = text.replace(VARIABLE, ' ');
  const spaced = plain.split(/\s+/).filter((part) => /[\p{L}\p{N}]/u.test(part)).length;
  const segments = new Intl.Segmenter('en', { granularity: 'word' }).segment(plain);
  return Math.max(spaced, [...segments].filter((each) => each.isWordLike === true).length);
}
