type Purpose = 'marketing' | 'utility' | 'authentication' | 'service';

/** What a workspace wants of the policy beyond Meta's own rules. */
export interface Policy {
  readonly requireOptIn: readonly Purpose[];
  readonly quietHours: {
    readonly purposes: readonly Purpose[];
    readonly from: string;
    readonly to: string;
    readonly defaultZone: string;
  } | null;
  readonly frequency: { readonly cap: number; readonly hours: number } | null;
  readonly countryRulesOff: readonly string[];
  readonly resendLost: readonly Purpose[];
}

/** One thing WhatsApp does differently for people of a country. */
export interface CountryRuleView {
  readonly id: string;
  readonly country: string;
  readonly category: string;
  readonly effect: 'deny' | 'note';
  readonly reason: string;
  readonly since: string | null;
  readonly source: string;
}

export interface PolicyPort {
  readonly countryRules: readonly CountryRuleView[];
  isTimeZone(name: string): boolean;
  read(workspaceId: string): Promise<{ readonly value: Policy; readonly version: number }>;
  /** Null: they are not of this version any more. Without a version whatever is there is replaced. */
  write(
    workspaceId: string,
    value: Policy,
    version: number | null,
  ): Promise<{ readonly value: Policy; readonly version: number } | null>;
}
