import type { TemplateDefinition, TemplateDefinitionComponent } from '@wharf/whatsapp';

/** Words that Meta writes in capitals and callers as they like. */
const WORDS: ReadonlySet<string> = new Set(['type', 'format', 'otp_type', 'flow_action']);
/** Meta answers the examples of media as links that are signed anew at every reading. */
const LEFT_OUT: ReadonlySet<string> = new Set(['example']);

type Json = Readonly<Record<string, unknown>>;

const keysOf = (value: Json): string[] =>
  Object.keys(value).filter((key) => !LEFT_OUT.has(key) && value[key] !== null && value[key] !== undefined);

/** Without copies: 6,000 templates are compared in the worker's thread. */
function isSame(a: unknown, b: unknown, key = ''): boolean {
  if (a === b) return true;
  if (typeof a === 'string' && typeof b === 'string') return WORDS.has(key) && a.toUpperCase() === b.toUpperCase();
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((part, n) => isSame(part, b[n]));
  }
  const keys = keysOf(a as Json);
  return (
    keys.length === keysOf(b as Json).length &&
    keys.every((one) => Object.hasOwn(b, one) && isSame((a as Json)[one], (b as Json)[one], one))
  );
}

/** Whether two lists of components say the same to the person who gets the message. */
export const isSameContent = (a: readonly object[], b: readonly object[]): boolean => isSame(a, b);

/** The columns that a definition is made of. */
export interface StoredContent {
  readonly name: string;
  readonly language: string;
  readonly category: string | null;
  readonly components: readonly object[] | null;
  readonly parameterFormat: string | null;
  readonly ttlSeconds: number | null;
}

const isComponent = (value: object): value is TemplateDefinitionComponent =>
  'type' in value && typeof value.type === 'string';

/** The definition that makes this template; null while its components have not been read. */
export function toDefinition(stored: StoredContent): TemplateDefinition | null {
  const { name, language, category, components, parameterFormat, ttlSeconds } = stored;
  if (components === null) return null;
  return {
    name,
    language,
    category: category ?? '',
    ...(parameterFormat === null ? {} : { parameter_format: parameterFormat }),
    components: components.filter(isComponent),
    ...(ttlSeconds === null ? {} : { message_send_ttl_seconds: ttlSeconds }),
  };
}
