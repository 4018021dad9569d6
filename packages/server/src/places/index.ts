/**
 * Where a person is and what follows from it. Comes in: phone numbers, user ids, zones, settings, a time. Goes out:
 * country, possible time zones, whether it is quiet there, instants, what WhatsApp does in that country. Pure: never
 * reads a clock or a table, never sends.
 */
export { type CountryQuestion, type CountryVerdict, decideCountry } from './country.ts';
export { COUNTRY_RULES, type CountryRule } from './country-rules.ts';
export { type Instant, toInstant } from './instant.ts';
export { isTimeZone } from './offset.ts';
export { type Place, placeOf, type Whereabouts } from './place.ts';
export { decideQuiet, parseQuietHours, type Quiet, type QuietHours } from './quiet.ts';
