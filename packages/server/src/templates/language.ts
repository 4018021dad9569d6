export const toLanguage = (code: string): string => code.replaceAll('-', '_');
