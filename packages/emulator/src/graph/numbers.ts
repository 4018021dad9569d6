import { type AccountDesk, toRate } from '../account.ts';
import type { Clock, EmulatedNumber } from '../contract.ts';
import { findChallengeProblem, type Callbacks } from '../webhooks/callbacks.ts';
import { isRecord } from '../json.ts';
import type { World } from '../world.ts';
import { badParam, type GraphAnswer, ok, refused, success, unknownNode } from './answer.ts';
import { type Params, pickFields, textOf } from './params.ts';
import type { GraphCall, Route } from './route.ts';
import { toAnalytics } from './analytics.ts';
import { toHealth } from './health.ts';
import { toPage } from './page.ts';

export interface NumberDeps {
  readonly world: World;
  readonly callbacks: Callbacks;
  readonly clock: Clock;
  readonly account: AccountDesk;
  /** Business profiles by number, kept until the program ends. */
  readonly profiles: Map<string, Params>;
  readonly newChallenge: () => string;
}

const defaultFields = [
  'verified_name',
  'code_verification_status',
  'display_phone_number',
  'quality_rating',
  'platform_type',
  'throughput',
  'last_onboarded_time',
  'id',
];
const profileFields = ['about', 'address', 'description', 'email', 'profile_picture_url', 'websites', 'vertical'];

export const numberRoutes = (deps: NumberDeps): readonly Route[] => [
  { method: 'GET', path: '{waba}/phone_numbers', run: (call) => listNumbers(deps, call) },
  { method: 'GET', path: '{phone}', run: (call) => describeNumber(deps, call) },
  { method: 'POST', path: '{phone}', run: (call) => changeNumber(deps, call) },
  { method: 'POST', path: '{phone}/register', run: ({ nodeId }) => setRegistered(deps, nodeId, true) },
  { method: 'POST', path: '{phone}/deregister', run: ({ nodeId }) => setRegistered(deps, nodeId, false) },
  { method: 'GET', path: '{phone}/whatsapp_business_profile', run: (call) => readProfile(deps, call) },
  { method: 'POST', path: '{phone}/whatsapp_business_profile', run: (call) => writeProfile(deps, call) },
  { method: 'GET', path: '{waba}', run: (call) => describeAccount(deps, call) },
];

function listNumbers(deps: NumberDeps, { params }: GraphCall): GraphAnswer {
  const nodes = [...deps.world.numbers.values()].map((number) =>
    pickFields(toNode(deps, number), params, defaultFields),
  );
  return ok(toPage(nodes, params));
}

function describeNumber(deps: NumberDeps, call: GraphCall): GraphAnswer {
  const number = deps.world.numbers.get(call.nodeId);
  if (number === undefined) return refused(unknownNode(call.nodeId, call.method));
  return ok(pickFields(toNode(deps, number), call.params, defaultFields));
}

function toNode(deps: NumberDeps, number: EmulatedNumber): Params {
  const { callbacks, world } = deps;
  const state = world.numberStates.get(number.id);
  const rate = state === undefined ? 0 : toRate(state);
  return {
    id: number.id,
    display_phone_number: `+${number.displayPhoneNumber}`,
    verified_name: number.verifiedName,
    quality_rating: state?.quality ?? 'UNKNOWN',
    code_verification_status: 'VERIFIED',
    name_status: 'APPROVED',
    new_name_status: 'NONE',
    status: toStatus(world, state?.registered === true),
    platform_type: 'CLOUD_API',
    throughput: { level: rate > 80 ? 'HIGH' : 'STANDARD' },
    whatsapp_business_manager_messaging_limit: world.account.tier,
    health_status: toHealth(world, number.id, deps.clock.now()),
    is_official_business_account: false,
    is_on_biz_app: state?.isOnBizApp === true,
    last_onboarded_time: '2026-06-01T09:00:00+0000',
    webhook_configuration: {
      ...(callbacks.app === null ? {} : { application: callbacks.app }),
      ...(callbacks.waba === null ? {} : { whatsapp_business_account: callbacks.waba }),
      ...(callbacks.numbers.has(number.id) ? { phone_number: callbacks.numbers.get(number.id) } : {}),
    },
  };
}

