/** What a message is for; consent and rules go by it. */
export type Purpose = 'marketing' | 'utility' | 'authentication' | 'service';

/** What a workspace wants of the policy beyond Meta's own rules. */
export interface PolicySettings {
  /** Purposes for which a person must have agreed; for the others it is enough not to have objected. */
  readonly requireOptIn: readonly Purpose[];
  /** Local times at which messages of these purposes wait; null: none. */
  readonly quietHours: {
    readonly purposes: readonly Purpose[];
    /** `HH:mm`, the first quiet minute. */
    readonly from: string;
    /** `HH:mm`, the first minute that is not quiet any more. */
    readonly to: string;
    /** For people of whom nothing is known. */
    readonly defaultZone: string;
  } | null;
  /** Marketing messages that a person may get in so many hours; null: as many as Meta lets through. */
  readonly frequency: { readonly cap: number; readonly hours: number } | null;
  /** Ids of country rules that do not hold. */
  readonly countryRulesOff: readonly string[];
  /** What is sent again when an answer was lost and no status came within the grace time. The rest is given up, visibly. */
  readonly resendLost: readonly Purpose[];
}

/** A person's reply may be doubled sooner than left out; anything that costs money or patience may not. */
export const DEFAULT_POLICY: PolicySettings = {
  requireOptIn: [],
  quietHours: null,
  frequency: null,
  countryRulesOff: [],
  resendLost: ['service'],
};
