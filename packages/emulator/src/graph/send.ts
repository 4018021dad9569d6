import type { Clock, PhonePerson } from '../contract.ts';
import type { FetchLink } from '../fetch-link.ts';
import type { Ids } from '../ids.ts';
import type { LedgerBook } from '../ledger.ts';
import type { Pending } from '../pending.ts';
import type { MarketingCap } from '../rules/marketing-cap.ts';
import type { PairRate } from '../rules/pair-rate.ts';
import type { Throughput } from '../rules/throughput.ts';
import type { TierWindow } from '../rules/tier.ts';
import type { Statuses } from '../statuses.ts';
import type { Template } from '../templates/template.ts';
import type { Address, World } from '../world.ts';
import type { Params } from './params.ts';

/** What a send passes through. */
export interface SendDeps {
  readonly world: World;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly statuses: Statuses;
  readonly ledger: LedgerBook;
  /** Work that is not over yet. */
  readonly calls: Pending;
  readonly fetchLink: FetchLink;
  readonly rules: {
    readonly window: boolean;
    readonly pairRate: PairRate | null;
    readonly throughput: Throughput | null;
    readonly tier: TierWindow;
    readonly marketingCap: MarketingCap;
  };
}

/** One send on its way through the checks. */
export interface Send {
  readonly numberId: string;
  readonly type: string;
  readonly params: Params;
  readonly address: Address;
  readonly input: string;
  readonly person: PhonePerson | undefined;
  /** Of a template send, when it is there. */
  readonly template: Template | undefined;
}

/** Whom limits count: a person, or the address of nobody. */
export const toWho = (send: Send): string => send.person?.id ?? send.address.value;
