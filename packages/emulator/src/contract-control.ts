/** What a program decides in the place of Meta and of people. */

export type MessagingTier = 'TIER_250' | 'TIER_2K' | 'TIER_10K' | 'TIER_100K' | 'TIER_UNLIMITED';
export type NumberQuality = 'GREEN' | 'YELLOW' | 'RED' | 'UNKNOWN';

/** The state of one business number. */
export interface NumberState {
  /** Both ways together. Numbers in the WhatsApp Business app (coexistence) have 20, whatever stands here. */
  readonly messagesPerSecond: number;
  readonly isOnBizApp: boolean;
  /** False: sends are refused with 133010. */
  readonly registered: boolean;
  readonly quality: NumberQuality;
  /** Unix milliseconds; until then sends are refused with 131057. 0 when it is over. */
  readonly maintenanceUntil: number;
}

export interface NumberChange {
  messagesPerSecond?: number;
  isOnBizApp?: boolean;
  registered?: boolean;
  quality?: NumberQuality;
  /** Begins maintenance of this length. */
  maintenanceMs?: number;
}

/** The state of the business account. */
export interface AccountState {
  /** Different people written to outside their service window in rolling 24 h, all numbers together; beyond: 131048. */
  readonly tier: MessagingTier;
  /** `expired` and `revoked`: every call is refused with 190. */
  readonly token: 'valid' | 'expired' | 'revoked';
  /** Sends are refused with 131031. */
  readonly locked: boolean;
  /** Sends that cost are refused with 131042. */
  readonly paymentProblem: boolean;
}

export type AccountChange = Partial<AccountState>;

/** What a person does, or what happens to their phone. */
export interface PersonChange {
  online?: boolean;
  readReceipts?: boolean;
  /** Stops or resumes marketing messages: a `user_preferences` webhook; while stopped, marketing templates: 131050. */
  marketing?: 'stop' | 'resume';
  /** The business number whose chat the choice is made in. Default the first. */
  numberId?: string;
  /** Blocks the business: what is sent fails later with 131026. */
  blocked?: boolean;
  /** Not on WhatsApp, or on a client too old: fails later with 131026. */
  unreachable?: boolean;
  /** Marketing templates this person gets in 24 h outside the service window; the next fail later with 131049. Null: no cap. */
  marketingCap?: number | null;
}
