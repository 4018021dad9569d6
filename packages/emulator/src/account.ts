import type {
  AccountChange,
  AccountState,
  Clock,
  EmulatedNumber,
  MessagingTier,
  NumberChange,
  NumberState,
} from './contract.ts';
import type { Done } from './customer.ts';
import type { EventUpdate } from './webhooks/update.ts';
import type { World } from './world.ts';

/** What Meta decides about numbers and the account, on command; each change leaves as its webhook where Meta has one. */
export interface AccountDesk {
  changeNumber(numberId: string, change: NumberChange): Done<NumberState>;
  /** A minute of maintenance, then 1,000 messages per second and the webhook. */
  upgradeThroughput(numberId: string): Done<NumberState>;
  changeAccount(change: AccountChange): AccountState;
}

export interface AccountDeps {
  readonly world: World;
  readonly clock: Clock;
  readonly emit: (update: EventUpdate) => void;
  /** Something is to be kept. */
  readonly touch: () => void;
}

/** The limit of numbers that the WhatsApp Business app uses too. */
const coexistenceRate = 20;
const upgradedRate = 1_000;
const upgradeMs = 60_000;

export const toNumberState = (number: EmulatedNumber, messagesPerSecond: number): NumberState => ({
  messagesPerSecond: number.messagesPerSecond ?? messagesPerSecond,
  isOnBizApp: number.isOnBizApp ?? false,
  registered: true,
  quality: 'GREEN',
  maintenanceUntil: 0,
});

/** The limit that counts. */
export const toRate = ({ isOnBizApp, messagesPerSecond }: NumberState): number =>
  isOnBizApp ? coexistenceRate : messagesPerSecond;

export function makeAccountDesk(deps: AccountDeps): AccountDesk {
  const { world, clock } = deps;
  const changeNumber = (numberId: string, change: NumberChange): Done<NumberState> => {
    const before = world.numberStates.get(numberId);
    if (before === undefined) return { ok: false, error: 'There is no such number.' };
    const { maintenanceMs, ...rest } = change;
    const maintenance = maintenanceMs === undefined ? {} : { maintenanceUntil: clock.now() + maintenanceMs };
    const value = { ...before, ...rest, ...maintenance };
    world.numberStates.set(numberId, value);
    deps.touch();
    return { ok: true, value };
  };
  return {
    changeNumber,
    upgradeThroughput(numberId) {
      const begun = changeNumber(numberId, { maintenanceMs: upgradeMs });
      if (begun.ok)
        clock.after(upgradeMs, () => {
          changeNumber(numberId, { messagesPerSecond: upgradedRate });
          deps.emit(toUpgrade(world, numberId, clock.now()));
        });
      return begun;
    },
    changeAccount(change) {
      const before = { ...world.account };
      Object.assign(world.account, change);
      deps.touch();
      const at = clock.now();
      if (before.tier !== world.account.tier) deps.emit(toCapability(world.account.tier, at));
      if (before.locked !== world.account.locked) deps.emit(toBan(world.account.locked, at));
      return { ...world.account };
    },
  };
}

function toUpgrade(world: World, numberId: string, at: number): EventUpdate {
  const body = {
    display_phone_number: world.numbers.get(numberId)?.displayPhoneNumber,
    event: 'THROUGHPUT_UPGRADE',
    old_limit: world.account.tier,
    max_daily_conversations_per_business: world.account.tier,
  };
  return { kind: 'event', field: 'phone_number_quality_update', body, at };
}

function toCapability(tier: MessagingTier, at: number): EventUpdate {
  const numbers = tier === 'TIER_250' ? { max_phone_numbers_per_business: 2 } : { max_phone_numbers_per_waba: 25 };
  const body = { max_daily_conversations_per_business: tier, ...numbers };
  return { kind: 'event', field: 'business_capability_update', body, at };
}

function toBan(locked: boolean, at: number): EventUpdate {
  const date = new Date(at).toLocaleDateString('en-US', {
    timeZone: 'UTC',
    year: 'numeric',
    month: 'long',
    day: 'numeric',
  });
  const body = {
    event: 'DISABLED_UPDATE',
    ban_info: { waba_ban_state: locked ? 'DISABLE' : 'REINSTATE', waba_ban_date: date },
  };
  return { kind: 'event', field: 'account_update', body, at };
}
