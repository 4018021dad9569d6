import { isObject } from '../outbound/check/rules.ts';
import type { Report, Untrusted } from '../outbound/check/rules.ts';
import { wordOf } from './shape.ts';

/** What the rules of one part must know of the whole. */
export interface DefinitionContext {
  readonly category: string;
  readonly isNamed: boolean;
  readonly hasOffer: boolean;
  /** Inside a card of a carousel, where bodies are shorter and buttons fewer. */
  readonly inCard: boolean;
}

/** Where a rule stands, what it knows and whom it tells. */
export interface Spot {
  readonly at: string;
  readonly context: DefinitionContext;
  readonly report: Report;
}

export function toContext(definition: Untrusted): DefinitionContext {
  const components = Array.isArray(definition['components']) ? definition['components'].filter(isObject) : [];
  return {
    category: wordOf(definition['category']),
    isNamed: wordOf(definition['parameter_format']) === 'named',
    hasOffer: components.some((each) => wordOf(each['type']) === 'limited_time_offer'),
    inCard: false,
  };
}
