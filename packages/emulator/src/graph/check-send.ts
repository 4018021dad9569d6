import { tierLimits } from '../rules/tier.ts';
import { hasOpenWindow } from '../world.ts';
import type { Refusal } from './answer.ts';
import { makeMediaCheck } from './check-media.ts';
import { checkMessage } from './check-message.ts';
import { firstProblem } from './check-text.ts';
import { toPricing } from './pricing.ts';
import { type Send, type SendDeps, toWho } from './send.ts';
import { parseWish } from './sentinels.ts';

/** Why a send is refused in the answer, or null: first who sends, then the shape, then the rules. */
export function findRefusal(deps: SendDeps, send: Send): Refusal | null {
  const wish = parseWish(send.type, send.params, send.address.value);
  if (wish?.how === 'error') return { code: wish.code };
  return firstProblem([
    () => checkSender(deps, send),
    () => checkShape(deps, send),
    () => checkSelf(deps, send),
    () => checkWindow(deps, send),
    () => checkConsent(send),
    () => checkPayment(deps, send),
    () => checkTier(deps, send),
    () => checkRates(deps, send),
  ]);
}

function checkSender({ world, clock }: SendDeps, { numberId }: Send): Refusal | null {
  const state = world.numberStates.get(numberId);
  if (world.account.locked) return { code: 131031 };
  if (state?.registered === false) return { code: 133010 };
  return (state?.maintenanceUntil ?? 0) > clock.now() ? { code: 131057 } : null;
}

function checkShape({ world, clock }: SendDeps, send: Send): Refusal | null {
  const now = clock.now();
  return checkMessage(send.type, send.params, {
    toBsuid: send.address.by === 'bsuid',
    now,
    checkMedia: makeMediaCheck(world, { numberId: send.numberId, now }),
    findTemplate: (name, language) => world.templates.find(name, language),
  });
}

const checkSelf = ({ world }: SendDeps, send: Send): Refusal | null =>
  world.numbers.get(send.numberId)?.displayPhoneNumber === send.address.value ? { code: 131021 } : null;

export const isInWindow = ({ world, clock }: SendDeps, send: Send): boolean =>
  hasOpenWindow(world, { numberId: send.numberId, personId: send.person?.id ?? '' }, clock.now());

/** Only templates may open a conversation. A stranger is refused later, as undeliverable. */
function checkWindow(deps: SendDeps, send: Send): Refusal | null {
  if (!deps.rules.window || send.type === 'template' || send.person === undefined) return null;
  return isInWindow(deps, send) ? null : { code: 131047 };
}

const checkConsent = ({ template, person }: Send): Refusal | null =>
  template?.category === 'MARKETING' && person?.stoppedMarketing === true ? { code: 131050 } : null;

/** Without a payment method only what is free goes out. */
const checkPayment = (deps: SendDeps, send: Send): Refusal | null =>
  deps.world.account.paymentProblem && toPricing(deps, send).billable ? { code: 131042 } : null;

/** People already counted in these 24 h, and those who wrote themselves, need no room. */
function checkTier(deps: SendDeps, send: Send): Refusal | null {
  const limit = tierLimits[deps.world.account.tier];
  if (limit === Number.POSITIVE_INFINITY || isInWindow(deps, send)) return null;
  return deps.rules.tier.hasRoom(toWho(send), limit, deps.clock.now()) ? null : { code: 131048 };
}

function checkRates({ rules, clock }: SendDeps, send: Send): Refusal | null {
  const now = clock.now();
  if (rules.throughput?.take(send.numberId, now) === false) return { code: 130429 };
  return rules.pairRate?.take(send.numberId, toWho(send), now) === false ? { code: 131056 } : null;
}
