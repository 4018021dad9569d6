import type { Refusal } from './sending.ts';

type Purpose = 'marketing' | 'utility' | 'authentication' | 'service';
type State = 'in' | 'out' | 'unknown';
type Source = 'keyword' | 'meta_preference' | 'api' | 'import' | 'signup' | 'handler';

/** What a caller reports that a person said: exactly one of `contactId`, `to` and `recipient` names them. */
export interface ConsentReport {
  readonly contactId?: string | undefined;
  readonly to?: string | undefined;
  readonly recipient?: string | undefined;
  readonly channelId?: string | undefined;
  readonly purposes: readonly Purpose[];
  readonly state: State;
  readonly at?: string | undefined;
  readonly source: 'api' | 'import' | 'signup';
  readonly text?: string | undefined;
  readonly language?: string | undefined;
}

export interface Consent {
  readonly purpose: Purpose;
  readonly state: State;
  readonly at: Date;
  readonly source: Source;
}

export type Reported =
  | { readonly ok: true; readonly contactId: string; readonly consents: readonly Consent[] }
  | { readonly ok: false; readonly problem: Refusal };

export interface ListedConsent extends Consent {
  readonly contactId: string;
  readonly mergedInto: string | null;
}

export interface ListedEvidence {
  readonly id: number;
  readonly contactId: string;
  readonly purpose: Purpose;
  readonly state: State | 'resume';
  readonly at: Date;
  readonly source: Source;
  readonly text: string | null;
  readonly language: string | null;
  readonly eventId: string | null;
  readonly keyId: string | null;
  readonly channelId: string | null;
  readonly conversationId: string | null;
  readonly recordedAt: Date;
}

export interface FoundContact {
  readonly id: string;
  readonly kind: 'person' | 'group';
  readonly name: string | null;
  readonly givenName: string | null;
  readonly timeZone: string | null;
  readonly revision: number;
  readonly createdAt: Date;
  readonly identities: readonly { readonly kind: string; readonly value: string }[];
  readonly place: {
    readonly country: string | null;
    readonly zones: readonly string[];
    readonly from: 'contact' | 'phone' | 'bsuid' | null;
  };
  readonly consents: readonly Consent[];
}

export interface ContactEdit {
  readonly workspaceId: string;
  readonly id: string;
  /** Null: whatever it is now. */
  readonly revision: number | null;
  readonly timeZone?: string | null | undefined;
  readonly givenName?: string | null | undefined;
}

/** People and what they agreed to. */
export interface PeoplePort {
  /** One result per report, in order; what is refused leaves the others alone. */
  report(
    from: { readonly workspaceId: string; readonly keyId: string },
    reports: readonly ConsentReport[],
  ): Promise<readonly Reported[]>;
  listConsents(
    workspaceId: string,
    query: {
      readonly filter: { contactId?: string | undefined; purpose?: Purpose | undefined; state?: State | undefined };
      readonly after: readonly [contactId: string, purpose: string] | undefined;
      readonly limit: number;
    },
  ): Promise<readonly ListedConsent[]>;
  /** All that a person said, also as contacts that were merged; the latest learned first. */
  listEvidence(
    workspaceId: string,
    query: { readonly contactId: string; readonly below: number | undefined; readonly limit: number },
  ): Promise<readonly ListedEvidence[]>;
  /** Of merged contacts the one that was kept; null: there is none. */
  findContact(workspaceId: string, id: string): Promise<FoundContact | null>;
  isTimeZone(text: string): boolean;
  edit(edit: ContactEdit): Promise<FoundContact | 'changed' | null>;
}
