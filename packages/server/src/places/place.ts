import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { findAreaZones } from './area-zones.ts';
import { isTimeZone } from './offset.ts';
import { zonesOf } from './zones.ts';

/** Where a person is, as far as it can be told. */
export interface Place {
  /** ISO 3166, or null. */
  readonly country: string | null;
  readonly countryFrom: 'phone' | 'bsuid' | null;
  /** All zones the person may be in, the most populous first, one for each clock; empty = unknown. */
  readonly zones: readonly string[];
  /** What the zones come from. A BSUID's country is a hint: Meta does not promise that the phone is of that country. */
  readonly from: 'contact' | 'phone' | 'bsuid' | null;
}

export interface Whereabouts {
  /** Digits, with or without `+`. */
  readonly phone?: string | null | undefined;
  readonly bsuid?: string | null | undefined;
  /** The contact's own zone: it wins. One that is no zone counts as none. */
  readonly timeZone?: string | null | undefined;
}

const NOWHERE: Place = { country: null, countryFrom: null, zones: [], from: null };

function placeOfPhone(phone: string): Place | null {
  // Nothing but digits: there is no number to be found in a text first.
  const parsed = parsePhoneNumberFromString(`+${phone.replace(/\D/g, '')}`, { extract: false });
  if (!parsed?.country) return null;
  const { country, nationalNumber } = parsed;
  const zones = findAreaZones(country, nationalNumber) ?? zonesOf(country);
  return { country, countryFrom: 'phone', zones, from: 'phone' };
}

function placeOfBsuid(bsuid: string): Place | null {
  const country = /^([A-Z]{2})\./.exec(bsuid)?.[1];
  const zones = country ? zonesOf(country) : [];
  return country && zones.length > 0 ? { country, countryFrom: 'bsuid', zones, from: 'bsuid' } : null;
}

/** The country and possible time zones of a person. The three sources may disagree: a zone is the contact's word, a country the phone's. */
export function placeOf({ phone, bsuid, timeZone }: Whereabouts): Place {
  const place = (phone ? placeOfPhone(phone) : null) ?? (bsuid ? placeOfBsuid(bsuid) : null) ?? NOWHERE;
  return timeZone && isTimeZone(timeZone) ? { ...place, zones: [timeZone], from: 'contact' } : place;
}
