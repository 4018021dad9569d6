import { COUNTRY_RULES, type CountryRule } from './country-rules.ts';
import type { Place } from './place.ts';

export interface CountryQuestion {
  readonly category: Exclude<CountryRule['category'], 'all'>;
  /** Ids of rules that the settings switch off. */
  readonly off?: ReadonlySet<string>;
  /** Default: the rules this version knows. */
  readonly rules?: readonly CountryRule[];
}

export type CountryVerdict =
  | { readonly ok: true; readonly notes: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly rule: string };

const isAbout = (rule: CountryRule, country: string, { category, off }: CountryQuestion): boolean =>
  rule.country === country && (rule.category === 'all' || rule.category === category) && !off?.has(rule.id);

const since = (rule: CountryRule): string => (rule.since ? ` since ${rule.since}` : '');

/**
 * Does WhatsApp deliver this kind of message in this person's country? A country known only from a user id denies
 * nothing, since the rules go by the number: it becomes a note.
 */
export function decideCountry(place: Place, question: CountryQuestion): CountryVerdict {
  const { country } = place;
  if (country === null) return { ok: true, notes: [] };
  const found = (question.rules ?? COUNTRY_RULES).filter((rule) => isAbout(rule, country, question));
  const denied = found.find((rule) => rule.effect === 'deny' && place.countryFrom === 'phone');
  if (denied) {
    const reason = `${denied.reason}${since(denied)}. Reach this person another way, or switch the rule ${denied.id} off in the settings if that has changed`;
    return { ok: false, reason, rule: denied.id };
  }
  return {
    ok: true,
    notes: found.map((rule) =>
      rule.effect === 'deny'
        ? `${rule.reason}${since(rule)}, and the user id says ${country}: it may fail`
        : rule.reason,
    ),
  };
}
