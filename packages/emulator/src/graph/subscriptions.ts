import { type Callbacks, findChallengeProblem } from '../webhooks/callbacks.ts';
import type { World } from '../world.ts';
import { badParam, type GraphAnswer, ok, refused, success } from './answer.ts';
import { toChallengeRefusal } from './numbers.ts';
import { textOf } from './params.ts';
import type { GraphCall, Route } from './route.ts';

export interface SubscriptionDeps {
  readonly world: World;
  readonly callbacks: Callbacks;
  readonly newChallenge: () => string;
  /** Destinations changed: what waited for one may go. */
  readonly onChanged: () => void;
}

export const subscriptionRoutes = (deps: SubscriptionDeps): readonly Route[] => [
  { method: 'GET', path: '{waba}/subscribed_apps', run: () => listApps(deps) },
  { method: 'POST', path: '{waba}/subscribed_apps', run: (call) => subscribe(deps, call) },
  { method: 'DELETE', path: '{waba}/subscribed_apps', run: () => unsubscribe(deps) },
  { method: 'GET', path: '{app}/subscriptions', run: () => listSubscriptions(deps) },
  { method: 'POST', path: '{app}/subscriptions', run: (call) => setCallback(deps, call) },
];

function listApps({ world, callbacks }: SubscriptionDeps): GraphAnswer {
  if (!callbacks.subscribed) return ok({ data: [] });
  const app = { id: world.appId, link: `https://www.facebook.com/games/?app_id=${world.appId}`, name: 'Emulated app' };
  const override = callbacks.waba === null ? {} : { override_callback_uri: callbacks.waba };
  return ok({ data: [{ whatsapp_business_api_data: app, ...override }] });
}

/** With an address: overrides the callback after its challenge. Without: subscribes and removes the override. */
async function subscribe(deps: SubscriptionDeps, { params }: GraphCall): Promise<GraphAnswer> {
  const uri = textOf(params, 'override_callback_uri');
  if (uri !== undefined) {
    if (uri.length > 200) return refused(badParam('Param override_callback_uri must be at most 200 characters long.'));
    const problem = await findChallengeProblem(uri, textOf(params, 'verify_token') ?? '', deps.newChallenge());
    if (problem !== null) return refused(toChallengeRefusal(problem));
  }
  deps.callbacks.waba = uri ?? null;
  deps.callbacks.subscribed = true;
  deps.onChanged();
  return success;
}

function unsubscribe({ callbacks }: SubscriptionDeps): GraphAnswer {
  callbacks.subscribed = false;
  callbacks.waba = null;
  return success;
}

function listSubscriptions({ callbacks }: SubscriptionDeps): GraphAnswer {
  if (callbacks.app === null) return ok({ data: [] });
  const fields = [{ name: 'messages', version: 'v26.0' }];
  return ok({ data: [{ object: 'whatsapp_business_account', callback_url: callbacks.app, active: true, fields }] });
}

async function setCallback(deps: SubscriptionDeps, { params }: GraphCall): Promise<GraphAnswer> {
  const url = textOf(params, 'callback_url');
  if (url === undefined) return refused(badParam('The parameter callback_url is required.'));
  const problem = await findChallengeProblem(url, textOf(params, 'verify_token') ?? '', deps.newChallenge());
  if (problem !== null) return refused(toChallengeRefusal(problem));
  deps.callbacks.app = url;
  deps.onChanged();
  return success;
}
