import { isDeepStrictEqual } from 'node:util';
import type { TemplateDefinition, TemplateDefinitionComponent } from '@wharf/whatsapp';

/** Words that Meta writes in capitals and callers as they like. */
const WORDS: ReadonlySet<string> = new Set(['type', 'format', 'otp_type', 'flow_action']);
/** Meta answers the examples of media as links that are signed anew at every reading. */
const LEFT_OUT: ReadonlySet<string> = new Set(['example']);

function toComparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toComparable);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key, part]) => !LEFT_OUT.has(key) && part !== null && part !== undefined);
  return Object.fromEntries(
    kept.map(([key, part]) => [
      key,
      WORDS.has(key) && typeof part === 'string' ? part.toUpperCase() : toComparable(part),
    ]),
  );
}

/** Whether two lists of components say the same to the person who gets the message. */
export const isSameContent = (a: readonly object[], b: readonly object[]): boolean =>
  isDeepStrictEqual(toComparable(a), toComparable(b));

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
