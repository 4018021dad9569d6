/**
 * Indents JSON text without reading its values: numbers above 2^53, escapes and repeated keys stay as they came,
 * where `JSON.parse` would change them. Text that is not JSON, or is nested too deep to read, comes back as it is.
 */
export function indentJson(text: string): string {
  return isJson(text) ? TOKENS[Symbol.replace](text, makeIndenter()).trimStart() : text;
}

const MAX_DEPTH = 100;
/** Strings whole, brackets, separators, blanks. Anything else (numbers, literals) is left where it stands. */
const TOKENS = /"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|\s+/g;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function makeIndenter(): (token: string) => string {
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(Math.min(depth, MAX_DEPTH))}`;
  return (token) => {
    const first = token[0];
    if (token.length > 1 && (first === '{' || first === '[')) return first === '{' ? '{}' : '[]';
    switch (token) {
      case '{':
      case '[':
        depth += 1;
        return token + line();
      case '}':
      case ']':
        depth -= 1;
        return line() + token;
      case ',':
        return token + line();
      case ':':
        return ': ';
      default:
        return token.trim() === '' ? '' : token;
    }
  };
}
