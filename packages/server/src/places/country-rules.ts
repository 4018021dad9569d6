/** One thing WhatsApp does differently for people of a country. */
export interface CountryRule {
  /** Settings switch a rule off by it. */
  readonly id: string;
  /** ISO 3166. */
  readonly country: string;
  /** `all`: every message, whatever it is. */
  readonly category: 'marketing' | 'utility' | 'authentication' | 'service' | 'all';
  readonly effect: 'deny' | 'note';
  readonly reason: string;
  /** The day it began (ISO 8601), where the source says it. */
  readonly since: string | null;
  /** Where it is written, and how old that copy was. */
  readonly source: string;
}

const PER_USER_LIMITS = 'Meta, “Per-user marketing template message limits”, updated 2026-06-17';
const TROUBLESHOOTING =
  'Meta, Cloud API “Troubleshooting”, section “Country restrictions” (copy of 2024 or later, which tells of Türkiye as of 2024-05-15): https://developers.facebook.com/docs/whatsapp/cloud-api/support/troubleshooting';

const SANCTIONED = { CU: 'Cuba', IR: 'Iran', KP: 'North Korea', SY: 'Syria' } as const;

/** Where Meta's own limit of marketing messages per person is off: the European Economic Area and three more. */
const UNCAPPED =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK GB JP KR'.split(' ');

/** What is known and can be proved; add a row, never a condition in code. */
export const COUNTRY_RULES: readonly CountryRule[] = [
  {
    id: 'us-marketing',
    country: 'US',
    category: 'marketing',
    effect: 'deny',
    reason: 'WhatsApp does not deliver marketing templates to United States numbers (+1 with a US area code)',
    since: '2025-04-01',
    source: PER_USER_LIMITS,
  },
  ...Object.entries(SANCTIONED).map(
    ([country, name]): CountryRule => ({
      id: `${country.toLowerCase()}-all`,
      country,
      category: 'all',
      effect: 'deny',
      reason: `WhatsApp does not deliver messages of businesses to people in ${name}`,
      since: null,
      source: TROUBLESHOOTING,
    }),
  ),
  {
    id: 'ua-regions',
    country: 'UA',
    category: 'all',
    effect: 'note',
    reason:
      'WhatsApp does not deliver messages of businesses to people in Crimea and the regions of Donetsk and Luhansk',
    since: null,
    source: TROUBLESHOOTING,
  },
  ...UNCAPPED.map(
    (country): CountryRule => ({
      id: `${country.toLowerCase()}-uncapped`,
      country,
      category: 'marketing',
      effect: 'note',
      reason: 'WhatsApp’s own limit of marketing messages per person is not active in this country',
      since: null,
      source: PER_USER_LIMITS,
    }),
  ),
];
