/**
 * Meta's way to write a language: ISO 639 in lower case, then `_` and the region in capitals (`en_US`, `zh_HK`) or
 * nothing (`id`). Anything that is not a language code comes back as it is, for the check to refuse.
 *
 * @example toLanguageCode('EN-us') // 'en_US'
 */
export function toLanguageCode(code: string): string {
  const parts = /^([A-Za-z]{2,3})(?:[-_]([A-Za-z0-9]{2,4}))?$/.exec(code.trim());
  if (parts === null) return code;
  const [, language = '', region] = parts;
  return region === undefined ? language.toLowerCase() : `${language.toLowerCase()}_${region.toUpperCase()}`;
}

/** Whether two codes mean the same variant of a template. */
export function isSameLanguage(a: string, b: string): boolean {
  return toLanguageCode(a) === toLanguageCode(b);
}