function toStatus({ account }: World, registered: boolean): string {
  if (account.locked) return 'BANNED';
  return registered ? 'CONNECTED' : 'DISCONNECTED';
}

function setRegistered(deps: NumberDeps, numberId: string, registered: boolean): GraphAnswer {
  deps.account.changeNumber(numberId, { registered });
  return success;
}

/** Webhook override of one number, or the two-step PIN. */
async function changeNumber(deps: NumberDeps, { nodeId, params }: GraphCall): Promise<GraphAnswer> {
  const config = params.webhook_configuration;
  if (!isRecord(config))
    return textOf(params, 'pin') === undefined
      ? refused(badParam('The parameter webhook_configuration is required.'))
      : success;
  const uri = textOf(config, 'override_callback_uri');
  if (uri === undefined) {
    deps.callbacks.numbers.delete(nodeId);
    return success;
  }
  const problem = await findChallengeProblem(uri, textOf(config, 'verify_token') ?? '', deps.newChallenge());
  if (problem !== null) return refused(toChallengeRefusal(problem));
  deps.callbacks.numbers.set(nodeId, uri);
  return success;
}

export const toChallengeRefusal = (problem: string): { code: number; message: string; details: string } => ({
  code: 2200,
  message: `(#2200) Callback verification failed with the following errors: ${problem}`,
  details: problem,
});

function readProfile(deps: NumberDeps, { nodeId, params }: GraphCall): GraphAnswer {
  const profile = { vertical: 'OTHER', ...deps.profiles.get(nodeId) };
  const picked = pickFields(profile, params, profileFields);
  return ok({ data: [{ ...picked, messaging_product: 'whatsapp' }] });
}

const profileLimits: Readonly<Record<string, number>> = { about: 139, address: 256, description: 512, email: 128 };

function writeProfile(deps: NumberDeps, { nodeId, params }: GraphCall): GraphAnswer {
  if (params.messaging_product !== 'whatsapp') return refused(badParam('The parameter messaging_product is required.'));
  for (const [key, max] of Object.entries(profileLimits)) {
    if ((textOf(params, key)?.length ?? 0) > max)
      return refused(badParam(`Param ${key} must be at most ${max} characters long.`));
  }
  if (Array.isArray(params.websites) && params.websites.length > 2)
    return refused(badParam('Param websites must have at most 2 elements.'));
  const kept = Object.fromEntries(
    profileFields.filter((key) => params[key] !== undefined).map((key) => [key, params[key]]),
  );
  deps.profiles.set(nodeId, { ...deps.profiles.get(nodeId), ...kept });
  return success;
}

const accountFields = ['id', 'name', 'timezone_id', 'message_template_namespace'];

function describeAccount(deps: NumberDeps, { params }: GraphCall): GraphAnswer {
  const account = {
    id: deps.world.wabaId,
    name: 'Emulated business account',
    currency: 'USD',
    timezone_id: '1',
    message_template_namespace: 'e5f1a3b0_7c44_4c0e_9a39_0f3a6d1b2c77',
    account_review_status: deps.world.account.locked ? 'REJECTED' : 'APPROVED',
    business_verification_status: 'verified',
    country: 'US',
    ownership_type: 'SELF',
    primary_funding_id: deps.world.account.paymentProblem ? '0' : `${deps.world.wabaId}9`,
    marketing_messages_onboarding_status: 'NOT_ELIGIBLE',
    health_status: toHealth(deps.world, null, deps.clock.now()),
  };
  return ok(pickFields({ ...account, ...toAnalytics(deps.world, params) }, params, accountFields));
}
